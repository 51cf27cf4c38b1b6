/**
 * A comb is a guess that events fall on equally spaced teeth: period, anchor, which events lie on teeth and how tightly,
 * and by how much the events speak for it rather than for chance. Called by the finder of periods for every spacing that
 * it tries. Times are in ms.
 */
import { logFactorial } from '../../statistics/hypergeometric.js';

/** Teeth that must hold an event before anything is called periodic. */
export const TEETH_MIN = 5;
/** Share of the teeth so far that must hold one. */
export const OCCUPANCY_MIN = 0.6;
/** Residuals below this part of a period are taken to be this large: nothing real is exact. */
const JITTER_MIN = 0.002;
/** What the jitter may be, as parts of a period, before anything was seen: each is as likely. */
const JITTERS = [0.005, 0.01, 0.02, 0.04] as const;
/** Expected strays a period before anything was seen. */
const STRAYS_EXPECTED = 0.3;
const MINUTE_MS = 60_000;
/** What people put into a cron table, in ms. */
export const CALENDAR_MS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 20, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 4, 6, 8, 12, 24, 168].map((hours) => hours * 60 * MINUTE_MS),
];
/** Width of the logarithm of all periods that are of interest: from a second to a month. */
const PERIODS_WIDTH = Math.log(2.6e6);
/** Half of the belief lies on the calendar, half on every period alike. */
const CALENDAR_PRIOR = Math.log(PERIODS_WIDTH / CALENDAR_MS.length) - Math.LN2;
/** Before anything was seen a tooth is hit as if five of six had been. */
const HITS_EXPECTED = 5;

export interface Comb {
  readonly period: number;
  /** Time of tooth 0, fitted. */
  readonly anchor: number;
  /** Numbers of the teeth that hold an event, ascending from 0, and the times of those events. */
  readonly teeth: readonly number[];
  readonly times: readonly number[];
  /** Teeth that should have held an event by now, the first included. */
  readonly due: number;
  /** Events on no tooth. */
  readonly strays: number;
  /** Standard deviation of the events on teeth, as a part of the period. */
  readonly jitter: number;
  /** ln of how much likelier the events are on this comb than by chance. */
  readonly logOdds: number;
}

export interface Guess {
  /** Index of the event on tooth 0. */
  readonly first: number;
  readonly period: number;
  /** A period of the calendar is taken as it is; one from a gap is fitted. */
  readonly fixed: boolean;
  /** Part of a period that an event may lie off its tooth and still belong to it. */
  readonly reach: number;
  /** ln of the density of the events after the first, by chance. */
  readonly logChance: number;
}

/** Null: there are not five teeth, or too many of them are empty. */
export function growComb(times: readonly number[], guess: Guess): Comb | null {
  const growing = new Growing(times[guess.first] as number, guess);
  for (let i = guess.first + 1; i < times.length; i++) growing.meet(times[i] as number);
  return growing.finish();
}

/** Least squares of times on teeth, by running sums; offsets from the first event keep them small. */
export class ToothFit {
  #n = 0;
  #k = 0;
  #t = 0;
  #kk = 0;
  #kt = 0;
  #tt = 0;

  /** With `sign` -1 takes away what was added. */
  add(tooth: number, offset: number, sign = 1): void {
    this.#n += sign;
    this.#k += sign * tooth;
    this.#t += sign * offset;
    this.#kk += sign * tooth * tooth;
    this.#kt += sign * tooth * offset;
    this.#tt += sign * offset * offset;
  }

  get spread(): number {
    return this.#kk - (this.#k * this.#k) / this.#n;
  }

  get meanTooth(): number {
    return this.#k / this.#n;
  }

