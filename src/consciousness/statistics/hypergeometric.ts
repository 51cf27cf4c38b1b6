/**
 * Distributions of counts in two-by-two tables, for exact tests where a stratum is thin. Called by the recognisers of
 * associations, sequences and failing types. Probabilities are summed in logarithms: margins of millions do not overflow.
 */
import { assert } from '../../kit/assert.js';

/** Of `total` tasks `exposed` were exposed and `failed` failed; `both` were and did. */
export interface TwoByTwo {
  readonly both: number;
  readonly exposed: number;
  readonly failed: number;
  readonly total: number;
}

const TABLE = 1024;
const factorials = new Float64Array(TABLE);
for (let n = 2; n < TABLE; n++) factorials[n] = (factorials[n - 1] as number) + Math.log(n);

/** ln n!, from a table and above it by Stirling's series (error below 1e-16 there). */
export function logFactorial(n: number): number {
  if (n < TABLE) return factorials[n] as number;
  const inverse = 1 / n;
  const series = inverse * (1 / 12 - inverse * inverse * (1 / 360 - (inverse * inverse) / 1260));
  return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + series;
}

export function logChoose(n: number, k: number): number {
  return k < 0 || k > n ? Number.NEGATIVE_INFINITY : logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/** Probabilities of `both` from `least` on, when margins are given and exposure means nothing. */
export interface CountDistribution {
  readonly least: number;
  readonly probabilities: Float64Array;
}

export function hypergeometric({ exposed, failed, total }: TwoByTwo): CountDistribution {
  const least = Math.max(0, exposed + failed - total);
  const most = Math.min(exposed, failed);
  assert(most >= least, 'the margins of a table contradict each other');
  const whole = logChoose(total, failed);
  const probabilities = new Float64Array(most - least + 1);
  for (let i = 0; i < probabilities.length; i++) {
    const both = least + i;
    probabilities[i] = Math.exp(logChoose(exposed, both) + logChoose(total - exposed, failed - both) - whole);
  }
  return { least, probabilities };
}

/** Distribution of the sum of two independent counts. */
export function sumOf(a: CountDistribution, b: CountDistribution): CountDistribution {
  const probabilities = new Float64Array(a.probabilities.length + b.probabilities.length - 1);
  a.probabilities.forEach((p, i) => {
    if (p === 0) return;
    b.probabilities.forEach((q, j) => (probabilities[i + j] = (probabilities[i + j] as number) + p * q));
  });
  return { least: a.least + b.least, probabilities };
}

/** P(count >= observed): how surprising an excess is. */
export function upperTail({ least, probabilities }: CountDistribution, observed: number): number {
  let sum = 0;
  for (let i = Math.max(0, observed - least); i < probabilities.length; i++)
    sum += probabilities[i] as number;
  return Math.min(1, sum);
}

/** Fisher's exact test, one-sided: does exposure go with more failures? */
export function fisherUpper(table: TwoByTwo): number {
  return upperTail(hypergeometric(table), table.both);
}
