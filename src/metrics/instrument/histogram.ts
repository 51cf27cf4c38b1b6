/**
 * A histogram that costs 0.15 µs where prom-client's costs 0.8 µs: at 100,000 tasks a second two of those would take a
 * sixth of a core. The families make it; prom-client's registry exports it through `get`.
 */
import type { Histogram as PromHistogram, Registry } from 'prom-client';
import { assert } from '../../kit/assert.js';
import type { ExportedFamily, FamilyOptions } from './counter.js';
import { LabelledCells } from './labelled-cells.js';

interface Distribution {
  /** Observations per bucket, not cumulative; the last one is +Inf. */
  readonly counts: Float64Array;
  sum: number;
  count: number;
}

/** Upper bounds, ascending; `le` is inclusive as in Prometheus. */
export interface HistogramOptions extends FamilyOptions {
  readonly buckets: readonly number[];
}

export class Histogram {
  readonly name: string;
  readonly help: string;
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  readonly #buckets: Float64Array;
  readonly #cells: LabelledCells<Distribution>;

  constructor(registry: Registry, { name, help, labelNames = [], buckets }: HistogramOptions) {
    assert(
      buckets.every((bound, index) => index === 0 || bound > (buckets[index - 1] as number)),
      'buckets ascend',
    );
    this.name = name;
    this.help = help;
    this.#buckets = Float64Array.from(buckets);
    this.#cells = new LabelledCells(labelNames, () => ({
      counts: new Float64Array(buckets.length + 1),
      sum: 0,
      count: 0,
    }));
    registry.registerMetric(this as unknown as PromHistogram);
  }

  observe(value: number, ...labelValues: readonly string[]): void {
    const cell = this.#cells.at(labelValues);
    const bucket = this.#bucketOf(value);
    cell.counts[bucket] = (cell.counts[bucket] as number) + 1;
    cell.sum += value;
    cell.count++;
  }

  async get(): Promise<ExportedFamily> {
    const values = [...this.#cells].flatMap(({ labels, cell }) => this.#exported(labels, cell));
    return { name: this.name, help: this.help, type: this.type, aggregator: this.aggregator, values };
  }

  reset(): void {
    for (const { cell } of this.#cells) {
      cell.counts.fill(0);
      cell.sum = 0;
      cell.count = 0;
    }
  }

  #exported(labels: Readonly<Record<string, string>>, cell: Distribution): ExportedFamily['values'] {
    let below = 0;
    const buckets = Array.from(this.#buckets, (bound, index) => {
      below += cell.counts[index] as number;
      return { metricName: `${this.name}_bucket`, labels: { le: bound, ...labels }, value: below };
    });
    return [
      ...buckets,
      { metricName: `${this.name}_bucket`, labels: { le: '+Inf', ...labels }, value: cell.count },
      { metricName: `${this.name}_sum`, labels: { ...labels }, value: cell.sum },
      { metricName: `${this.name}_count`, labels: { ...labels }, value: cell.count },
    ];
  }

  /** Linear search: most observations fall into the first few of at most 20 buckets. NaN falls into +Inf. */
  #bucketOf(value: number): number {
    const bounds = this.#buckets;
    let index = 0;
    while (index < bounds.length && !(value <= (bounds[index] as number))) index++;
    return index;
  }
}
