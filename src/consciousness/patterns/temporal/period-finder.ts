/**
 * Finds out whether events (failures of a task type, starts of a mesh) come periodically, one event at a time, and says
 * when they come next. Called by the recogniser of patterns with times from the history; never reads a clock. Three
 * things have to agree: a comb beats chance (Poisson and bursty), the H-test refuses uniform phases, and where attempts
 * are known, failures gather where attempts do not.
 */
import { fisherUpper } from '../../statistics/hypergeometric.js';
import { logChance } from './chance.js';
import { CALENDAR_MS, growComb, TEETH_MIN } from './comb.js';
import type { Comb } from './comb.js';
import { logSurprise, phaseTest } from './phase-test.js';
import { follow, isOnTooth, missesAt, periodOf, toothTriedAt } from './period.js';
import type { Period } from './period.js';

/** Times kept. A look costs some ten thousand operations: 0.3 ms at 32 events. */
const TIMES_MAX = 32;
const ATTEMPTS_MAX = 1024;
/**
 * What a comb has to reach, as ln of the odds: one that has run since the first events, one that began anywhere among
 * the latest, and one that holds only after events that came together were merged. The first has few rivals; the second
 * is looked for at every event for ever. Measured: see the test of false alarms.
 */
const LOG_ODDS = { fromStart: 5.2, anywhere: 10, merged: 10 } as const;
/** A comb from the start may leave out this many first events. */
const START_MAX = 3;
/** A later first tooth is one of several ways to begin. */
const LATER_START = Math.log(4);
const REACHES = [0.06, 0.15] as const;
/** Gaps to this many following events are tried as the period. */
const GAPS_AHEAD = 3;
const H_SURPRISE_MAX = Math.log(0.01);
const EXPOSURE_P_MAX = 0.01;
/**
 * Occurrences that failed to come, after which the period is over. Where attempts are known only those count at which something
 * was tried: work that was held back before a bad window tells nothing of that window.
 */
const MISSES_MAX = 3;

export interface FinderState {
  readonly times: readonly number[];
  readonly attempts: readonly number[];
  readonly seen: number;
  readonly found: Period | null;
  /** Teeth since the last hit on which something was tried. */
  readonly tried: readonly number[];
}

/** States: looking (`#found` null) or following a period until it has failed to come `MISSES_MAX` + 1 times. */
export class PeriodFinder {
  #times: number[];
  #attempts: number[];
  #seen: number;
  #found: Period | null;
  #tried: number[];

  constructor(state: FinderState = { times: [], attempts: [], seen: 0, found: null, tried: [] }) {
    this.#times = [...state.times];
    this.#attempts = [...state.attempts];
    this.#seen = state.seen;
    this.#found = state.found;
    this.#tried = [...state.tried];
  }

