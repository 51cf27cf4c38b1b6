/**
 * The whole that predicts and learns one target: models that learn as they go, models trained in batches, the champion
 * of each type, intervals. A synchronous, deterministic fold: the same observations and the same answers of trainings
 * give the same bytes. It knows no clock, no store and no thread; the live side and the benchmarks drive it.
 */
import { assert } from '../kit/assert.js';
import type { Json } from '../kit/json.js';
import { atOnce, type Stages } from '../kit/turn.js';
import { PlaceChooser, type PlaceRegret } from './bandit/place-chooser.js';
import type { BatchModel, Fitted, TrainingRows } from './batch.js';
import { Champions } from './champions/champions.js';
import { DriftWatch } from './drift/drift-watch.js';
import type { DriftAlarm } from './drift/drift-watch.js';
import { Encoder } from './features/encoder.js';
import type { FeatureSource } from './features/feature-source.js';
import { RowRing } from './features/row-ring.js';
import { Conformal } from './intervals/conformal.js';
import type { Interval } from './intervals/conformal.js';
import type { Belief, Coefficient, Model } from './model.js';
import { TrainingSchedule } from './training/schedule.js';
import type { TrainingJob, TrainingPromise } from './training/schedule.js';
import type { PlaceView, TaskView } from './view.js';

export interface LearnerParts {
  /** The first that knows anything is what batch models are given as `prior`. */
  readonly models: readonly Model[];
  readonly batchModels: readonly BatchModel[];
  readonly features: readonly FeatureSource[];
}

/** In units of the target. */
export interface Prediction {
  readonly p05: number;
  readonly p50: number;
  readonly p95: number;
  readonly mean: number;
  /** Name of the model that was believed. */
  readonly model: string;
  /** Of the natural logarithm. */
  readonly logMean: number;
  readonly logSd: number;
}

/** What one observation said of the predictions before it. */
export interface Scored {
  readonly prediction: Prediction | null;
  readonly actual: number;
  /** Error of the natural logarithm by model, in the order of `names`; NaN: it knew nothing. */
  readonly errors: readonly number[];
  /** The machine has changed its speed, and this observation made it plain. */
  readonly alarm: DriftAlarm | null;
}

/** Discounted squared error of a batch model, from which its standard deviation is taken. */
const SPREAD_GAIN = 0.02;
const SPREAD_START = 0.5;
/** No belief is narrower than this: times are measured to the millisecond, and machines are never that steady. */
const SD_MIN = 0.005;
const INSPECTED_ROWS = 300;
/** Keeps exp() finite. */
const LOG_MAX = 300;

export class Learner {
  /** Of all models: those that learn as they go, then batch models. */
  readonly names: readonly string[];
  readonly #parts: LearnerParts;
  readonly #encoder: Encoder;
  readonly #rows: RowRing;
  readonly #champions: Champions;
  readonly #conformal = new Conformal();
  readonly #drift = new DriftWatch();
  readonly #schedule: TrainingSchedule;
  /** Models that tell places apart, and which of them compares places. */
  readonly #placeModels: readonly Model[];
  readonly #chooser: PlaceChooser;
  readonly #parameters: (Json | null)[];
  readonly #fitted: (Fitted | undefined)[];
  readonly #spread: number[];
  // Scratch, so that a prediction allocates only its answer.
  readonly #beliefs: Belief[];
  readonly #known: boolean[];
  readonly #row: Float64Array;
  readonly #interval: Interval = { low: 0, high: 0 };

