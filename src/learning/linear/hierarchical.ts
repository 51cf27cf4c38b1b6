/**
 * LINEAR_REGRESSION: a hierarchical Bayesian log-linear model. Per type a linear mixed model of sizes, machines and
 * recurring tasks; its coefficients are drawn towards those of other types of the same tool, and of all types. Times
 * are taken relative to what the machine advertises, so an unknown machine starts where it says it is.
 */
import type { Json } from '../../kit/json.js';
import { atOnce, type Stages } from '../../kit/turn.js';
import { BoundedMap } from '../bounded-map.js';
import type { Belief, Coefficient, Model } from '../model.js';
import type { PlaceView, TaskView } from '../view.js';
import { dimensionOf, firstPrior, gaussianFrom, scaledGaussian } from './coefficient-prior.js';
import type { Gaussian, Moments } from './coefficient-prior.js';
import { addEvidence, evidenceOf } from './tool-evidence.js';
import type { Evidence } from './tool-evidence.js';
import { invert, multiply, quadratic } from '../dense.js';
import { coefficientsFrom, MACHINE_WIDTH, TASK_WIDTH, writeTaskColumns } from './design.js';
import { GroupSizes } from './group-size.js';
import { MachineSlots } from './machine-slots.js';
import { NextPrior } from './next-prior.js';
import {
  addSignature,
  appendValue,
  emptyStatistics,
  fittedValue,
  growStatistics,
} from './mixed-statistics.js';
import type { Signature, Variances } from './mixed-statistics.js';
import { learnVariances, type Parts } from './variances.js';
import { gaussianRestored, SavedPriors, typeRestored, typeSnapshot } from './type-state.js';
import type { Saved, TypeState } from './type-state.js';

const TYPES_MAX = 2000;
const SIGNATURES_PER_TYPE_MAX = 2000;
/** Variances before anything was seen, and how many observations they count for. */
const FIRST_VARIANCES: Variances = { within: 0.02, between: 0.15 };
const VARIANCE_PRIOR = 4;
/** Moments can come out negative; a type is at most this much steadier than the others. */
const VARIANCE_LEAST = 0.03;
/** Statistics are made anew from the signatures when the type has grown by this, so that they rest on its latest variances. */
const REBUILD_GROWTH = 1.25;
/** Priors are learned anew when the rows have grown by this. */
const PRIOR_GROWTH = 1.1;
const PRIOR_EVERY_MIN = 20;
const PRIOR_EVERY_MAX = 2000;
const PRIOR_TYPES_MAX = 300;
/** In one stage of a snapshot: a millisecond or two. */
const SAVED_TYPES_EACH = 8;
/** A tool's prior rests on this many of its types at most. */
const MEMBERS_MAX = 16;
/** Types with fewer rows say nothing of what types differ by. */
const PRIOR_ROWS_MIN = 8;
/** Types of one tool differ by this share of what types differ by. */
const TOOL_SPREAD = 0.4;

export class Hierarchical implements Model {
  readonly name = 'hierarchical';
  readonly family = 'LINEAR_REGRESSION';
  readonly comparesPlaces = true;
  #machines = new MachineSlots();
  readonly #groups = new GroupSizes();
  #types = new BoundedMap<TypeState>(TYPES_MAX);
  #prior: Gaussian = firstPrior(0);
  /** Of a new type of the tool. */
  #toolPriors = new BoundedMap<Gaussian>(TYPES_MAX);
  /** The latest types of each tool. */
  #members = new BoundedMap<readonly string[]>(TYPES_MAX);
  /** How often the prior was learned; a type's own prior is renewed when the type is next learned. */
  #epoch = 0;
  #variances: Variances = { ...FIRST_VARIANCES };
  #count = 0;
  #priorAt = PRIOR_EVERY_MIN;
  /** The next prior while it is being learned. */
  #nextPrior: NextPrior | undefined;
  #unnamed = 0;
  // Scratch.
  readonly #columns = new Float64Array(TASK_WIDTH);
  #row = new Float64Array(0);
  #inverse = new Float64Array(0);
  readonly #parts: Parts = { mean: 0, coefficients: 0, task: 0, run: 0, known: 0 };

