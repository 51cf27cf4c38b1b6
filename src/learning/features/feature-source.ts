/**
 * The contract of a group of feature columns. Sources see what is known before a task runs, and may keep running
 * statistics of what came before; the learner lets every source learn only after the row was written, so no column
 * can hold what came later.
 */
import type { Json } from '../../kit/json.js';
import type { PlaceView, TaskView } from '../view.js';

export interface FeatureSource {
  /** Unique among the sources of a learner. */
  readonly name: string;
  /** Of its columns, in the order of writing. */
  readonly columns: readonly string[];
  /** Writes `columns.length` finite numbers from `into[at]` on. Allocates nothing, changes nothing. */
  write(task: TaskView, place: PlaceView, into: Float64Array, at: number): void;
  /** Running statistics. `actual` is the natural logarithm. */
  learn(task: TaskView, place: PlaceView, actual: number): void;
  snapshot(): Json;
  restore(state: Json): void;
}
