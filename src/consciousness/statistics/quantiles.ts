/**
 * Normal and Student distributions, for intervals and for tests. Called by the recognisers and by the scoring of
 * decisions. Pure functions of numbers.
 */
import { assert } from '../../kit/assert.js';

/**
 * P(Z <= z) of a standard normal; absolute error below 1e-15 around zero, relative 1e-13 in the tail. Continued fraction
 * and series as in Marsaglia, "Evaluating the Normal Distribution" (2004).
 */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) return Number.NaN;
  if (z < -38) return 0;
  if (z > 38) return 1;
  if (Math.abs(z) > 5) return z < 0 ? upperTail(-z) : 1 - upperTail(z);
  let term = z;
  let sum = z;
  for (let k = 3; sum !== sum + term; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return 0.5 + sum * normalDensity(z);
}

/** P(Z > z) for z > 5, by Laplace's continued fraction. */
function upperTail(z: number): number {
  let fraction = 0;
  for (let k = 60; k > 0; k--) fraction = k / (z + fraction);
  return normalDensity(z) / (z + fraction);
}

export function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}

/** The z with `normalCdf(z) = p`: Acklam's rational approximation, made exact by one step of Halley. */
export function normalQuantile(p: number): number {
  assert(p > 0 && p < 1, 'a quantile is asked for a probability between 0 and 1');
  const start = acklam(p);
  const error = (normalCdf(start) - p) / normalDensity(start);
  return start - error / (1 + (start * error) / 2);
}

const A = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716];
const B = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572];
const C = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
];
const D = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];

function horner(coefficients: readonly number[], x: number, last: number): number {
  let value = 0;
  for (const coefficient of coefficients) value = (value + coefficient) * x;
  return value + last;
}

function acklam(p: number): number {
  if (p > 0.97575) return -acklam(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return horner(C, q, 2.938163982698783) / horner(D, q, 1);
  }
  const q = p - 0.5;
  return (horner(A, q * q, 2.506628277459239) * q) / horner(B, q * q, 1);
}

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