  predict(task: TaskView, place: PlaceView, into: Belief): boolean {
    if (this.#count === 0) return false;
    this.#estimate(task, place);
    const { mean, coefficients, task: own, run } = this.#parts;
    into.mean = mean + Math.log(place.nominal);
    into.sd = Math.sqrt(coefficients + own + run);
    return true;
  }

  learn(task: TaskView, place: PlaceView, actual: number): void {
    if (this.#machines.meet(place.machine)) this.#grow();
    const slot = this.#machines.of(place.machine);
    const value = actual - Math.log(place.nominal);
    const state = this.#types.touch(task.typeKey, () => this.#newType(task));
    if (state.epoch !== this.#epoch) this.#renewPrior(task, state);
    this.#estimate(task, place);
    const weight = learnVariances(state, this.#parts, {
      machines: this.#machines,
      slot,
      error: value - this.#parts.mean,
    });
    this.#learnSignature(state, task, { slot, value, weight });
    this.#groups.learn(task, value);
    this.#count += 1;
    if (this.#count >= this.#priorAt) this.#beginPrior(false);
    this.#continuePrior();
  }

  coefficients(typeKey: string | null): readonly Coefficient[] | undefined {
    const state = typeKey === null ? undefined : this.#types.get(typeKey);
    if (typeKey !== null && state === undefined) return undefined;
    const moments = state === undefined ? this.#prior : this.#posteriorOf(state);
    return coefficientsFrom(moments, this.#machines.names);
  }

  snapshot(): Json {
    return atOnce(this.snapshotting());
  }

  *snapshotting(): Stages<Json> {
    const priors = new SavedPriors();
    const types: Json[] = [];
    for (const [key, state] of this.#types.entries()) {
      types.push([key, typeSnapshot(state, priors)]);
      if (types.length % SAVED_TYPES_EACH === 0) yield;
    }
    const toolPriors: Json[] = [];
    for (const [key, prior] of this.#toolPriors.entries()) {
      toolPriors.push([key, priors.indexOf(prior)]);
      if (toolPriors.length % SAVED_TYPES_EACH === 0) yield;
    }
    return {
      machines: this.#machines.snapshot(),
      groups: this.#groups.snapshot(),
      types,
      prior: priors.indexOf(this.#prior),
      epoch: this.#epoch,
      members: [...this.#members.entries()],
      toolPriors,
      priors: priors.all,
      nextPrior: this.#nextPrior?.snapshot() ?? null,
      variances: { ...this.#variances },
      count: this.#count,
      priorAt: this.#priorAt,
      unnamed: this.#unnamed,
    };
  }

  restore(state: Json): void {
    atOnce(this.restoring(state));
  }

  *restoring(state: Json): Stages<void> {
    const saved = state as unknown as Saved;
    this.#machines = new MachineSlots();
    this.#machines.restore(saved.machines);
    this.#groups.restore(saved.groups);
    const priors: Gaussian[] = [];
    for (const one of saved.priors) if (priors.push(gaussianRestored(one)) % SAVED_TYPES_EACH === 0) yield;
    this.#prior = priors[saved.prior] as Gaussian;
    this.#epoch = saved.epoch;
    this.#toolPriors = new BoundedMap<Gaussian>(TYPES_MAX);
    for (const [key, prior] of saved.toolPriors) this.#toolPriors.set(key, priors[prior] as Gaussian);
    this.#members = new BoundedMap<readonly string[]>(TYPES_MAX);
    for (const [key, members] of saved.members) this.#members.set(key, members);
    this.#variances = { ...saved.variances };
    this.#count = saved.count;
    this.#priorAt = saved.priorAt;
    this.#unnamed = saved.unnamed;
    this.#types = new BoundedMap<TypeState>(TYPES_MAX);
    for (const [key, type] of saved.types) {
      this.#types.set(key, typeRestored(structuredClone(type), priors));
      if (this.#types.size % SAVED_TYPES_EACH === 0) yield;
    }
    this.#nextPrior =
      saved.nextPrior === null ? undefined : NextPrior.restored(saved.nextPrior, this.#machines.count);
  }

  /** Fills `#parts` for a task on a place, relative to what the place advertises. */
  #estimate(task: TaskView, place: PlaceView): void {
    const state = this.#types.get(task.typeKey);
    const slot = this.#machines.of(place.machine);
    const { mean, covariance } =
      state === undefined ? (this.#toolPriors.get(task.toolKey) ?? this.#prior) : this.#posteriorOf(state);
    const variances = state?.statistics.variances ?? this.#variances;
    const signature = task.signature === '' ? undefined : state?.statistics.signatures.get(task.signature);
    writeTaskColumns(task, this.#groups.of(task), this.#columns);
    const row = this.#freshRow();
    row.set(this.#columns);
    this.#addSlot(row, slot, 1);
    const parts = this.#parts;
    parts.known = 0;
    let residual = 0;
    if (signature !== undefined) residual = this.#recall(signature, mean, variances, row);
    let fitted = 0;
    for (let i = 0; i < TASK_WIDTH; i++) fitted += (this.#columns[i] as number) * (mean[i] as number);
    if (slot >= 0) {
      const at = TASK_WIDTH + MACHINE_WIDTH * slot;
      fitted += (mean[at] as number) + (this.#columns[1] as number) * (mean[at + 1] as number);
    }
    parts.mean = fitted + residual;
    parts.coefficients = quadratic(covariance, row);
    parts.task = variances.between * (1 - parts.known);
    parts.run = variances.within * this.#machines.noiseRatio(slot);
  }

  /** The effect of a task that was seen before; takes what is known of it out of the row. */
  #recall(signature: Signature, mean: Float64Array, variances: Variances, row: Float64Array): number {
    let weights = 0;
    let residual = 0;
    for (let v = 0; v < signature.values.length; v++) {
      const weight = signature.weights[v] as number;
      weights += weight;
      const fitted = fittedValue(mean, signature.columns, signature.slots[v] as number);
      residual += weight * ((signature.values[v] as number) - fitted);
    }
    const known = (variances.between * weights) / (variances.within + variances.between * weights);
    for (let i = 0; i < TASK_WIDTH; i++)
      row[i] = (row[i] as number) - known * (signature.columns[i] as number);
    for (let v = 0; v < signature.values.length; v++)
      this.#addSlot(row, signature.slots[v] as number, (-known * (signature.weights[v] as number)) / weights);
    this.#parts.known = known;
    return (known * residual) / weights;
  }

  #addSlot(row: Float64Array, slot: number, amount: number): void {
    if (slot < 0) return;
    const at = TASK_WIDTH + MACHINE_WIDTH * slot;
    row[at] = (row[at] as number) + amount;
    row[at + 1] = (row[at + 1] as number) + amount * (this.#columns[1] as number);
  }

  #freshRow(): Float64Array {
    const dimension = this.#prior.mean.length;
    if (this.#row.length === dimension) this.#row.fill(0);
    else this.#row = new Float64Array(dimension);
    return this.#row;
  }

  #posteriorOf(state: TypeState): Moments {
    if (state.posterior !== undefined) return state.posterior;
    const { matrix, vector } = state.statistics;
    state.posterior = this.#combined(state.prior, matrix, vector);
    return state.posterior;
  }

  #combined(prior: Gaussian, matrix: Float64Array, vector: Float64Array): Moments {
    const n = vector.length;
    if (this.#inverse.length !== n * n) this.#inverse = new Float64Array(n * n);
    const precision = new Float64Array(n * n);
    for (let i = 0; i < precision.length; i++)
      precision[i] = (prior.precision[i] as number) + (matrix[i] as number);
    const covariance = new Float64Array(n * n);
    invert(precision, n, this.#inverse, covariance);
    const shift = new Float64Array(n);
    for (let i = 0; i < n; i++) shift[i] = (prior.shift[i] as number) + (vector[i] as number);
    const mean = new Float64Array(n);
    multiply(covariance, shift, n, mean);
    return { mean, covariance };
  }

  #learnSignature(
    state: TypeState,
    task: TaskView,
    run: { slot: number; value: number; weight: number },
  ): void {
    const { statistics } = state;
    const key = task.signature === '' ? `#${++this.#unnamed}` : task.signature;
    writeTaskColumns(task, this.#groups.of(task), this.#columns);
    const known = statistics.signatures.get(key);
    const signature = known ?? { columns: [...this.#columns], slots: [], values: [], weights: [] };
    if (known !== undefined) addSignature(statistics, known, -1);
    appendValue(signature, run.slot, run.value, run.weight);
    statistics.signatures.delete(key);
    statistics.signatures.set(key, signature);
    if (statistics.signatures.size > SIGNATURES_PER_TYPE_MAX)
      statistics.signatures.delete(statistics.signatures.keys().next().value as string);
    addSignature(statistics, signature, 1);
    statistics.count += 1;
    state.posterior = undefined;
    if (statistics.count >= state.rebuildAt) this.#rebuild(state);
  }

  #rebuild(state: TypeState): void {
    const { statistics, moments } = state;
    const average = (sum: number, count: number, prior: number): number =>
      Math.max(VARIANCE_LEAST * prior, (sum + VARIANCE_PRIOR * prior) / (count + VARIANCE_PRIOR));
    statistics.variances = {
      within: average(moments.within, moments.withinCount, this.#variances.within),
      between: average(moments.between, moments.betweenCount, this.#variances.between),
    };
    statistics.matrix.fill(0);
    statistics.vector.fill(0);
    for (const signature of statistics.signatures.values()) addSignature(statistics, signature, 1);
    state.rebuildAt = Math.max(statistics.count + 2, Math.ceil(statistics.count * REBUILD_GROWTH));
    state.posterior = undefined;
  }

  #newType(task: TaskView): TypeState {
    const members = this.#members.touch(task.toolKey, () => []);
    this.#members.set(
      task.toolKey,
      [...members.filter((key) => key !== task.typeKey), task.typeKey].slice(-MEMBERS_MAX),
    );
    return {
      statistics: emptyStatistics(this.#prior.mean.length, this.#variances),
      moments: { within: 0, withinCount: 0, between: 0, betweenCount: 0 },
      prior: this.#toolPriors.get(task.toolKey) ?? this.#prior,
      epoch: this.#epoch,
      posterior: undefined,
      rebuildAt: 4,
    };
  }

  /** A machine that is new: every type gets columns for it. */
  #grow(): void {
    const [from, to] = [this.#prior.mean.length, dimensionOf(this.#machines.count)];
    for (const state of this.#types.values()) {
      growStatistics(state.statistics, from, to);
      state.posterior = undefined;
    }
    this.#forgetPriors(firstPrior(this.#machines.count));
    this.#beginPrior(true);
    this.#continuePrior();
  }

  #beginPrior(grown: boolean): void {
    this.#priorAt =
      this.#count +
      Math.min(PRIOR_EVERY_MAX, Math.max(PRIOR_EVERY_MIN, Math.ceil(this.#count * (PRIOR_GROWTH - 1))));
    const keys = [...this.#types.entries()]
      .filter(([, { statistics }]) => statistics.count >= PRIOR_ROWS_MIN)
      .slice(-PRIOR_TYPES_MAX)
      .map(([key]) => key);
    this.#nextPrior = new NextPrior(keys, this.#machines.count, grown);
  }

  #continuePrior(): void {
    const next = this.#nextPrior;
    const learned = next?.step((key) => {
      const state = this.#types.get(key);
      return state === undefined ? undefined : this.#posteriorOf(state);
    });
    if (next === undefined || learned === undefined) return;
    this.#nextPrior = undefined;
    if (next.grown) this.#forgetPriors(learned);
    this.#prior = learned;
    this.#epoch += 1;
    this.#learnVariancePrior(next.keys.flatMap((key) => this.#types.get(key) ?? []));
  }

  /** Priors with columns for other machines are of no use. */
  #forgetPriors(prior: Gaussian): void {
    this.#prior = prior;
    this.#toolPriors.clear();
    for (const state of this.#types.values()) {
      state.prior = prior;
      state.posterior = undefined;
    }
  }

  #learnVariancePrior(states: readonly TypeState[]): void {
    const logs = {
      within: Math.log(FIRST_VARIANCES.within) * 2,
      between: Math.log(FIRST_VARIANCES.between) * 2,
    };
    for (const { statistics } of states) {
      logs.within += Math.log(statistics.variances.within);
      logs.between += Math.log(statistics.variances.between);
    }
    this.#variances = {
      within: Math.exp(logs.within / (states.length + 2)),
      between: Math.exp(logs.between / (states.length + 2)),
    };
  }

  /** The prior of a tool's type rests on the tool's other types; a new type of the tool on all of them. */
  #renewPrior({ toolKey, typeKey }: TaskView, state: TypeState): void {
    state.epoch = this.#epoch;
    state.posterior = undefined;
    const n = this.#prior.mean.length;
    const within = scaledGaussian(this.#prior, TOOL_SPREAD);
    const sum = { matrix: new Float64Array(n * n), vector: new Float64Array(n) };
    const others = (this.#members.get(toolKey) ?? []).filter((key) => key !== typeKey);
    for (const key of others) {
      const member = this.#types.get(key);
      if (member !== undefined) addEvidence(sum, evidenceOf(member.statistics, within));
    }
    state.prior = others.length === 0 ? this.#prior : this.#priorBy(sum, within);
    addEvidence(sum, evidenceOf(state.statistics, within));
    this.#toolPriors.set(toolKey, this.#priorBy(sum, within));
  }

  #priorBy(sum: Evidence, within: Gaussian): Gaussian {
    const { mean, covariance } = this.#combined(this.#prior, sum.matrix, sum.vector);
    for (let i = 0; i < covariance.length; i++)
      covariance[i] = (covariance[i] as number) + (within.covariance[i] as number);
    return gaussianFrom(mean, covariance);
  }
}
