/**
 * The contract of a model that learns from every observation as it comes. Called by the learner only, synchronously.
 * A model is a deterministic fold: the same observations in the same order give the same bytes of `snapshot`.
 * Models that are trained on many rows at once have the contract of `batch.ts` instead.
 */
import type { Json } from '../kit/json.js';
import type { Stages } from '../kit/turn.js';
import type { PlaceView, TaskView } from './view.js';

/** The names of the interface; BASELINE are the running medians that every other model has to beat. */
export const MODEL_FAMILIES = [
  'BASELINE',
  'LINEAR_REGRESSION',
  'NEURAL_NETWORK',
  'DECISION_TREE',
  'REINFORCEMENT_LEARNING',
  'QUANTUM_LEARNING',
] as const;
export type ModelFamily = (typeof MODEL_FAMILIES)[number];

/**
 * What a model expects: mean and standard deviation of the natural logarithm of the target. Mutable and owned by the
 * caller, so that a prediction allocates nothing.
 */
export interface Belief {
  mean: number;
  sd: number;
}

/** One term of a linear model: what the natural logarithm of the target grows by with one unit of a column. */
export interface Coefficient {
  readonly column: string;
  /** What the column counts, and in which units. */
  readonly unit: string;
  readonly value: number;
  /** Standard deviation of what is known of it. */
  readonly sd: number;
}

export interface Model {
  /** Unique among the models of a learner, stable over versions: `hierarchical`, `type-median`. */
  readonly name: string;
  readonly family: ModelFamily;
  /** Does it tell places apart by what it learned of them? */
  readonly comparesPlaces?: boolean;
  /** False, with `into` untouched: it knows nothing that bears on this task. Never changes the model. */
  predict(task: TaskView, place: PlaceView, into: Belief): boolean;
  /**
   * What it holds of a kind of task, or of one it never met (null); undefined: it knows no such kind. Absent: it is no sum of
   * coefficients.
   */
  coefficients?(typeKey: string | null): readonly Coefficient[] | undefined;
  /** After the prediction of this very task was scored. `actual` is the natural logarithm, finite. */
  learn(task: TaskView, place: PlaceView, actual: number): void;
  /** All of its state. */
  snapshot(): Json;
  /** The same in stages, where it is large; nothing may be learned in between. */
  snapshotting?(): Stages<Json>;
  /** Replaces its state by what `snapshot` gave. */
  restore(state: Json): void;
  /** The same in stages, where it is large; the model is not used in between. */
  restoring?(state: Json): Stages<void>;
}
