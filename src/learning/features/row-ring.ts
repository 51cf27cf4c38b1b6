/**
 * The latest rows, for training: a ring of fixed size. A table that is handed out is a copy in the order of
 * observation, so that it can go to another thread while rows go on coming.
 */
import { assert } from '../../kit/assert.js';
import type { Json } from '../../kit/json.js';
import type { Stages } from '../../kit/turn.js';
import type { TrainingRows } from '../batch.js';
import { FEATURES_VERSION } from '../view.js';

/** A training sees this many rows at most. */
export const ROWS_MAX = 4000;
/** Rows that may come between the question for a training and its answer: a restart can then ask again, for the same rows. */
export const ROWS_LATE_MAX = 128;
const CAPACITY = ROWS_MAX + ROWS_LATE_MAX;
/** Numbers of one stage of a snapshot: a millisecond. */
const SAVED_EACH = 50_000;

export class RowRing {
  readonly #names: readonly string[];
  readonly #features: Float64Array;
  readonly #prior = new Float64Array(CAPACITY);
  readonly #actual = new Float64Array(CAPACITY);
  /** Rows ever written. */
  #total = 0;

  constructor(names: readonly string[]) {
    this.#names = names;
    this.#features = new Float64Array(CAPACITY * names.length);
  }

  get total(): number {
    return this.#total;
  }

  push(features: Float64Array, prior: number, actual: number): void {
    const at = this.#total % CAPACITY;
    this.#features.set(features, at * this.#names.length);
    this.#prior[at] = prior;
    this.#actual[at] = actual;
    this.#total += 1;
  }

  /** The rows that a training asked for after `total` rows sees. */
  upTo(total: number): TrainingRows {
    assert(
      total <= this.#total && this.#total - total <= ROWS_LATE_MAX,
      'the rows of an old training are gone',
    );
    return this.#copy(total, Math.min(total, ROWS_MAX));
  }

  latest(count: number): TrainingRows {
    return this.#copy(this.#total, Math.min(this.#total, count, ROWS_MAX));
  }

  #copy(end: number, count: number): TrainingRows {
    const width = this.#names.length;
    const table = {
      featuresVersion: FEATURES_VERSION,
      names: this.#names,
      count,
      features: new Float64Array(count * width),
      prior: new Float64Array(count),
      actual: new Float64Array(count),
    };
    for (let row = 0; row < count; row++) {
      const at = (end - count + row) % CAPACITY;
      table.features.set(this.#features.subarray(at * width, (at + 1) * width), row * width);
      table.prior[row] = this.#prior[at] as number;
      table.actual[row] = this.#actual[at] as number;
    }
    return table;
  }

  *snapshotting(): Stages<Json> {
    const { features, prior, actual } = this.#copy(this.#total, Math.min(this.#total, CAPACITY));
    const numbers: number[] = [];
    for (let from = 0; from < features.length; from += SAVED_EACH) {
      yield;
      const to = Math.min(features.length, from + SAVED_EACH);
      for (let at = from; at < to; at++) numbers.push(features[at] as number);
    }
    return { total: this.#total, features: numbers, prior: [...prior], actual: [...actual] };
  }

  restore(state: Json): void {
    const { total, features, prior, actual } = state as unknown as {
      total: number;
      features: number[];
      prior: number[];
      actual: number[];
    };
    const width = this.#names.length;
    this.#total = total - prior.length;
    for (let row = 0; row < prior.length; row++) {
      const slice = Float64Array.from(features.slice(row * width, (row + 1) * width));
      this.push(slice, prior[row] as number, actual[row] as number);
    }
  }
}
