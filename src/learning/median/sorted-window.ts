/** The latest values of a stream, kept sorted, so that a quantile costs nothing and a new value costs one shift. */
import { assert } from '../../kit/assert.js';

export class SortedWindow {
  readonly #max: number;
  readonly #arrived: number[] = [];
  readonly #sorted: number[] = [];
  /** Where the oldest stands in `#arrived` once the window is full. */
  #oldest = 0;

  constructor(max: number) {
    assert(max > 0, 'a window holds at least one value');
    this.#max = max;
  }

  /** From values in the order of arrival. */
  static of(max: number, values: readonly number[]): SortedWindow {
    const window = new SortedWindow(max);
    for (const value of values) window.push(value);
    return window;
  }

  get size(): number {
    return this.#arrived.length;
  }

  push(value: number): void {
    assert(Number.isFinite(value), 'a window holds finite numbers');
    if (this.#arrived.length === this.#max) {
      this.#sorted.splice(this.#place(this.#arrived[this.#oldest] as number), 1);
      this.#arrived[this.#oldest] = value;
      this.#oldest = (this.#oldest + 1) % this.#max;
    } else {
      this.#arrived.push(value);
    }
    this.#sorted.splice(this.#place(value), 0, value);
  }

  /** Linear interpolation between order statistics; the window must not be empty. */
  quantile(q: number): number {
    assert(this.#sorted.length > 0, 'an empty window has no quantile');
    const at = (this.#sorted.length - 1) * q;
    const low = this.#sorted[Math.floor(at)] as number;
    const high = this.#sorted[Math.ceil(at)] as number;
    return low + (high - low) * (at - Math.floor(at));
  }

  /** In the order of arrival. */
  snapshot(): number[] {
    return [...this.#arrived.slice(this.#oldest), ...this.#arrived.slice(0, this.#oldest)];
  }

  /** The first position whose value is not less. */
  #place(value: number): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
