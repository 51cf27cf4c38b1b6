/**
 * All that has been learned: a learner for each target, how often things fail, what starting costs on each layer, how good the
 * predictions were. One deterministic fold over the history of ended attempts; the consumer drives it, the advisor asks it.
 * No clock, no store, no thread.
 */
import { assert } from '../../kit/assert.js';
import type { Json } from '../../kit/json.js';
import { atOnce, type Stages } from '../../kit/turn.js';
import type {
  AttemptFacts,
  DriftAlarm,
  EndedAttempt,
  SampleRow,
  TuningChange,
} from '../../store/learning.js';
import type { BatchModel } from '../batch.js';
import { BoundedMap } from '../bounded-map.js';
import type { DriftAlarm as MachineShift } from '../drift/drift-watch.js';
import { FailureRates } from '../failure/failure-rates.js';
import type { Learner, Prediction, Scored } from '../learner.js';
import type { ModelFamily } from '../model.js';
import type { TrainingJob } from '../training/schedule.js';
import { Tuning } from '../tuning/tuning.js';
import { FEATURES_VERSION, type PlaceView, placeView, type Target, type TaskView } from '../view.js';
import { Scoreboard } from './fold/scoreboard.js';
import { Thinning } from './fold/thinning.js';
import { machineOf, placeOf, viewOfFacts } from './views.js';

export const LEARNED_TARGETS = ['RUN_TIME', 'MEMORY_PEAK', 'OUTPUT_BYTES'] as const;
export type LearnedTarget = (typeof LEARNED_TARGETS)[number];

export function isLearned(target: Target): target is LearnedTarget {
  return (LEARNED_TARGETS as readonly Target[]).includes(target);
}

export interface FoldParts {
  readonly learners: Readonly<Record<LearnedTarget, Learner>>;
  /** Of all learners. */
  readonly batchModels: readonly BatchModel[];
  readonly familyOf: ReadonlyMap<string, ModelFamily>;
}

export type FoldState = { readonly [part: string]: Json };

/** What one observation taught. */
export interface Learned {
  readonly sample: SampleRow;
  readonly meshId: string;
  readonly scored: readonly { readonly target: Target; readonly scored: Scored }[];
  /** A machine was found to be otherwise than learned, by this observation. */
  readonly alarm: DriftAlarm | null;
  /** Changes of parameters, or news of them. */
  readonly tunings: readonly TuningChange[];
}

export interface TargetJob extends TrainingJob {
  readonly target: LearnedTarget;
}

/** Times are measured to the millisecond. */
const RUN_MS_MIN = 0.5;
const LAYERS_MAX = 100;
const MACHINES_MAX = 10_000;
const OVERHEAD_GAIN = 0.05;
/** Memory is asked for before a place is chosen. */
const ANYWHERE = placeView({ machine: '' });

export class LearningFold {
  readonly parts: FoldParts;
  readonly failures = new FailureRates();
  readonly tuning = new Tuning();
  readonly scores: Readonly<Record<LearnedTarget, Scoreboard>> = {
    RUN_TIME: new Scoreboard(),
    MEMORY_PEAK: new Scoreboard(),
    OUTPUT_BYTES: new Scoreboard(),
  };
  readonly #thinning = new Thinning();
  readonly #peak = { mean: 0, sd: 1 };
  readonly #overheads = new BoundedMap<number>(LAYERS_MAX);
  /** Of run time, by machine, since the alarms. */
  readonly #factors = new BoundedMap<number>(MACHINES_MAX);
  /** Versions of batch models, by target and name: how often each was trained. */
  readonly #versions = new Map<string, number>();
  /** The last event that was learned from, or looked at; kept beside the state, for all folds together. */
  seq = 0;
  #observations = 0;

  constructor(parts: FoldParts) {
    this.parts = parts;
  }

  get observations(): number {
    return this.#observations;
  }

  /** Names what the state belongs to: a snapshot of other parts is of no use. */
  get shape(): string {
    const learners = LEARNED_TARGETS.map((target) => {
      const { names, featureNames } = this.parts.learners[target];
      return `${target}: ${names.join(' ')} | ${featureNames.join(' ')}`;
    });
    return [FEATURES_VERSION, ...learners].join('\n');
  }

