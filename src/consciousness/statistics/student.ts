/** Student's distribution, for intervals from few observations. Called by the recognisers. */
import { assert } from '../../kit/assert.js';
import { normalQuantile } from '../../kit/statistics/normal.js';

/**
 * Quantile of Student's t, by Hill's expansion (CACM algorithm 396, 1970): below 1e-5 off from 3 degrees of freedom on,
 * exact for 1 and 2.
 */
export function studentQuantile(p: number, freedom: number): number {
  assert(freedom >= 1, 'Student needs at least one degree of freedom');
  if (p === 0.5) return 0;
  if (p < 0.5) return -studentQuantile(1 - p, freedom);
  const two = 2 * (1 - p);
  if (freedom === 1) return 1 / Math.tan((two * Math.PI) / 2);
  if (freedom === 2) return Math.sqrt(2 / (two * (2 - two)) - 2);
  return hill(two, freedom);
}

function hill(two: number, n: number): number {
  const a = 1 / (n - 0.5);
  const b = (48 / a) * (1 / a);
  let c = ((20700 * a) / b - 98) * a - 16;
  c = c * a + 96.36;
  const d = ((94.5 / (b + c) - 3) / b + 1) * Math.sqrt((a * Math.PI) / 2) * n;
  let y = (d * two) ** (2 / n);
  if (y > 0.05 + a) return fromNormal(normalQuantile(two / 2), n, [a, b, c, d]);
  const inner = (1 / (((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3) + 0.5 / (n + 4)) * y - 1;
  y = (inner * (n + 1)) / (n + 2) + 1 / y;
  return Math.sqrt(n * y);
}

function fromNormal(x: number, n: number, [a, b, c0, d]: readonly [number, number, number, number]): number {
  const square = x * x;
  const c = c0 + (n < 5 ? 0.3 * (n - 4.5) * (x + 0.6) : 0);
  const e = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c;
  const y = (((((0.4 * square + 6.3) * square + 36) * square + 94.5) / e - square - 3) / b + 1) * x;
  const exponent = a * y * y;
  return Math.sqrt(n * (exponent > 0.002 ? Math.expm1(exponent) : 0.5 * exponent * exponent + exponent));
}