  snapshot(): FinderState {
    const { times, attempts } = { times: [...this.#times], attempts: [...this.#attempts] };
    return { times, attempts, seen: this.#seen, found: this.#found, tried: [...this.#tried] };
  }

  get found(): Period | null {
    return this.#found;
  }

  /** Something was tried that might have become an event: every attempt, those that failed included. */
  attempt(atMs: number): void {
    this.#attempts.push(atMs);
    if (this.#attempts.length > ATTEMPTS_MAX) this.#attempts.shift();
    this.#lose(atMs);
    const tooth = this.#found === null ? null : toothTriedAt(this.#found, atMs);
    if (tooth !== null && this.#tried.at(-1) !== tooth) this.#tried.push(tooth);
  }

  /** In ascending order of time. Answers the period when this event made it known, else null. */
  event(atMs: number): Period | null {
    this.#lose(atMs);
    this.#seen++;
    if (this.#times.at(-1) !== atMs) this.#times.push(atMs);
    if (this.#times.length > TIMES_MAX) this.#times.shift();
    if (this.#found !== null) {
      this.#follow(this.#found, atMs);
      return null;
    }
    this.#found = this.#look();
    return this.#found;
  }

  #follow(period: Period, atMs: number): void {
    const before = this.#attempts.length === 0 ? undefined : this.#missedBefore(period, atMs);
    this.#found = follow(period, atMs, before);
    if (this.#found.hits > period.hits) this.#tried = [];
  }

  #missedBefore(period: Period, atMs: number): number {
    const now = Math.round((atMs - period.anchorMs) / period.periodMs);
    return this.#tried.filter((tooth) => tooth < now).length;
  }

  #lose(atMs: number): void {
    if (this.#found === null) return;
    const { length } = this.#attempts;
    const misses = length === 0 ? missesAt(this.#found, atMs) : this.#missedBefore(this.#found, atMs);
    if (misses <= MISSES_MAX) return;
    this.#found = null;
    this.#times = [];
    this.#tried = [];
  }

  #look(): Period | null {
    const fromStart = this.#seen <= TIMES_MAX;
    const comb = bestComb(this.#times, fromStart) ?? bestMerged(this.#times);
    if (comb === null) return null;
    const phases = this.#times.map((time) => (time - comb.anchor) / comb.period);
    const { statistic } = phaseTest(phases);
    if (logSurprise(statistic) > H_SURPRISE_MAX) return null;
    const period = periodOf(comb, lastsOf(this.#times, comb), { hStatistic: statistic, after: this.#seen });
    return this.#exposureExplains(period) ? null : period;
  }

  /**
   * A job that is only tried at night fails only at night. Fisher's exact test on the attempts since the first tooth,
   * times the number of bands among which the failing one was chosen.
   */
  #exposureExplains(period: Period): boolean {
    const since = period.timesMs[0] as number;
    const attempts = this.#attempts.filter((at) => at >= since - period.periodMs);
    if (attempts.length === 0) return false;
    const failures = this.#times.filter((at) => at >= since);
    const inBand = (times: readonly number[]): number => times.filter((at) => isOnTooth(period, at)).length;
    const total = Math.max(attempts.length, failures.length);
    const both = inBand(failures);
    const table = { both, exposed: Math.max(both, inBand(attempts)), failed: failures.length, total };
    const strays = failures.length - both;
    if (table.exposed + strays > total) return true;
    return fisherUpper(table) * 4 > EXPOSURE_P_MAX;
  }
}

/** The comb that beats what it has to reach by most; null where none does. */
function bestComb(times: readonly number[], fromStart: boolean): Comb | null {
  let best: Comb | null = null;
  let margin = 0;
  for (let first = 0; first <= times.length - TEETH_MIN; first++) {
    const asStart = fromStart && first < START_MAX;
    const least = asStart ? LOG_ODDS.fromStart + (first === 0 ? 0 : LATER_START) : LOG_ODDS.anywhere;
    const comb = bestFrom(times, first);
    if (comb === null || comb.logOdds - least <= margin) continue;
    best = comb;
    margin = comb.logOdds - least;
  }
  return best;
}

function bestFrom(times: readonly number[], first: number, shortest = 0): Comb | null {
  const rest = times.length - first;
  const span = (times.at(-1) as number) - (times[first] as number);
  const chance = logChance(gapsOf(times, first, shortest));
  const gaps = times.slice(first + 1, first + 1 + GAPS_AHEAD).map((to) => to - (times[first] as number));
  let best: Comb | null = null;
  for (const [fixed, periods] of [[false, gaps] as const, [true, CALENDAR_MS] as const]) {
    for (const period of periods) {
      // Fewer teeth than must be hit, or more than these events could fill.
      if (span / period < TEETH_MIN - 1.3 || span / period > 1.8 * rest) continue;
      for (const reach of REACHES) {
        const comb = growComb(times, { first, period, fixed, reach, logChance: chance });
        if (comb !== null && comb.logOdds > (best?.logOdds ?? Number.NEGATIVE_INFINITY)) best = comb;
      }
    }
  }
  return best;
}

function gapsOf(times: readonly number[], first: number, shortest: number): number[] {
  const gaps: number[] = [];
  for (let i = first + 1; i < times.length; i++)
    gaps.push(Math.max((times[i] as number) - (times[i - 1] as number) - shortest, 1e-6 * shortest));
  return gaps;
}

/**
 * A bad window brings several failures at once. For each of a few gaps as the guess of the period, events within a
 * quarter of it are one, and the chance is that of gaps that cannot be shorter.
 */
function bestMerged(times: readonly number[]): Comb | null {
  if (times.length < 2 * TEETH_MIN) return null;
  const gaps = gapsOf(times, 0, 0).sort((a, b) => b - a);
  let best: Comb | null = null;
  for (const share of [0.1, 0.25]) {
    const shortest = (gaps[Math.floor(share * gaps.length)] as number) / 4;
    const merged = mergeWithin(times, shortest);
    if (merged.length < TEETH_MIN || merged.length > 0.7 * times.length) continue;
    for (let first = 0; first <= Math.min(START_MAX, merged.length - TEETH_MIN); first++) {
      const comb = bestFrom(merged, first, shortest);
      if (comb !== null && comb.logOdds > (best?.logOdds ?? LOG_ODDS.merged)) best = comb;
    }
  }
  return best;
}

/** The first of each run of events that follow the one before within `shortest`. */
function mergeWithin(times: readonly number[], shortest: number): number[] {
  return times.filter((time, i) => i === 0 || time - (times[i - 1] as number) > shortest);
}

/** How long after the first event on a tooth the last one came, within a quarter of the period. */
function lastsOf(times: readonly number[], comb: Comb): number {
  let lasts = 0;
  for (const start of comb.times)
    for (const time of times)
      if (time > start && time - start <= comb.period / 4) lasts = Math.max(lasts, time - start);
  return lasts;
}