  constructor(parts: LearnerParts) {
    this.#parts = parts;
    this.names = [...parts.models, ...parts.batchModels].map(({ name }) => name);
    assert(new Set(this.names).size === this.names.length, 'no two models of a learner have one name');
    this.#encoder = new Encoder(parts.features);
    this.#rows = new RowRing(this.#encoder.columns);
    this.#champions = new Champions(this.names);
    this.#placeModels = parts.models.filter(({ comparesPlaces }) => comparesPlaces === true);
    this.#chooser = new PlaceChooser(this.#placeModels.length);
    this.#schedule = new TrainingSchedule(parts.batchModels.map(({ name }) => name));
    this.#parameters = parts.batchModels.map(() => null);
    this.#fitted = parts.batchModels.map(() => undefined);
    this.#spread = parts.batchModels.map(() => SPREAD_START);
    this.#beliefs = this.names.map(() => ({ mean: 0, sd: 1 }));
    this.#known = this.names.map(() => false);
    this.#row = new Float64Array(this.#encoder.columns.length);
  }

  /** Observations learned. */
  get observations(): number {
    return this.#rows.total;
  }

  get featureNames(): readonly string[] {
    return this.#encoder.columns;
  }

  /** Null: no model knows anything yet. */
  predict(task: TaskView, place: PlaceView): Prediction | null {
    this.#believe(task, place);
    return this.#championed(task);
  }

  /**
   * For comparing places: the belief of the model that is regretted least, written into `into`; of the first that knows
   * anything where that one does not. One model for all places, because a champion that changes between two of them would
   * compare two opinions. False: none knows.
   */
  placeBelief(task: TaskView, place: PlaceView, into: Belief): boolean {
    const first = this.#placeModels[this.#chooser.inCharge];
    const isKnown =
      first?.predict(task, place, into) === true ||
      this.#parts.models.some((model) => model.predict(task, place, into));
    if (!isKnown) return false;
    into.mean += this.#drift.offset(place.machine);
    return true;
  }

  /** Of the logarithm: what a machine takes more than it did, which is in every prediction. */
  offset(machine: string): number {
    return this.#drift.offset(machine);
  }

  /** Standard deviation of what is not known of a machine since the last drift alarm; 0 in quiet times. */
  doubt(machine: string): number {
    return this.#drift.doubt(machine);
  }

  /** How well it would have chosen places; undefined: it does not tell them apart. */
  placeRegretOf(name: string): PlaceRegret | undefined {
    const index = this.#placeModels.findIndex((model) => model.name === name);
    return index < 0 ? undefined : this.#chooser.regretOf(index);
  }

  /** Null: no sum of coefficients, or no such model; undefined: it knows no such kind of task. */
  coefficientsOf(name: string, typeKey: string | null): readonly Coefficient[] | null | undefined {
    const model = this.#parts.models.find((one) => one.name === name);
    return model?.coefficients === undefined ? null : model.coefficients(typeKey);
  }

  /** What each model that knows something expects, by name. */
  beliefs(task: TaskView, place: PlaceView): ReadonlyMap<string, Belief> {
    this.#believe(task, place);
    const known = this.names.flatMap((name, i): [string, Belief][] =>
      this.#known[i] === true ? [[name, { ...(this.#beliefs[i] as Belief) }]] : [],
    );
    return new Map(known);
  }

  /** `actual` in units of the target, positive. Not to be called while `blocking()` names a training. */
  learn(task: TaskView, place: PlaceView, actual: number): Scored {
    assert(actual > 0 && Number.isFinite(actual), 'an observation is positive and finite');
    this.#install();
    const value = Math.log(actual);
    this.#believe(task, place);
    const prediction = this.#championed(task);
    const errors = this.names.map((_, i) =>
      this.#known[i] === true ? value - (this.#beliefs[i] as Belief).mean : Number.NaN,
    );
    this.#champions.score(task.typeKey, errors);
    if (prediction !== null)
      this.#conformal.learn(task.typeKey, (value - prediction.logMean) / prediction.logSd);
    const first = this.#firstModel();
    this.#remember(task, place, value, errors);
    const alarm =
      first < 0
        ? null
        : this.#drift.observe(
            place.machine,
            task.typeKey,
            errors[first] as number,
            (this.#beliefs[first] as Belief).sd,
          );
    this.#schedule.due(this.#rows.total);
    return { prediction, actual, errors, alarm };
  }

