/**
 * What is believed of throughput over a parameter, from windows at some of its values: a Gaussian process on logarithms
 * (Rasmussen and Williams 2006, chapter 2) whose mean is a power of the value and whose rest is smooth, so that no law is
 * assumed but that neighbours are alike. Older windows say less. Pure; `curve-tuner.ts` decides by it.
 */

/** Logarithms, but for `age`, in windows. */
export interface Point {
  readonly value: number;
  readonly rate: number;
  readonly age: number;
}

/** Of the logarithm of the rate at each value of a grid. */
export interface Curve {
  readonly mean: Float64Array;
  /** Of what is not known of the curve there, a standard deviation. */
  readonly sd: Float64Array;
}

/** Standard deviations and reach, in logarithms: how far rates are from a power law, and over which ratio of values that is alike. */
const REST = { sd: 0.35, reach: 0.6 } as const;
/** The power of the value that rates follow. */
const POWER = { mean: 0.2, sd: 0.5 } as const;
/** Of the height of the whole curve, nothing is known. */
const HEIGHT_SD = 5;
/** A window so old says half as much as a new one. */
const HALF_AGE = 25;

/** `noise`: standard deviation of a new window. `values`: logarithms. */
export function curveThrough(points: readonly Point[], values: Float64Array, noise: number): Curve {
  const centre = points.reduce((sum, { rate }) => sum + rate, 0) / points.length;
  const factor = cholesky(points, noise);
  const rests = points.map(({ value, rate }) => rate - centre - POWER.mean * value);
  const weights = solveUpper(factor, solveLower(factor, rests));
  const mean = new Float64Array(values.length);
  const sd = new Float64Array(values.length);
  for (const [i, value] of values.entries()) {
    const shared = points.map((point) => covariance(point.value, value));
    mean[i] = centre + POWER.mean * value + dot(shared, weights);
    const known = solveLower(factor, shared);
    sd[i] = Math.sqrt(Math.max(0, covariance(value, value) - dot(known, known)));
  }
  return { mean, sd };
}

function covariance(a: number, b: number): number {
  const distance = (Math.sqrt(3) * Math.abs(a - b)) / REST.reach;
  return HEIGHT_SD ** 2 + POWER.sd ** 2 * a * b + REST.sd ** 2 * (1 + distance) * Math.exp(-distance);
}

/** Of the covariance of the points, row by row. */
function cholesky(points: readonly Point[], noise: number): Float64Array[] {
  const rows: Float64Array[] = [];
  for (const [i, { value, age }] of points.entries()) {
    const row = new Float64Array(i + 1);
    rows.push(row);
    for (let j = 0; j <= i; j++) {
      let sum = covariance(value, (points[j] as Point).value);
      if (j === i) sum += noise ** 2 * 2 ** (age / HALF_AGE);
      const other = rows[j] as Float64Array;
      for (let k = 0; k < j; k++) sum -= (row[k] as number) * (other[k] as number);
      row[j] = j === i ? Math.sqrt(Math.max(sum, 1e-9)) : sum / (other[j] as number);
    }
  }
  return rows;
}

function solveLower(factor: readonly Float64Array[], right: readonly number[]): number[] {
  const found: number[] = [];
  for (const [i, row] of factor.entries()) {
    let sum = right[i] as number;
    for (let k = 0; k < i; k++) sum -= (row[k] as number) * (found[k] as number);
    found.push(sum / (row[i] as number));
  }
  return found;
}

function solveUpper(factor: readonly Float64Array[], right: readonly number[]): number[] {
  const found = [...right];
  for (let i = factor.length - 1; i >= 0; i--) {
    const row = factor[i] as Float64Array;
    found[i] = (found[i] as number) / (row[i] as number);
    for (let k = 0; k < i; k++) found[k] = (found[k] as number) - (row[k] as number) * (found[i] as number);
  }
  return found;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, one, i) => sum + one * (b[i] as number), 0);
}