  predict(task: TaskView, place: PlaceView): Prediction | null {
    return this.parts.learners.RUN_TIME.predict(task, place);
  }

  /** Every model's median, in units of the target. */
  medians(target: LearnedTarget, task: TaskView, place: PlaceView): Map<string, number> {
    const beliefs = this.parts.learners[target].beliefs(task, place);
    return new Map([...beliefs].map(([name, { mean }]) => [name, Math.exp(mean)]));
  }

  /** Seconds that a start costs there beside the work; where nothing ran yet, as much as on the slowest that is known. */
  overheadSeconds(layer: string): number {
    return this.#overheads.get(layer) ?? Math.max(0, ...this.#overheads.values());
  }

  /** Of a model for a target: how often it was trained; 0 for those that learn as they go and those that wait for rows. */
  version(target: LearnedTarget, model: string): number {
    return this.#versions.get(`${target} ${model}`) ?? 0;
  }

  /** Is it learned from? To be asked once for each ended attempt, in the order of the history. */
  takes({ typeKey, at }: EndedAttempt): boolean {
    return this.#thinning.takes(typeKey, at);
  }

  learn(facts: AttemptFacts): Learned {
    return atOnce(this.learning(facts));
  }

  /** Not while `blocked`. A stage for each target: nothing else may be learned in between, but everything asked. */
  *learning(facts: AttemptFacts): Stages<Learned> {
    assert(!this.blocked, 'nothing is learned past an unanswered training');
    const view = viewOfFacts(facts);
    const place = placeOf(facts.layer, facts.node);
    const sample = sampleOf(facts, view);
    this.seq = facts.seq;
    this.#observations++;
    this.failures.learn(view, place, sample.failed);
    this.#learnOverhead(facts);
    const tunings = this.tuning.learn(facts, this.#expectedPeak(view));
    const scored: { target: Target; scored: Scored }[] = [];
    for (const [target, value] of sample.failed ? [] : valuesOf(sample)) {
      scored.push({ target, scored: this.#learnTarget(target, { view, place, value }) });
      yield;
    }
    const alarm = scored.find(({ target }) => target === 'RUN_TIME')?.scored.alarm ?? null;
    const told = alarm === null ? null : this.#told(alarm, facts);
    return { sample, meshId: facts.meshId, scored, alarm: told, tunings };
  }

  /** That an attempt is counted with; null: too little is known. */
  memoryBytes(task: TaskView): number | null {
    return this.tuning.memoryBytes(task.typeKey, this.#expectedPeak(task));
  }

  /** The logarithm, wherever it runs; null: nothing is known. */
  #expectedPeak(task: TaskView): number | null {
    const isKnown = this.parts.learners.MEMORY_PEAK.placeBelief(task, ANYWHERE, this.#peak);
    return isKnown ? this.#peak.mean : null;
  }

  #told({ machine, offset, before, after }: MachineShift, { seq, at }: AttemptFacts): DriftAlarm {
    const factorAfter = Math.exp(offset);
    const factorBefore = this.#factors.get(machine) ?? 1;
    this.#factors.set(machine, factorAfter);
    return {
      seq,
      at: new Date(at),
      machine,
      factorBefore,
      factorAfter,
      errorBefore: before,
      errorAfter: after,
    };
  }

  #learnTarget(
    target: LearnedTarget,
    { view, place, value }: { view: TaskView; place: PlaceView; value: number },
  ): Scored {
    const learner = this.parts.learners[target];
    const scored = learner.learn(view, place, value);
    const medians = new Map<string, number>();
    for (const [i, name] of learner.names.entries()) {
      const error = scored.errors[i] as number;
      if (!Number.isNaN(error)) medians.set(name, Math.exp(Math.log(value) - error));
    }
    this.scores[target].score(view.typeKey, value, { medians, believed: scored.prediction });
    return scored;
  }

  /** What passed between the commits of start and end beside the work. */
  #learnOverhead({ layer, at, startedAt, runMs }: AttemptFacts): void {
    const seconds = Math.max(0, at - startedAt - runMs) / 1000;
    const known = this.#overheads.get(layer);
    this.#overheads.set(layer, known === undefined ? seconds : known + OVERHEAD_GAIN * (seconds - known));
  }

  get blocked(): boolean {
    return LEARNED_TARGETS.some((target) => this.parts.learners[target].blocking().length > 0);
  }

  /** Without these answers nothing more is learned; as `target id`. */
  blocking(): string[] {
    return LEARNED_TARGETS.flatMap((target) =>
      this.parts.learners[target].blocking().map(({ id }) => `${target} ${id}`),
    );
  }

  /** Asked for and not answered, as `target id`; cheap, in contrast to `trainings`. */
  openTrainings(): string[] {
    return LEARNED_TARGETS.flatMap((target) =>
      this.parts.learners[target].openTrainings().map(({ id }) => `${target} ${id}`),
    );
  }

  /** With their rows, which are copies. */
  trainings(): TargetJob[] {
    return LEARNED_TARGETS.flatMap((target) =>
      this.parts.learners[target].trainings().map((job) => ({ ...job, target })),
    );
  }

  /** Null: it failed or was cancelled. */
  answer({ target, id, model }: Pick<TargetJob, 'target' | 'id' | 'model'>, parameters: Json | null): void {
    this.parts.learners[target].answer(id, parameters);
    if (parameters !== null) this.#versions.set(`${target} ${model}`, this.version(target, model) + 1);
  }

  /** Nothing may be learned or answered between the stages. */
  *snapshot(): Stages<FoldState> {
    const state: { [part: string]: Json } = {};
    for (const target of LEARNED_TARGETS) {
      state[target] = yield* this.parts.learners[target].snapshotting();
      state[`${target} scores`] = this.scores[target].snapshot();
      yield;
    }
    return {
      ...state,
      shape: this.shape,
      observations: this.#observations,
      versions: [...this.#versions].map(([key, version]) => [key, version]),
      overheads: [...this.#overheads.entries()].map(([key, seconds]) => [key, seconds]),
      factors: [...this.#factors.entries()].map(([key, factor]) => [key, factor]),
      failures: this.failures.snapshot(),
      tuning: this.tuning.snapshot(),
      thinning: this.#thinning.snapshot(),
    };
  }

  /** False, and unchanged: it belongs to other models or features. */
  restore(state: FoldState): boolean {
    return atOnce(this.restoring(state));
  }

  /** It is not used between the stages. */
  *restoring(state: FoldState): Stages<boolean> {
    if (state.shape !== this.shape || state.tuning === undefined) return false;
    this.#observations = state.observations as number;
    this.#versions.clear();
    for (const [key, version] of state.versions as [string, number][]) this.#versions.set(key, version);
    this.#overheads.clear();
    for (const [key, seconds] of state.overheads as [string, number][]) this.#overheads.set(key, seconds);
    this.#factors.clear();
    for (const [key, factor] of state.factors as [string, number][]) this.#factors.set(key, factor);
    this.failures.restore(state.failures as Json);
    this.tuning.restore(state.tuning as Json);
    this.#thinning.restore(state.thinning as Json);
    for (const target of LEARNED_TARGETS) {
      yield* this.parts.learners[target].restoring(state[target] as Json);
      this.scores[target].restore(state[`${target} scores`] as Json);
    }
    return true;
  }
}

function sampleOf(facts: AttemptFacts, view: TaskView): SampleRow {
  const { seq, at, taskId, attempt, typeKey, layer, node } = facts;
  return {
    seq,
    at,
    taskId,
    attempt,
    typeKey,
    machine: machineOf(layer, node),
    featuresVersion: FEATURES_VERSION,
    view: { ...view },
    runSeconds: Math.max(RUN_MS_MIN, facts.runMs) / 1000,
    memoryPeakBytes: facts.memoryPeakBytes,
    outputBytes: facts.outputBytes,
    failed: facts.outcome !== 'COMPLETED',
  };
}

/** Of what was measured. */
function valuesOf({ runSeconds, memoryPeakBytes, outputBytes }: SampleRow): [LearnedTarget, number][] {
  const values: [LearnedTarget, number | null][] = [
    ['RUN_TIME', runSeconds],
    ['MEMORY_PEAK', memoryPeakBytes],
    ['OUTPUT_BYTES', outputBytes],
  ];
  return values.filter((pair): pair is [LearnedTarget, number] => pair[1] !== null && pair[1] > 0);
}
