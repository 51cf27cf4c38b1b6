/** The normal distribution, for intervals, tests and times. Pure functions of numbers. */
import { assert } from '../assert.js';

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
