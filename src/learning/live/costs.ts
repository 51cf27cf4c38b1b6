/** What running a task somewhere is expected to cost until it is done, and what it is made of. Called by the advisor. */
import type { TaskSpec } from '../../lifecycle/task.js';
import type { Belief } from '../model.js';
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
  /** By how much of what may be hoped for after an alarm; all of it by default. */
  readonly hope?: number;
}

/** Null: no model knows anything. */
export function costOf(
  fold: LearningFold,
  { view, spec, expected = hopedSeconds, hope = 1 }: Costed,
  place: PlaceView,
  transfer = 0,
): PlaceCost | null {
  const learner = fold.parts.learners.RUN_TIME;
  if (!learner.placeBelief(view, place, belief)) return null;
  const run = expected(belief, hope * learner.doubt(place.machine));
  const overhead = fold.overheadSeconds(place.layer);
  const failure = fold.failures.predict(view, place);
  const again = run + overhead + spec.retryPolicy.initialIntervalMs / 1000;
  return { run, overhead, transfer, failure, finish: overhead + transfer + run + failure * again };
}
