/** What running a task somewhere is expected to cost until it is done, and what it is made of. Called by the advisor. */
import type { TaskSpec } from '../../lifecycle/task.js';
import type { Belief } from '../model.js';
import { ALL_DRIFT, type DriftUse, heeded } from '../drift/drift-use.js';
import { hopedSeconds } from '../placement/cheapest-place.js';
import type { PlaceView, TaskView } from '../view.js';
import type { LearningFold } from './learning-fold.js';

/** Seconds, but for `failure`, a probability. */
export interface PlaceCost {
  readonly run: number;
  readonly overhead: number;
  readonly transfer: number;
  readonly failure: number;
  /** overhead + transfer + run + failure × (run + overhead + the wait before the next attempt). */
  readonly finish: number;
}

const belief: Belief = { mean: 0, sd: 1 };

export interface Costed {
  readonly view: TaskView;
  readonly spec: TaskSpec;
  /** Seconds to count with; by default what single places are compared by. */
  readonly expected?: typeof hopedSeconds;
  /** What of drift counts; all of it by default. */
  readonly drift?: DriftUse;
}

/** Null: no model knows anything. */
export function costOf(
  fold: LearningFold,
  { view, spec, expected = hopedSeconds, drift = ALL_DRIFT }: Costed,
  place: PlaceView,
  transfer = 0,
): PlaceCost | null {
  const learner = fold.parts.learners.RUN_TIME;
  if (!learner.placeBelief(view, place, belief)) return null;
  const { shift, doubt } = heeded(learner, drift, place.machine);
  belief.mean += shift;
  const run = expected(belief, doubt);
  const overhead = fold.overheadSeconds(place.layer);
  const failure = fold.failures.predict(view, place);
  const again = run + overhead + spec.retryPolicy.initialIntervalMs / 1000;
  return { run, overhead, transfer, failure, finish: overhead + transfer + run + failure * again };
}