  /** Asked for and not answered: what `trainings` would answer, without the rows. */
  openTrainings(): readonly TrainingPromise[] {
    return this.#schedule.unanswered();
  }

  /** Trainings asked for and not answered, with their rows. Each is to be answered once, whatever the order. */
  trainings(): TrainingJob[] {
    return this.#schedule.unanswered().map((job) => ({ ...job, rows: this.#rows.upTo(job.askedAt) }));
  }

  /** Asked for by a person; an input of the fold like an observation. */
  askTraining(model: string): TrainingPromise {
    assert(
      this.#parts.batchModels.some(({ name }) => name === model),
      () => `${model} is a model that is trained`,
    );
    return this.#schedule.ask(model, this.#rows.total);
  }

  /** Without these answers the next observation cannot be learned. */
  blocking(): readonly TrainingPromise[] {
    return this.#schedule.blocking(this.#rows.total);
  }

  /** Parameters as `train` gave them; null: it failed or was cancelled, and the model stays as it was. */
  answer(id: string, parameters: Json | null): void {
    this.#schedule.answer(id, parameters);
  }

  /** Of how many types each model is the champion. */
  championOf(): ReadonlyMap<string, number> {
    return this.#champions.counts();
  }

  /** The types a model is the champion of, the one that ran last first. */
  championTypes(model: string): string[] {
    return this.#champions.typesOf(model);
  }

  /** Of a batch model that has been trained. */
  parametersOf(model: string): Json | null {
    const index = this.#parts.batchModels.findIndex(({ name }) => name === model);
    return this.#parameters[index] ?? null;
  }

