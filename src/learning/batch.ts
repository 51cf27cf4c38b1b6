/**
 * The contract of models that are trained on many rows at once: boosted trees, network, kernel. Training is a pure
 * function of rows and options, so that it may run in a worker thread and be run again with the same result; it never
 * touches the learner. What comes out is plain JSON that is stored, and opened for predicting.
 */
import type { Json } from '../kit/json.js';
import type { ModelFamily } from './model.js';

/** Row-major. Rows are in the order in which they were observed; the arrays may be transferred to a thread. */
export interface TrainingRows {
  readonly featuresVersion: number;
  readonly names: readonly string[];
  readonly count: number;
  /** count × names.length, finite. */
  readonly features: Float64Array;
  /** What the hierarchical model believed before the row was learned: natural logarithm. Models may learn its error. */
  readonly prior: Float64Array;
  /** Natural logarithm of what came. */
  readonly actual: Float64Array;
}

/** `[learning]` of the configuration. Models that do not iterate take what applies to them. */
export interface TrainingOptions {
  readonly learningRate: number;
  readonly batchSize: number;
  readonly maxIterations: number;
  readonly seed: number;
}

export interface TrainingProgress {
  /** Epoch, tree or landmark: from 1. */
  readonly step: number;
  readonly steps: number;
  /** Mean squared error of the natural logarithm on the rows of training. */
  readonly loss: number;
}

export interface TrainingWatch {
  progress(progress: TrainingProgress): void;
  /** Asked between steps; true: `train` throws `TrainingCancelled` soon. */
  cancelled(): boolean;
}

export class TrainingCancelled extends Error {
  readonly code = 'TRAINING_CANCELLED';
  override readonly name = 'TrainingCancelled';
}

export const UNWATCHED: TrainingWatch = { progress: () => undefined, cancelled: () => false };

/** Trained, opened, ready to predict. */
export interface Fitted {
  /** Natural logarithm of the target. `prior` is the belief of the hierarchical model for this very task. */
  predict(features: Float64Array, prior: number): number;
}

export interface BatchModel {
  readonly name: string;
  readonly family: ModelFamily;
  train(rows: TrainingRows, options: TrainingOptions, watch: TrainingWatch): Json;
  open(parameters: Json): Fitted;
}
