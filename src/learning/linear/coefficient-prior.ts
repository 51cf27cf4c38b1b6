/**
 * What a type's coefficients are expected to be before its own rows speak: empirical Bayes over the types seen so far
 * (mean and variance of every coefficient; of the machines' offsets the whole covariance, because machines that are
 * fast for one type are fast for others).
 */
import type { Json } from '../../kit/json.js';
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
export function scaledGaussian({ mean, covariance, precision, shift }: Gaussian, factor: number): Gaussian {
  return {
    mean,
    covariance: covariance.map((value) => factor * value),
    precision: precision.map((value) => value / factor),
    shift: shift.map((value) => value / factor),
  };
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

/**
 * One step of expectation maximisation over the posteriors of types, which are added one after the other: what is kept of them
 * is their number and the sums of their means and second moments.
 */
export class PriorSums {
  readonly #machines: number;
  #count = 0;
  readonly #means: Float64Array;
  readonly #squares: Float64Array;

  constructor(machines: number) {
    const n = dimensionOf(machines);
    this.#machines = machines;
    this.#means = new Float64Array(n);
    this.#squares = new Float64Array(n * n);
  }

  add(posterior: Moments): void {
    const { mean, covariance } = withoutCommonOffset(posterior, this.#machines);
    const n = mean.length;
    this.#count += 1;
    for (let i = 0; i < n; i++) {
      const own = mean[i] as number;
      this.#means[i] = (this.#means[i] as number) + own;
      for (let j = 0; j <= i; j++) {
        if (!isKept(i, j)) continue;
        const at = i * n + j;
        const square = own * (mean[j] as number) + (covariance[at] as number);
        this.#squares[at] = (this.#squares[at] as number) + square;
      }
    }
  }

  learned(): Gaussian {
    const n = this.#means.length;
    const mean = this.#means.map(
      (sum, i) => (PSEUDO_TYPES_MEAN * firstMean(i) + sum) / (this.#count + PSEUDO_TYPES_MEAN),
    );
    const covariance = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        if (!isKept(i, j)) continue;
        const pseudo = i < TASK_WIDTH ? PSEUDO_TYPES : PSEUDO_TYPES_MACHINES;
        const first = i === j ? pseudo * firstVariance(i) : 0;
        covariance[i * n + j] = (first + this.#spread(mean, i, j)) / (this.#count + pseudo);
        covariance[j * n + i] = covariance[i * n + j] as number;
      }
    }
    for (let i = 0; i < n; i++) {
      const excess = (covariance[i * n + i] as number) / (VARIANCE_GROWTH_MAX * firstVariance(i));
      if (excess > 1) scaleColumn(covariance, n, i, 1 / Math.sqrt(excess));
    }
    return gaussianFrom(mean, covariance);
  }

  /** Sum of what the types differ by from the mean, and of what is not known of them. */
  #spread(mean: Float64Array, i: number, j: number): number {
    const [a, b] = [mean[i] as number, mean[j] as number];
    const crossed = a * (this.#means[j] as number) + b * (this.#means[i] as number);
    return (this.#squares[i * mean.length + j] as number) - crossed + this.#count * a * b;
  }

  snapshot(): Json {
    return { count: this.#count, means: [...this.#means], squares: [...this.#squares] };
  }

  static restored(saved: Json, machines: number): PriorSums {
    const { count, means, squares } = saved as { count: number; means: number[]; squares: number[] };
    const sums = new PriorSums(machines);
    sums.#count = count;
    sums.#means.set(means);
    sums.#squares.set(squares);
    return sums;
  }
}

/** Covariances are learned between the offsets of machines alone. */
function isKept(i: number, j: number): boolean {
  return i === j || (isOffset(i) && isOffset(j));
}

/** Scales a variable: correlations stay as they are, so the matrix stays positive definite. */
function scaleColumn(covariance: Float64Array, n: number, column: number, factor: number): void {
  for (let j = 0; j < n; j++) {
    covariance[column * n + j] = factor * (covariance[column * n + j] as number);
    covariance[j * n + column] = factor * (covariance[j * n + column] as number);
  }
}
