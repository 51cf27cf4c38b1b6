/**
 * Intervals that hold what they promise: adaptive conformal prediction (Gibbs and Candès 2021, 2106.00170). An error is
 * measured in standard deviations of the model. Two factors per type say how many of them 5 % of its errors exceed below
 * and above; they move slowly. Two more, of all types together, move fast: they keep the share of misses of the whole
 * stream near what was promised over any few hundred predictions, whatever happens to it.
 */
import type { Json } from '../../kit/json.js';
import { BoundedMap } from '../bounded-map.js';

const TYPES_MAX = 10_000;
/** Share of errors outside, on each side. */
const MISS = 0.05;
/** Step of a type's factor per observation, in standard deviations; larger while the type is young. */
const STEP = 0.05;
const STEP_YOUNG = 0.3;
/**
 * Step of the common factors. Over T predictions the share of misses is off by at most (range of the factor) / (step ×
 * T): about 1 % of 500 with this one, measured on the traces.
 */
const STEP_ALL = 0.6;
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
  /** Added to the factors of every type. */
  #all: Interval = { low: 0, high: 0 };

  /** Bounds of the logarithm for a belief of this mean and standard deviation. */
  bounds(typeKey: string, mean: number, sd: number, into: Interval): void {
    const own = this.#types.get(typeKey);
    into.low = mean - sd * this.#factor(own, 'low');
    into.high = mean + sd * this.#factor(own, 'high');
  }

  /** `z`: the error of the logarithm in standard deviations of the belief it had. */
  learn(typeKey: string, z: number): void {
    const own = this.#types.touch(typeKey, () => ({ low: START, high: START, count: 0 }));
    const missedLow = z < -this.#factor(own, 'low') ? 1 : 0;
    const missedHigh = z > this.#factor(own, 'high') ? 1 : 0;
    own.count += 1;
    const step = Math.max(STEP, STEP_YOUNG / Math.sqrt(own.count));
    own.low = Math.max(FACTOR_MIN, own.low + step * ((z < -own.low ? 1 : 0) - MISS));
    own.high = Math.max(FACTOR_MIN, own.high + step * ((z > own.high ? 1 : 0) - MISS));
    this.#all.low += STEP_ALL * (missedLow - MISS);
    this.#all.high += STEP_ALL * (missedHigh - MISS);
  }

  snapshot(): Json {
    return { all: { ...this.#all }, types: [...this.#types.entries()] as unknown as Json };
  }

  restore(state: Json): void {
    const { all, types } = structuredClone(state) as unknown as { all: Interval; types: [string, Factors][] };
    this.#all = all;
    this.#types.clear();
    for (const [key, factors] of types) this.#types.set(key, factors);
  }

  #factor(own: Factors | undefined, side: 'low' | 'high'): number {
    return Math.max(FACTOR_MIN, (own?.[side] ?? START) + this.#all[side]);
  }
}
