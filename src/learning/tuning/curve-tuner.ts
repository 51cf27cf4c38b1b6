/**
 * Finds the value of a parameter at which throughput is highest, one window of observation after the other: concurrency of a
 * layer, size of a batch. What is known is a weight for each of some shapes of the curve (`curves.ts`), corrected near what
 * was seen; the next value is the one that costs least for what it tells (information-directed sampling, Russo and Van Roy
 * 2014), and once little is to be learned the best one. Deterministic. Windows fade, and all are forgotten where several in a
 * row are far from anything that was expected: then the system is another one.
 */
import { assert } from '../../kit/assert.js';
import type { Json } from '../../kit/json.js';
import { gridOf, shapesOf } from './curves.js';
import type { Shape } from './curves.js';

export interface CurveBounds {
  readonly min: number;
  readonly max: number;
  /** In force before anything was observed. */
  readonly start: number;
}

/** Of one window. */
export interface CurveWindow {
  readonly value: number;
  /** Done per second. */
  readonly rate: number;
}

interface Seen {
  /** Index of the grid. */
  readonly at: number;
  readonly logRate: number;
}

interface Believed {
  readonly weight: number;
  readonly curve: Float64Array;
}

const FADE = 0.97;
const SEEN_MAX = 60;
const WEIGHT_MIN = 1e-3;
/**
 * Where twice the value brings less than 1.4 % more, the smaller one is the better one: what is not used there is free for
 * others. It also leads down a plateau, behind which the best value may lie.
 */
const PRICE = 0.02;
/** By how much a system may differ from every shape: standard deviation of the logarithm. */
const UNLIKE = 0.05;
/** Standard deviation of the logarithm of a window: not below the first, and where too few tell, the second. */
const NOISE_MIN = 0.03;
const NOISE_START = 0.06;
/** Of what no shape explains: the correction near what was seen has this reach in the logarithm of the value. */
const REACH = 0.14;
const REACH_WEIGHT = 0.3;
const DOUBT = 0.12;
/** Windows between looks at values that are expected to be about as good, and what they may be expected to lose. */
const PROBE_AFTER = 6;
const PROBE_EACH = 4;
const PROBE_LOSS = 0.1;
/** Variances: a window that is further from a shape speaks no louder against it. */
const WILD = 25;
/** Standard deviations, and windows in a row, after which the system is another one. */
const FAR = 2.5;
const FAR_MAX = 2;
const SEEN_MIN = 3;

export class CurveTuner {
  readonly grid: readonly number[];
  readonly #logs: Float64Array;
  readonly #shapes: readonly Shape[];
  readonly #start: number;
  #seen: Seen[] = [];
  /** Windows in a row that are far from what was expected: of another system, or of chance. */
  #far: Seen[] = [];
  #resets = 0;
  /** Since the last reset. */
  #windows = 0;
  // Made from what was seen.
  #worths: Float64Array;
  #next: number;

  constructor({ min, max, start }: CurveBounds) {
    assert(
      Number.isSafeInteger(min) && Number.isSafeInteger(max) && 1 <= min && min < max,
      'a tuned parameter has whole bounds from 1',
    );
    this.grid = gridOf(min, max);
    this.#logs = Float64Array.from(this.grid, Math.log);
    this.#shapes = shapesOf(this.grid);
    this.#start = this.#nearest(start);
    this.#worths = new Float64Array(this.grid.length);
    this.#next = this.#start;
  }

