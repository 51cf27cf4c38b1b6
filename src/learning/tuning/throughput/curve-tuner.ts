/**
 * Finds the value of a parameter at which throughput is highest, one window of observation after the other: concurrency of a
 * layer, size of a batch. What is believed is a curve (`curve.ts`); the next value is the one that may well be the best, at
 * most twice or half of one that was seen, and once little is to be learned the best one. Deterministic. All windows are
 * forgotten where several in a row are far from what was expected: then the system is another one.
 */
import { assert } from '../../../kit/assert.js';
import { type Curve, curveThrough } from './curve.js';

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
  /** Number of the window. */
  readonly window: number;
  readonly value: number;
  /** Logarithm. */
  readonly rate: number;
}

const GRID_MAX = 48;
/** Windows that are remembered: the latest of each value, so that what was found elsewhere is not forgotten for many here. */
const SEEN_MAX = 48;
const SEEN_EACH_MAX = 6;
/**
 * Where twice the value brings less than 1.4 % more, the smaller one is the better one: what is not used there is free for
 * others.
 */
const PRICE = 0.02;
/** Standard deviations by which a value may be better than is believed, in the first windows and later. */
const HOPES = { first: 1, later: 0.5, firstWindows: 8 } as const;
/** Nothing is looked at twice as large or half as small as all that was seen. */
const STEP = Math.log(2) + 1e-9;
/** Standard deviation of the logarithm of a window: not below the first, and where too few tell, the second. */
const NOISE_MIN = 0.02;
const NOISE_START = 0.05;
const NOISE_GAIN = 0.12;
/** In standard deviations: a wilder jump may be one of the system. */
const WILD = 2.5;
/** Standard deviations, and windows in a row, after which the system is another one. */
const FAR = 3;
const FAR_MAX = 2;
/** A curve is never known better than this. */
const UNLIKE = 0.04;

export class CurveTuner {
  readonly grid: readonly number[];
  readonly #logs: Float64Array;
  readonly #start: number;
  #seen: Seen[] = [];
  /** Windows in a row that are far from what was expected: of another system, or of chance. */
  #far: Seen[] = [];
  #resets = 0;
  #last: Seen | undefined;
  #squares = NOISE_START ** 2;
  #windows = 0;
  #curve: Curve | undefined;
  #next: number;

  constructor({ min, max, start }: CurveBounds) {
    assert(
      Number.isSafeInteger(min) && Number.isSafeInteger(max) && 1 <= min && min < max,
      'a tuned parameter has whole bounds from 1',
    );
    this.grid = gridOf({ min, max, start });
    this.#logs = Float64Array.from(this.grid, Math.log);
    this.#start = this.#nearest(start);
    this.#next = this.#start;
  }

  /** To be in force in the next window. */
  get next(): number {
    return this.grid[this.#next] as number;
  }

  /** What it would choose if nothing were left to learn. */
  get best(): number {
    return this.grid[this.#best] as number;
  }

  /** How often the system was found to be another one. */
  get resets(): number {
    return this.#resets;
  }

  /** Share by which the rate at `value` is expected to be above the rate at `than`; 0 where nothing is known. */
  gain(value: number, than: number): number {
    if (this.#curve === undefined) return 0;
    const { mean } = this.#curve;
    return Math.expm1((mean[this.#nearest(value)] as number) - (mean[this.#nearest(than)] as number));
  }

  /** A window without work tells nothing and is left out by the caller. */
  observe({ value, rate }: CurveWindow): void {
    assert(rate > 0 && Number.isFinite(rate), 'the rate of a window is positive and finite');
    const at = this.#nearest(value);
    const seen = { window: ++this.#windows, value: this.#logs[at] as number, rate: Math.log(rate) };
    const isFar = this.#isFar(at, seen.rate);
    this.#hear(seen);
    if (isFar) {
      this.#far.push(seen);
      if (this.#far.length < FAR_MAX) return;
      this.#seen = this.#far;
      this.#resets += 1;
    } else {
      this.#remember(seen);
    }
    this.#far = [];
    this.#conclude();
  }

  #remember(seen: Seen): void {
    const same = this.#seen.filter(({ value }) => value === seen.value);
    const dropped = same.length >= SEEN_EACH_MAX ? same[0] : this.#seen[SEEN_MAX - 1] && this.#seen[0];
    this.#seen = [...this.#seen.filter((one) => one !== dropped), seen];
  }

  #nearest(value: number): number {
    let best = 0;
    for (const [i, one] of this.grid.entries())
      if (Math.abs(one - value) < Math.abs((this.grid[best] as number) - value)) best = i;
    return best;
  }

  get #best(): number {
    return this.#curve === undefined ? this.#start : this.#highest(this.#curve, 0);
  }

  /** Far from what windows at this value have shown. */
  #isFar(at: number, rate: number): boolean {
    const value = this.#logs[at] as number;
    const same = this.#seen.filter((one) => one.value === value).slice(-4);
    if (same.length === 0) return false;
    const expected = same.reduce((sum, one) => sum + one.rate, 0) / same.length;
    const sd = Math.sqrt(this.#noise() ** 2 * (1 + 1 / same.length) + UNLIKE ** 2);
    return Math.abs(rate - expected) > FAR * sd;
  }

  /** What varies between one window and the next at the same value is noise, whatever the curve, and outlives the system. */
  #noise(): number {
    return Math.max(NOISE_MIN, Math.sqrt(this.#squares));
  }

  #hear(seen: Seen): void {
    const last = this.#last;
    this.#last = seen;
    if (last === undefined || last.value !== seen.value) return;
    const square = Math.min((seen.rate - last.rate) ** 2 / 2, WILD ** 2 * this.#squares);
    this.#squares += NOISE_GAIN * (square - this.#squares);
  }

  #conclude(): void {
    const seen = this.#seen;
    const points = seen.map(({ value, rate, window }) => ({ value, rate, age: this.#windows - window }));
    this.#curve = curveThrough(points, this.#logs, this.#noise());
    const { first, later, firstWindows } = HOPES;
    this.#next = this.#highest(this.#curve, seen.length < firstWindows ? first : later);
  }

  /** Within a step of what was seen. */
  #highest({ mean, sd }: Curve, hope: number): number {
    const values = this.#seen.map(({ value }) => value);
    const [least, most] = [Math.min(...values) - STEP, Math.max(...values) + STEP];
    let [best, top] = [this.#start, Number.NEGATIVE_INFINITY];
    for (const [i, log] of this.#logs.entries()) {
      if (log < least || log > most) continue;
      const worth = (mean[i] as number) + hope * (sd[i] as number) - PRICE * log;
      if (worth > top) [best, top] = [i, worth];
    }
    return best;
  }
}

/** All integers, or as many in even ratios, ends and start included. */
function gridOf({ min, max, start }: CurveBounds): number[] {
  if (max - min < GRID_MAX) return Array.from({ length: max - min + 1 }, (_, i) => min + i);
  const ratio = Math.log(max / min) / (GRID_MAX - 1);
  const values = Array.from({ length: GRID_MAX }, (_, i) => Math.round(min * Math.exp(ratio * i)));
  return [...new Set([...values, start])].sort((a, b) => a - b);
}
