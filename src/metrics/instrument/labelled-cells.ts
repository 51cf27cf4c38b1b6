/**
 * Cells by label values, bounded: what a scrape costs must not grow with what strangers send. Counters and histograms
 * of this folder keep their numbers here. The first `seriesMax` combinations get a cell of their own, all later ones
 * share one whose labels read "other".
 */
import { assert } from '../../kit/assert.js';

export interface LabelledCell<C> {
  readonly labels: Readonly<Record<string, string>>;
  readonly cell: C;
}

const SERIES_MAX = 500;

export class LabelledCells<C> {
  readonly labelNames: readonly string[];
  readonly #make: () => C;
  readonly #seriesMax: number;
  readonly #cells = new Map<string, LabelledCell<C>>();

  /** A family without labels has its one cell from the start, so that it is exported as 0 before the first event. */
  constructor(labelNames: readonly string[], make: () => C, seriesMax: number = SERIES_MAX) {
    this.labelNames = labelNames;
    this.#make = make;
    this.#seriesMax = seriesMax;
    if (labelNames.length === 0) this.#add('', []);
  }

  /** `values` in the order of `labelNames`. */
  at(values: readonly string[]): C {
    const key = values.length === 1 ? (values[0] as string) : values.join('\u0000');
    const known = this.#cells.get(key);
    if (known !== undefined) return known.cell;
    assert(
      values.length === this.labelNames.length,
      () => `expected values for the labels ${this.labelNames.join(', ')}`,
    );
    if (this.#cells.size < this.#seriesMax) return this.#add(key, values);
    const others = this.labelNames.map(() => 'other');
    const otherKey = others.join('\u0000');
    return this.#cells.get(otherKey)?.cell ?? this.#add(otherKey, others);
  }

  [Symbol.iterator](): IterableIterator<LabelledCell<C>> {
    return this.#cells.values();
  }

  #add(key: string, values: readonly string[]): C {
    const labels = Object.fromEntries(this.labelNames.map((name, index) => [name, values[index] as string]));
    const cell = this.#make();
    this.#cells.set(key, { labels, cell });
    return cell;
  }
}