  get slope(): number {
    return (this.#kt - (this.#k * this.#t) / this.#n) / this.spread;
  }

  interceptFor(slope: number): number {
    return (this.#t - slope * this.#k) / this.#n;
  }

  /** Sum of squared residuals. */
  squaresFor(slope: number): number {
    const whole = this.#tt - (this.#t * this.#t) / this.#n;
    const cross = this.#kt - (this.#k * this.#t) / this.#n;
    return Math.max(0, whole - 2 * slope * cross + slope * slope * this.spread);
  }
}

/**
 * Walks through the events and refits with each tooth, so that the error of a period that was taken from one gap does
 * not add up. State: the fit over the teeth; the last tooth may still pass to an event that lies nearer to where it was
 * expected.
 */
class Growing {
  readonly #fit = new ToothFit();
  readonly #teeth: number[] = [0];
  readonly #offsets: number[] = [0];
  #period: number;
  #anchor = 0;
  #latest = 0;
  #strays = 0;
  /** Where the last tooth was expected, and how far from it its event lies. */
  #expected = 0;
  #off = 0;

  constructor(
    readonly origin: number,
    readonly guess: Guess,
  ) {
    this.#period = guess.period;
    this.#fit.add(0, 0);
  }

  meet(time: number): void {
    const offset = time - this.origin;
    this.#latest = offset;
    const tooth = Math.round((offset - this.#anchor) / this.#period);
    const expected = this.#anchor + tooth * this.#period;
    const last = this.#teeth.length - 1;
    if (Math.abs(offset - expected) > this.guess.reach * this.#period) this.#strays++;
    else if (tooth > (this.#teeth[last] as number)) this.#accept(tooth, offset, expected);
    else {
      this.#strays++;
      if (last > 0 && Math.abs(offset - this.#expected) < this.#off) this.#replace(last, offset);
    }
  }

  #accept(tooth: number, offset: number, expected: number): void {
    this.#teeth.push(tooth);
    this.#offsets.push(offset);
    this.#expected = expected;
    this.#off = Math.abs(offset - expected);
    this.#refit(tooth, offset);
  }

  #replace(last: number, offset: number): void {
    const tooth = this.#teeth[last] as number;
    this.#fit.add(tooth, this.#offsets[last] as number, -1);
    this.#offsets[last] = offset;
    this.#off = Math.abs(offset - this.#expected);
    this.#refit(tooth, offset);
  }

  #refit(tooth: number, offset: number): void {
    this.#fit.add(tooth, offset);
    if (!this.guess.fixed) this.#period = this.#fit.slope;
    this.#anchor = this.#fit.interceptFor(this.#period);
  }

  finish(): Comb | null {
    const n = this.#teeth.length;
    if (n < TEETH_MIN) return null;
    const passed = Math.floor((this.#latest - this.#anchor) / this.#period - this.guess.reach);
    const due = 1 + Math.max(this.#teeth[n - 1] as number, passed);
    if (n < OCCUPANCY_MIN * due) return null;
    const free = this.guess.fixed ? n - 1 : n - 2;
    const comb = {
      period: this.#period,
      anchor: this.origin + this.#anchor,
      teeth: this.#teeth,
      times: this.#offsets.map((offset) => this.origin + offset),
      due,
      strays: this.#strays,
      jitter: Math.max(JITTER_MIN, Math.sqrt(this.#fit.squaresFor(this.#period) / free) / this.#period),
    };
    const others = n - 1 + this.#strays;
    const density =
      tightness(comb.jitter, free, n * (this.guess.fixed ? 1 : this.#fit.spread)) +
      regularity(comb) +
      (this.guess.fixed ? CALENDAR_PRIOR : -Math.LN2);
    return { ...comb, logOdds: density - others * Math.log(this.#period) - this.guess.logChance };
  }
}

/**
 * ln of the density of the residuals, in periods: jitter is summed over `JITTERS`, the anchor is flat, and where the
 * period is not given it is flat in its logarithm. `free` is the number of events less that of the fitted numbers.
 */
function tightness(jitter: number, free: number, volume: number): number {
  const squares = free * jitter ** 2;
  let likelihood = Number.NEGATIVE_INFINITY;
  for (const sd of JITTERS) likelihood = logSum(likelihood, -free * Math.log(sd) - squares / (2 * sd * sd));
  return likelihood - Math.log(JITTERS.length) - (free / 2) * Math.log(2 * Math.PI) - 0.5 * Math.log(volume);
}

/** ln of the density of hits, misses and strays: the share of teeth hit is Beta(5, 1), the rate of strays exponential. */
function regularity({ teeth, due, strays }: Pick<Comb, 'teeth' | 'due' | 'strays'>): number {
  const n = teeth.length;
  const missed = due - n;
  const hit =
    Math.log(HITS_EXPECTED) +
    logFactorial(missed) +
    logFactorial(HITS_EXPECTED + n - 2) -
    logFactorial(HITS_EXPECTED + n + missed - 1);
  const rate = 1 / STRAYS_EXPECTED;
  return hit + logFactorial(strays) + Math.log(rate) - (strays + 1) * Math.log(due - 1 + rate);
}

/** ln(e^a + e^b). */
export function logSum(a: number, b: number): number {
  const top = Math.max(a, b);
  return top === Number.NEGATIVE_INFINITY ? top : top + Math.log(Math.exp(a - top) + Math.exp(b - top));
}
