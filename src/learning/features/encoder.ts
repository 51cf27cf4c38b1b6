/** All feature columns side by side: one row of numbers for a task and a place. Called by the learner. */
import { assert } from '../../kit/assert.js';
import type { Json } from '../../kit/json.js';
import type { PlaceView, TaskView } from '../view.js';
import type { FeatureSource } from './feature-source.js';

export class Encoder {
  readonly columns: readonly string[];
  readonly #sources: readonly FeatureSource[];

  constructor(sources: readonly FeatureSource[]) {
    this.#sources = sources;
    this.columns = sources.flatMap((source) => source.columns);
    assert(new Set(this.columns).size === this.columns.length, 'no two feature columns have one name');
  }

  write(task: TaskView, place: PlaceView, into: Float64Array, at = 0): void {
    for (const source of this.#sources) {
      source.write(task, place, into, at);
      at += source.columns.length;
    }
  }

  learn(task: TaskView, place: PlaceView, actual: number): void {
    for (const source of this.#sources) source.learn(task, place, actual);
  }

  snapshot(): Json {
    return Object.fromEntries(this.#sources.map((source) => [source.name, source.snapshot()]));
  }

  restore(state: Json): void {
    for (const source of this.#sources) source.restore((state as Record<string, Json>)[source.name] as Json);
  }
}
