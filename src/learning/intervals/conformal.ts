/**
 * Intervals that hold what they promise: adaptive conformal prediction (Gibbs and Candès 2021, 2106.00170) per type.
 * An error is measured in standard deviations of the model; two factors per type say how many of them 5 % of the errors
 * exceed below and above, and every observation moves them a little. Types with few rows use the factors of all.
 */
import type { Json } from '../../kit/json.js';
import { BoundedMap } from '../bounded-map.js';

const TYPES_MAX = 10_000;
/** Share of errors outside, on each side. */
const MISS = 0.05;
/** Step of a factor per observation, in standard deviations; larger while the type is young. */
const STEP = 0.08;
const STEP_YOUNG = 0.4;
/** The factors of all types count like this many observations of the type. */
const SHRINKAGE = 20;
const START = 1.645;
const FACTOR_MIN = 0.05;

interface Factors {
  low: number;
  high: number;
  count: number;
}

export interface Interval {
  low: number;
  high: number;
}

export class Conformal {
  readonly #types = new BoundedMap<Factors>(TYPES_MAX);
  #all: Factors = { low: START, high: START, count: 0 };

  /** Bounds of the logarithm for a belief of this mean and standard deviation. */
  bounds(typeKey: string, mean: number, sd: number, into: Interval): void {
    const own = this.#types.get(typeKey);
    into.low = mean - sd * this.#blend(own, 'low');
    into.high = mean + sd * this.#blend(own, 'high');
  }

  /** `z`: the error of the logarithm in standard deviations of the belief it had. */
  learn(typeKey: string, z: number): void {
    const own = this.#types.touch(typeKey, () => ({ ...this.#all, count: 0 }));
    const low = this.#blend(own, 'low');
    const high = this.#blend(own, 'high');
    adapt(own, z < -low, z > high);
    adapt(this.#all, z < -this.#all.low, z > this.#all.high);
  }

  snapshot(): Json {
    return { all: { ...this.#all }, types: [...this.#types.entries()] as unknown as Json };
  }

  restore(state: Json): void {
    const { all, types } = structuredClone(state) as unknown as { all: Factors; types: [string, Factors][] };
    this.#all = all;
    this.#types.clear();
    for (const [key, factors] of types) this.#types.set(key, factors);
  }

  #blend(own: Factors | undefined, side: 'low' | 'high'): number {
    if (own === undefined) return this.#all[side];
    const share = own.count / (own.count + SHRINKAGE);
    return Math.max(FACTOR_MIN, share * own[side] + (1 - share) * this.#all[side]);
  }
}

/** Up by `step × (1 - MISS)` for a miss, down by `step × MISS` for a hit: at rest where misses are as many as wished. */
function adapt(factors: Factors, missedLow: boolean, missedHigh: boolean): void {
  factors.count += 1;
  const step = Math.max(STEP, STEP_YOUNG / Math.sqrt(factors.count));
  factors.low = Math.max(FACTOR_MIN, factors.low + step * ((missedLow ? 1 : 0) - MISS));
  factors.high = Math.max(FACTOR_MIN, factors.high + step * ((missedHigh ? 1 : 0) - MISS));
}
