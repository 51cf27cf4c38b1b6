/** What a case of the bench is, and how the measurements of its contestants become a row. */
import type { Bench } from '../bench.js';
import { median } from '../figures.js';
import { compared, type Row } from '../report.js';

export interface Case {
  readonly title: string;
  /** A row as soon as it is known. */
  run(bench: Bench): AsyncGenerator<Row, void>;
}

export interface Reading<T> {
  readonly case: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  readonly figure: (measurement: T) => number;
  readonly onPostgres: ReadonlySet<string>;
}

/** The medians of one figure of every contestant. */
export function rowOf<T>(values: ReadonlyMap<string, readonly T[]>, reading: Reading<T>): Row {
  const runs = Object.fromEntries([...values].map(([name, all]) => [name, all.map(reading.figure)]));
  const figures = Object.fromEntries(Object.entries(runs).map(([name, all]) => [name, median(all)]));
  return compared({ ...reading, figures, runs });
}

/** A row held against a target; undefined where nobody took part whom the target names. */
export function held(row: Row, target: string, met: boolean | undefined): Row {
  return { ...row, target, ...(met !== undefined && { met }) };
}
