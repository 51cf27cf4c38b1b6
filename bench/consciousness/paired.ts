/** Differences of pairs: mean, interval of 95 %, and how they look. */
import { studentQuantile } from '../../src/consciousness/statistics/student.js';

export interface Difference {
  readonly mean: number;
  readonly from: number;
  readonly to: number;
}

export function differenceOf(ours: readonly number[], beneath: readonly number[]): Difference {
  const differences = ours.map((one, at) => one - (beneath[at] ?? 0));
  const mean = meanOf(differences);
  const variance = differences.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (differences.length - 1);
  const half = studentQuantile(0.975, differences.length - 1) * Math.sqrt(variance / differences.length);
  return { mean, from: mean - half, to: mean + half };
}

/** Costs: less is a gain. */
export function verdictOf({ from, to }: Difference): 'gains' | 'loses' | 'no measurable gain' {
  return to < 0 ? 'gains' : from > 0 ? 'loses' : 'no measurable gain';
}

const WIDTH = 41;

/** The interval on a line from -`reach` to `reach`; `|` is no difference, `o` the mean. */
export function drawn({ mean, from, to }: Difference, reach: number): string {
  const middle = (WIDTH - 1) / 2;
  const at = (value: number): number =>
    Math.min(WIDTH - 1, Math.max(0, Math.round(middle + (middle * value) / Math.max(reach, 1e-9))));
  const line = Array.from({ length: WIDTH }, (_, place): string =>
    place >= at(from) && place <= at(to) ? '-' : place === middle ? '|' : ' ',
  );
  line[at(mean)] = 'o';
  return line.join('');
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
