/**
 * What a type's coefficients are expected to be before its own rows speak: empirical Bayes over the types seen so far
 * (mean and variance of every coefficient; of the machines' offsets the whole covariance, because machines that are
 * fast for one type are fast for others).
 */
import { invert, multiply } from '../dense.js';
import { MACHINE_WIDTH, OFFSET_VARIANCE, SLOPE_VARIANCE, TASK_VARIANCE, TASK_WIDTH } from './design.js';

/** A normal distribution of coefficients, with its precision and precision × mean. */
export interface Gaussian {
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
  readonly precision: Float64Array;
  readonly shift: Float64Array;
}

export type Moments = Pick<Gaussian, 'mean' | 'covariance'>;

/** The first expectation counts like this many types. */
const PSEUDO_TYPES = 4;
const PSEUDO_TYPES_MACHINES = 10;
const PSEUDO_TYPES_MEAN = 1;

export function dimensionOf(machines: number): number {
  return TASK_WIDTH + MACHINE_WIDTH * machines;
}

function firstVariance(column: number): number {
  if (column < TASK_WIDTH) return TASK_VARIANCE[column] as number;
  return (column - TASK_WIDTH) % MACHINE_WIDTH === 0 ? OFFSET_VARIANCE : SLOPE_VARIANCE;
}

/** The size of a task is expected to matter by a power of 0.5 before anything was seen. */
function firstMean(column: number): number {
  return column === 1 ? 1 : 0;
}

export function gaussianFrom(mean: Float64Array, covariance: Float64Array): Gaussian {
  const n = mean.length;
  const precision = new Float64Array(n * n);
  invert(covariance, n, new Float64Array(n * n), precision);
  const shift = new Float64Array(n);
  multiply(precision, mean, n, shift);
  return { mean, covariance, precision, shift };
}

/** The same mean, with a covariance of this many times as much. */
export function scaledGaussian({ mean, covariance }: Gaussian, factor: number): Gaussian {
  return gaussianFrom(
    mean,
    covariance.map((value) => factor * value),
  );
}

export function firstPrior(machines: number): Gaussian {
  const n = dimensionOf(machines);
  const covariance = new Float64Array(n * n);
  for (let i = 0; i < n; i++) covariance[i * n + i] = firstVariance(i);
  return gaussianFrom(
    Float64Array.from({ length: n }, (_, i) => firstMean(i)),
    covariance,
  );
}

const isOffset = (column: number): boolean =>
  column >= TASK_WIDTH && (column - TASK_WIDTH) % MACHINE_WIDTH === 0;

/**
 * What all offsets have in common is the constant of the type: without their mean, offsets say how machines differ, and
 * only that. Left in, it is counted twice and the variances run away.
 */
function withoutCommonOffset({ mean, covariance }: Moments, machines: number): Moments {
  const n = mean.length;
  const at = (machine: number): number => TASK_WIDTH + MACHINE_WIDTH * machine;
  const centred = { mean: mean.slice(), covariance: covariance.slice() };
  const average = (of: (machine: number) => number): number => {
    let sum = 0;
    for (let m = 0; m < machines; m++) sum += of(m);
    return sum / machines;
  };
  const all = average((m) => mean[at(m)] as number);
  for (let m = 0; m < machines; m++) centred.mean[at(m)] = (mean[at(m)] as number) - all;
  const cell = (a: number, b: number): number => covariance[at(a) * n + at(b)] as number;
  const rows = Array.from({ length: machines }, (_, a) => average((b) => cell(a, b)));
  const whole = average((a) => rows[a] as number);
  for (let a = 0; a < machines; a++)
    for (let b = 0; b < machines; b++)
      centred.covariance[at(a) * n + at(b)] = cell(a, b) - (rows[a] as number) - (rows[b] as number) + whole;
  return centred;
}

/**
 * A coefficient's variance between types is at most this many times what was expected first: a few types whose tasks
 * differ in a way that the model does not know must not teach it that machines differ by e³.
 */
const VARIANCE_GROWTH_MAX = 2;

/** One step of expectation maximisation over the posteriors of types. */
export function learnPrior(posteriors: readonly Moments[], machines: number): Gaussian {
  const n = dimensionOf(machines);
  const types = posteriors.map((posterior) => withoutCommonOffset(posterior, machines));
  const mean = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = PSEUDO_TYPES_MEAN * firstMean(i);
    for (const type of types) sum += type.mean[i] as number;
    mean[i] = sum / (types.length + PSEUDO_TYPES_MEAN);
  }
  const covariance = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      if (i !== j && !(isOffset(i) && isOffset(j))) continue;
      const pseudo = i < TASK_WIDTH ? PSEUDO_TYPES : PSEUDO_TYPES_MACHINES;
      let sum = i === j ? pseudo * firstVariance(i) : 0;
      for (const { mean: own, covariance: spread } of types) {
        const off = ((own[i] as number) - (mean[i] as number)) * ((own[j] as number) - (mean[j] as number));
        sum += off + (spread[i * n + j] as number);
      }
      covariance[i * n + j] = sum / (types.length + pseudo);
      covariance[j * n + i] = covariance[i * n + j] as number;
    }
  }
  for (let i = 0; i < n; i++) {
    const excess = (covariance[i * n + i] as number) / (VARIANCE_GROWTH_MAX * firstVariance(i));
    if (excess > 1) scaleColumn(covariance, n, i, 1 / Math.sqrt(excess));
  }
  return gaussianFrom(mean, covariance);
}

/** Scales a variable: correlations stay as they are, so the matrix stays positive definite. */
function scaleColumn(covariance: Float64Array, n: number, column: number, factor: number): void {
  for (let j = 0; j < n; j++) {
    covariance[column * n + j] = factor * (covariance[column * n + j] as number);
    covariance[j * n + column] = factor * (covariance[j * n + column] as number);
  }
}
