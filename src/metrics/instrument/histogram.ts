/**
 * A histogram that costs 0.15 µs where prom-client's costs 0.8 µs: at 100,000 tasks a second two of those would take a
 * sixth of a core. The families make it; prom-client's registry exports it through `get`.
 */
import type { Histogram as PromHistogram, Registry } from 'prom-client';
import { assert } from '../../kit/assert.js';
import type { ExportedFamily, FamilyOptions } from './counter.js';
import { LabelledCells } from './labelled-cells.js';

/** One combination of labels, for those who observe it often. */
export class HistogramSeries {
  readonly #bounds: Float64Array;
  /** Observations per bucket, not cumulative; the last one is +Inf. */
  readonly counts: Float64Array;
  sum = 0;
  count = 0;

  constructor(bounds: Float64Array) {
    this.#bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  /** Linear search: most observations fall into the first few of at most 20 buckets. NaN falls into +Inf. */
  observe(value: number): void {
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && !(value <= (bounds[bucket] as number))) bucket++;
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
    this.sum += value;
    this.count++;
  }

  reset(): void {
    this.counts.fill(0);
    this.sum = 0;
    this.count = 0;
  }
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
  readonly #cells: LabelledCells<HistogramSeries>;

  constructor(registry: Registry, { name, help, labelNames = [], buckets }: HistogramOptions) {
    assert(
      buckets.every((bound, index) => index === 0 || bound > (buckets[index - 1] as number)),
      'buckets ascend',
    );
    this.name = name;
    this.help = help;
    const bounds = Float64Array.from(buckets);
    this.#buckets = bounds;
    this.#cells = new LabelledCells(labelNames, () => new HistogramSeries(bounds));
    registry.registerMetric(this as unknown as PromHistogram);
  }

  observe(value: number, ...labelValues: readonly string[]): void {
    this.#cells.at(labelValues).observe(value);
  }

  series(...labelValues: readonly string[]): HistogramSeries {
    return this.#cells.at(labelValues);
  }

  async get(): Promise<ExportedFamily> {
    const values = [...this.#cells].flatMap(({ labels, cell }) => this.#exported(labels, cell));
    return { name: this.name, help: this.help, type: this.type, aggregator: this.aggregator, values };
  }

  reset(): void {
    for (const { cell } of this.#cells) cell.reset();
  }

  #exported(labels: Readonly<Record<string, string>>, cell: HistogramSeries): ExportedFamily['values'] {
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
}
