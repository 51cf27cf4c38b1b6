/** Rows of training with a known law: Friedman's function, and tables from a formula. */
import { SeededRandom } from '../../../src/kit/random.js';
import type { TrainingRows } from '../../../src/learning/batch.js';
import { cpuMsOf } from '../cpu-time.js';

export function normalFrom(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

export interface KnownRows extends TrainingRows {
  /** What `actual` would be without noise. */
  readonly truth: Float64Array;
}

export interface TableOptions {
  readonly count: number;
  readonly width: number;
  readonly seed: string;
  /** Standard deviation; 0 where it is not given. */
  readonly noise?: number;
  readonly prior?: (row: Float64Array) => number;
}

/** Columns uniform in [0, 1). */
export function tableOf(
  law: (row: Float64Array) => number,
  { count, width, seed, noise = 0, prior = () => 0 }: TableOptions,
): KnownRows {
  const random = new SeededRandom(seed);
  const features = Float64Array.from({ length: count * width }, () => random.next());
  const rowOf = (i: number): Float64Array => features.subarray(i * width, (i + 1) * width);
  const truth = Float64Array.from({ length: count }, (_, i) => law(rowOf(i)));
  return {
    featuresVersion: 1,
    names: Array.from({ length: width }, (_, i) => `x${i}`),
    count,
    features,
    prior: Float64Array.from({ length: count }, (_, i) => prior(rowOf(i))),
    actual: truth.map((value) => value + noise * normalFrom(random)),
    truth,
  };
}

/** Friedman (1991): the first five columns matter, the others are noise. */
export function friedman(row: Float64Array): number {
  const [a, b, c, d, e] = row as unknown as [number, number, number, number, number];
  return 10 * Math.sin(Math.PI * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e;
}

/** Root mean squared distance from the truth. */
export function rmseOf(
  { features, names, prior, truth }: KnownRows,
  predict: (row: Float64Array, prior: number) => number,
): number {
  const row = new Float64Array(names.length);
  let squares = 0;
  for (const [i, value] of truth.entries()) {
    row.set(features.subarray(i * names.length, (i + 1) * names.length));
    squares += (predict(row, prior[i] as number) - value) ** 2;
  }
  return Math.sqrt(squares / truth.length);
}

/** Microseconds of this process's own time for one call, in the fastest of some rounds: what others do meanwhile does not count. */
export function fastestMicroseconds(call: () => unknown, calls = 500): number {
  const round = (): void => {
    for (let i = 0; i < calls; i++) call();
  };
  return (cpuMsOf(round, 20) * 1000) / calls;
}