  /** A trained model and the latest rows, to look what it rests on. */
  inspect(model: string): { readonly fitted: Fitted; readonly rows: TrainingRows } | undefined {
    const fitted = this.#fitted[this.#parts.batchModels.findIndex(({ name }) => name === model)];
    return fitted === undefined ? undefined : { fitted, rows: this.#rows.latest(INSPECTED_ROWS) };
  }

  snapshot(): Json {
    return atOnce(this.snapshotting());
  }

  /** Nothing may be learned between the stages. */
  *snapshotting(): Stages<Json> {
    const models: { [name: string]: Json } = {};
    for (const model of this.#parts.models) {
      models[model.name] = model.snapshotting === undefined ? model.snapshot() : yield* model.snapshotting();
      yield;
    }
    const rows = yield* this.#rows.snapshotting();
    yield;
    const encoder = this.#encoder.snapshot();
    yield;
    const champions = this.#champions.snapshot();
    yield;
    return {
      models,
      parameters: [...this.#parameters],
      spread: [...this.#spread],
      encoder,
      rows,
      champions,
      conformal: this.#conformal.snapshot(),
      drift: this.#drift.snapshot(),
      schedule: this.#schedule.snapshot(),
      chooser: this.#chooser.snapshot(),
    };
  }

  /** Of a learner made of the same parts. */
  restore(state: Json): void {
    atOnce(this.restoring(state));
  }

  /** It is not used between the stages. */
  *restoring(state: Json): Stages<void> {
    const saved = state as unknown as Record<
      'encoder' | 'rows' | 'champions' | 'conformal' | 'drift' | 'schedule' | 'chooser',
      Json
    > & {
      models: Record<string, Json>;
      parameters: (Json | null)[];
      spread: number[];
    };
    for (const model of this.#parts.models) {
      const own = saved.models[model.name] as Json;
      if (model.restoring === undefined) model.restore(own);
      else yield* model.restoring(own);
      yield;
    }
    this.#encoder.restore(saved.encoder);
    yield;
    this.#rows.restore(saved.rows);
    yield;
    this.#champions.restore(saved.champions);
    this.#conformal.restore(saved.conformal);
    this.#drift.restore(saved.drift);
    this.#schedule.restore(saved.schedule);
    this.#chooser.restore(saved.chooser);
    for (const [i, parameters] of saved.parameters.entries()) this.#open(i, parameters);
    for (const [i, spread] of saved.spread.entries()) this.#spread[i] = spread;
  }

  #believe(task: TaskView, place: PlaceView): void {
    const { models } = this.#parts;
    let prior = Number.NaN;
    for (let i = 0; i < models.length; i++) {
      const belief = this.#beliefs[i] as Belief;
      this.#known[i] = (models[i] as Model).predict(task, place, belief);
      if (this.#known[i] === true && Number.isNaN(prior)) prior = belief.mean;
    }
    this.#encoder.write(task, place, this.#row);
    for (let j = 0; j < this.#fitted.length; j++) {
      const fitted = this.#fitted[j];
      const i = models.length + j;
      this.#known[i] = fitted !== undefined && !Number.isNaN(prior);
      if (this.#known[i] !== true || fitted === undefined) continue;
      const belief = this.#beliefs[i] as Belief;
      belief.mean = fitted.predict(this.#row, prior);
      belief.sd = Math.sqrt(this.#spread[j] as number);
    }
    const offset = this.#drift.offset(place.machine);
    if (offset !== 0) for (const belief of this.#beliefs) belief.mean += offset;
  }

  /** Index of the model whose belief is the prior of batch models; -1: none of them knew anything. */
  #firstModel(): number {
    const first = this.#known.indexOf(true);
    return first < this.#parts.models.length ? first : -1;
  }

  #championed(task: TaskView): Prediction | null {
    const champion = this.#champions.of(task.typeKey, this.#known);
    if (champion < 0) return null;
    const belief = this.#beliefs[champion] as Belief;
    const mean = Math.max(-LOG_MAX, Math.min(LOG_MAX, belief.mean));
    const sd = Math.max(SD_MIN, belief.sd);
    this.#conformal.bounds(task.typeKey, mean, sd, this.#interval);
    return {
      p05: Math.exp(this.#interval.low),
      p50: Math.exp(mean),
      p95: Math.exp(this.#interval.high),
      mean: Math.exp(mean + sd ** 2 / 2),
      model: this.names[champion] as string,
      logMean: mean,
      logSd: sd,
    };
  }

  /** Models and rows are told what it would have taken had the machine not changed. */
  #remember(task: TaskView, place: PlaceView, value: number, errors: readonly number[]): void {
    const { models } = this.#parts;
    const offset = this.#drift.offset(place.machine);
    const steady = value - offset;
    const first = this.#firstModel();
    this.#rows.push(this.#row, first < 0 ? steady : (this.#beliefs[first] as Belief).mean - offset, steady);
    for (let j = 0; j < this.#spread.length; j++) {
      const error = errors[models.length + j] as number;
      if (!Number.isNaN(error))
        this.#spread[j] =
          (this.#spread[j] as number) + SPREAD_GAIN * (error ** 2 - (this.#spread[j] as number));
    }
    const into = { mean: 0, sd: 1 };
    this.#chooser.observe(task, place, steady, (model, at) =>
      this.#placeModels[model]?.predict(task, at, into) === true ? into.mean : null,
    );
    for (const model of models) model.learn(task, place, steady);
    this.#encoder.learn(task, place, steady);
  }

  #install(): void {
    for (const { model, parameters } of this.#schedule.take(this.#rows.total)) {
      if (parameters === null) continue;
      this.#open(
        this.#parts.batchModels.findIndex(({ name }) => name === model),
        parameters,
      );
    }
  }

  #open(i: number, parameters: Json | null): void {
    this.#parameters[i] = parameters;
    this.#fitted[i] =
      parameters === null ? undefined : (this.#parts.batchModels[i] as BatchModel).open(parameters);
  }
}