  /** To be in force in the next window. */
  get next(): number {
    return this.grid[this.#next] as number;
  }

  /** What it would choose if nothing were left to learn. */
  get best(): number {
    return this.#seen.length === 0
      ? (this.grid[this.#start] as number)
      : (this.grid[highest(this.#worths)] as number);
  }

  /** How often the system was found to be another one. */
  get resets(): number {
    return this.#resets;
  }

  /** Share by which the rate at `value` is expected to be above the rate at `than`; 0 where nothing is known. */
  gain(value: number, than: number): number {
    const [a, b] = [this.#nearest(value), this.#nearest(than)];
    const worth = (this.#worths[a] as number) - (this.#worths[b] as number);
    return this.#seen.length === 0
      ? 0
      : Math.expm1(worth + PRICE * ((this.#logs[a] as number) - (this.#logs[b] as number)));
  }

  /** A window without work tells nothing and is left out by the caller. */
  observe({ value, rate }: CurveWindow): void {
    assert(rate > 0 && Number.isFinite(rate), 'the rate of a window is positive and finite');
    const seen = { at: this.#nearest(value), logRate: Math.log(rate) };
    const incumbent = highest(this.#worths);
    const isNew = this.#windows >= PROBE_AFTER && this.#expectedAt(seen.at) === undefined;
    if (this.#isFar(seen)) {
      this.#far.push(seen);
      // Looked at again before anything is concluded.
      this.#next = seen.at;
      if (this.#far.length < FAR_MAX) return;
      this.#seen = this.#far;
      this.#windows = 0;
      this.#resets += 1;
    } else {
      this.#seen.push(seen);
      if (this.#seen.length > SEEN_MAX) this.#seen.shift();
    }
    this.#far = [];
    this.#windows += 1;
    this.#conclude();
    // A value that was not looked at before may come out well because the system changed: then the best one did too.
    if (isNew) this.#next = incumbent;
  }

  snapshot(): Json {
    const pairs = (of: readonly Seen[]): Json => of.map(({ at, logRate }) => [at, logRate]);
    const { grid } = this;
    return {
      seen: pairs(this.#seen),
      far: pairs(this.#far),
      next: grid[this.#next] as number,
      windows: this.#windows,
      resets: this.#resets,
    };
  }

  restore(state: Json): void {
    type Pairs = [number, number][];
    const saved = state as unknown as Record<'seen' | 'far', Pairs> &
      Record<'next' | 'windows' | 'resets', number>;
    const made = (pairs: Pairs): Seen[] => pairs.map(([at, logRate]) => ({ at, logRate }));
    this.#seen = made(saved.seen);
    this.#far = made(saved.far);
    this.#windows = saved.windows;
    this.#resets = saved.resets;
    if (this.#seen.length > 0) this.#conclude();
    this.#next = this.#nearest(saved.next);
  }

  #nearest(value: number): number {
    let best = 0;
    for (const [i, one] of this.grid.entries())
      if (Math.abs(one - value) < Math.abs((this.grid[best] as number) - value)) best = i;
    return best;
  }

  /** Far from windows near it, more than noise explains. */
  #isFar(seen: Seen): boolean {
    const expected = this.#seen.length < SEEN_MIN ? undefined : this.#expectedAt(seen.at);
    return expected !== undefined && Math.abs(seen.logRate - expected) > FAR * this.#noise();
  }

  /** From windows near it only; undefined where there are none. */
  #expectedAt(at: number): number | undefined {
    const near = this.#seen.filter(
      (one) => Math.abs((this.#logs[one.at] as number) - (this.#logs[at] as number)) < REACH / 2,
    );
    if (near.length === 0) return undefined;
    return near.reduce((sum, one) => sum + one.logRate, 0) / near.length;
  }

  /** From windows at one value: what varies there is noise, whatever the curve. */
  #noise(): number {
    const size = this.grid.length;
    const [counts, sums] = [new Float64Array(size), new Float64Array(size)];
    for (const { at, logRate } of this.#seen) {
      counts[at] = (counts[at] as number) + 1;
      sums[at] = (sums[at] as number) + logRate;
    }
    let [squares, freedom] = [4 * NOISE_START ** 2, 4];
    for (const { at, logRate } of this.#seen)
      squares += (logRate - (sums[at] as number) / (counts[at] as number)) ** 2;
    for (const count of counts) freedom += Math.max(0, count - 1);
    return Math.max(NOISE_MIN, Math.sqrt(squares / freedom));
  }

  #conclude(): void {
    const noise = this.#noise();
    const trust = this.#seen.map((_, i) => FADE ** (this.#seen.length - 1 - i));
    const { reach, doubt } = this.#reach(trust);
    const size = this.grid.length;
    const [mean, square, loss] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
    for (const { weight, curve } of this.#believed(noise, trust, reach)) {
      let top = Number.NEGATIVE_INFINITY;
      for (let c = 0; c < size; c++) top = Math.max(top, this.#worth(curve, c) + (doubt[c] as number));
      for (let c = 0; c < size; c++) {
        const value = this.#worth(curve, c);
        mean[c] = (mean[c] as number) + weight * value;
        square[c] = (square[c] as number) + weight * value * value;
        loss[c] = (loss[c] as number) + weight * -Math.expm1(value - top);
      }
    }
    this.#worths = mean;
    this.#next =
      this.#unseen(doubt) ??
      leastRatio(loss, (c) => {
        const spread = Math.max(0, (square[c] as number) - (mean[c] as number) ** 2);
        return 0.5 * Math.log1p((spread + (doubt[c] as number) ** 2) / noise ** 2);
      });
  }

  /** Now and then, the value furthest from the best that is expected to be about as good and was not looked at. */
  #unseen(doubt: Float64Array): number | undefined {
    if (this.#windows < PROBE_AFTER || this.#windows % PROBE_EACH !== 0) return undefined;
    const best = highest(this.#worths);
    const distanceOf = (c: number): number =>
      Math.abs((this.#logs[c] as number) - (this.#logs[best] as number));
    const rated = Array.from(this.#worths.keys()).filter(
      (c) =>
        (this.#worths[c] as number) > (this.#worths[best] as number) - PROBE_LOSS &&
        (doubt[c] as number) > DOUBT / 2,
    );
    return rated.sort((a, b) => distanceOf(b) - distanceOf(a))[0];
  }

  #worth(curve: Float64Array, c: number): number {
    return (curve[c] as number) - PRICE * (this.#logs[c] as number);
  }

  /** The shapes that are believed, each with its factor and corrected near what was seen. */
  #believed(noise: number, trust: readonly number[], reach: readonly Float64Array[]): Believed[] {
    const seen = this.#seen;
    const total = trust.reduce((sum, one) => sum + one, 0);
    const variance = noise ** 2 + UNLIKE ** 2;
    const factors = new Float64Array(this.#shapes.length);
    const logs = new Float64Array(this.#shapes.length);
    for (const [s, shape] of this.#shapes.entries()) {
      let factor = 0;
      for (let i = 0; i < seen.length; i++) {
        const { at, logRate } = seen[i] as Seen;
        factor += ((trust[i] as number) * (logRate - (shape[at] as number))) / total;
      }
      let squares = 0;
      for (let i = 0; i < seen.length; i++) {
        const { at, logRate } = seen[i] as Seen;
        const rest = logRate - factor - (shape[at] as number);
        squares += (trust[i] as number) * Math.min(rest * rest, WILD * variance);
      }
      factors[s] = factor;
      logs[s] = -squares / (2 * variance);
    }
    const top = logs[highest(logs)] as number;
    const sum = logs.reduce((all, log) => all + Math.exp(log - top), 0);
    return this.#shapes.flatMap((shape, s) => {
      const weight = Math.exp((logs[s] as number) - top) / sum;
      return weight < WEIGHT_MIN
        ? []
        : [{ weight, curve: this.#corrected(shape, factors[s] as number, reach) }];
    });
  }

  #corrected(shape: Shape, factor: number, reach: readonly Float64Array[]): Float64Array {
    const rests = Float64Array.from(
      this.#seen,
      ({ at, logRate }) => logRate - factor - (shape[at] as number),
    );
    return shape.map((value, c) => factor + value + dot(reach[c] as Float64Array, rests));
  }

  /**
   * For each value of the grid: how much what no shape explained at each window counts there, and by how much the curve may
   * still be off there, a standard deviation.
   */
  #reach(trust: readonly number[]): { reach: Float64Array[]; doubt: Float64Array } {
    const doubt = new Float64Array(this.grid.length);
    const reach = Array.from(this.#logs, (log, c) => {
      const weights = Float64Array.from(this.#seen, ({ at }, i) => {
        const distance = ((this.#logs[at] as number) - log) / REACH;
        return (trust[i] as number) * Math.exp(-0.5 * distance * distance);
      });
      const near = weights.reduce((sum, one) => sum + one, REACH_WEIGHT);
      doubt[c] = DOUBT * Math.sqrt(REACH_WEIGHT / near);
      return weights.map((one) => one / near);
    });
    return { reach, doubt };
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function highest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[best] as number)) best = i;
  return best;
}

/** Where loss² / information is least; where all have little to tell, where the loss is least. */
function leastRatio(loss: Float64Array, informationOf: (c: number) => number): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (let c = 0; c < loss.length; c++) {
    const ratio = (loss[c] as number) ** 2 / (informationOf(c) + 1e-4);
    if (ratio < least) [best, least] = [c, ratio];
  }
  return best;
}
