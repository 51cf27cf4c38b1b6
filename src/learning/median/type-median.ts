/**
 * The running median of what the type took lately, then of the tool, then of everything. The floor: a model that does
 * worse than this on a type is not used for it.
 */
import type { Json } from '../../kit/json.js';
import { BoundedMap } from '../bounded-map.js';
import type { Belief, Model } from '../model.js';
import type { PlaceView, TaskView } from '../view.js';
import { SortedWindow } from './sorted-window.js';

const KEYS_MAX = 10_000;
const WINDOW = 64;
const WINDOW_ALL = 256;
/** A few values say little of the spread: as if one more had been this far off. */
const SD_PRIOR = 0.5;

export class TypeMedian implements Model {
  readonly name = 'type-median';
  readonly family = 'BASELINE';
  readonly #types = new BoundedMap<SortedWindow>(KEYS_MAX);
  readonly #tools = new BoundedMap<SortedWindow>(KEYS_MAX);
  #all = new SortedWindow(WINDOW_ALL);

  predict(task: TaskView, _place: PlaceView, into: Belief): boolean {
    const window = this.#types.get(task.typeKey) ?? this.#tools.get(task.toolKey) ?? this.#all;
    if (window.size === 0) return false;
    into.mean = window.quantile(0.5);
    // Of a normal distribution, the middle 80 % are 2.563 standard deviations wide.
    const spread = (window.quantile(0.9) - window.quantile(0.1)) / 2.563;
    into.sd = Math.sqrt((SD_PRIOR ** 2 + window.size * spread ** 2) / (window.size + 1));
    return true;
  }

  learn(task: TaskView, _place: PlaceView, actual: number): void {
    this.#types.touch(task.typeKey, () => new SortedWindow(WINDOW)).push(actual);
    this.#tools.touch(task.toolKey, () => new SortedWindow(WINDOW)).push(actual);
    this.#all.push(actual);
  }

  snapshot(): Json {
    const rows = (map: BoundedMap<SortedWindow>): Json =>
      [...map.entries()].map(([key, w]) => [key, w.snapshot()]);
    return { types: rows(this.#types), tools: rows(this.#tools), all: this.#all.snapshot() };
  }

  restore(state: Json): void {
    const { types, tools, all } = state as unknown as Record<'types' | 'tools', [string, number[]][]> & {
      all: number[];
    };
    const fill = (map: BoundedMap<SortedWindow>, rows: [string, number[]][]): void => {
      map.clear();
      for (const [key, values] of rows) map.set(key, SortedWindow.of(WINDOW, values));
    };
    fill(this.#types, types);
    fill(this.#tools, tools);
    this.#all = SortedWindow.of(WINDOW_ALL, all);
  }
}
