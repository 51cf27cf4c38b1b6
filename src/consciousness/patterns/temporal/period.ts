/**
 * A period that was found, as a value: how it goes on, and when its next occurrence is to be expected. Called by the
 * finder of periods, and by decisions that hold work back before a bad window.
 */
import { studentQuantile } from '../../statistics/student.js';
import { ToothFit } from './comb.js';
import type { Comb } from './comb.js';

/** All times in ms. JSON, so that it is its own snapshot. */
export interface Period {
  readonly periodMs: number;
  /** Fitted time of tooth 0. */
  readonly anchorMs: number;
  /** The latest occurrences: numbers of teeth and times of the first event on each. */
  readonly teeth: readonly number[];
  readonly timesMs: readonly number[];
  /** Standard deviation of an occurrence around its tooth. */
  readonly jitterMs: number;
  /** How long occurrences last: the longest of the latest, 0 where each is one event. */
  readonly lastsMs: number;
  /** Teeth that were due, and those that held an event. */
  readonly due: number;
  readonly hits: number;
  /** ln of the odds against chance when it was found. */
  readonly logOdds: number;
  /** Statistic of the H-test over all events of the window in which it was found. */
  readonly hStatistic: number;
  /** Events seen until it was found. */
  readonly foundAfter: number;
}

export interface Window {
  readonly fromMs: number;
  readonly expectedMs: number;
  readonly toMs: number;
  /** Of an event on this tooth at all: hits and misses so far, with one of each added. */
  readonly probability: number;
}

const KEPT_MAX = 32;

export function periodOf(comb: Comb, lastsMs: number, found: { hStatistic: number; after: number }): Period {
  return {
    periodMs: comb.period,
    anchorMs: comb.anchor,
    teeth: comb.teeth.slice(-KEPT_MAX),
    timesMs: comb.times.slice(-KEPT_MAX),
    jitterMs: comb.jitter * comb.period,
    lastsMs,
    due: comb.due,
    hits: comb.teeth.length,
    logOdds: comb.logOdds,
    hStatistic: found.hStatistic,
    foundAfter: found.after,
  };
}

/** The first occurrence that has not ended at `nowMs`, so that it holds the occurrence with the given confidence. */
export function nextWindow(period: Period, nowMs: number, confidence = 0.9): Window {
  const fit = fitOf(period);
  const halfAt = (tooth: number): number => {
    const n = period.teeth.length;
    const leverage = 1 + 1 / n + (tooth - fit.meanTooth) ** 2 / fit.spread;
    return studentQuantile((1 + confidence) / 2, n - 2) * period.jitterMs * Math.sqrt(leverage);
  };
  const centreAt = (tooth: number): number => period.anchorMs + tooth * period.periodMs;
  let tooth = Math.max(
    (period.teeth.at(-1) as number) + 1,
    Math.floor((nowMs - period.anchorMs) / period.periodMs) - 1,
  );
  while (centreAt(tooth) + halfAt(tooth) + period.lastsMs < nowMs) tooth++;
  const half = halfAt(tooth);
  return {
    fromMs: centreAt(tooth) - half,
    expectedMs: centreAt(tooth),
    toMs: centreAt(tooth) + half + period.lastsMs,
    probability: (period.hits + 1) / (period.due + 2),
  };
}

/**
 * The same period after one more event; the same value where the event is a stray. `missed`: teeth since the last hit that
 * might have held one; all of them where it is not known.
 */
export function follow(period: Period, atMs: number, missed?: number): Period {
  const tooth = Math.round((atMs - period.anchorMs) / period.periodMs);
  const last = period.teeth.at(-1) as number;
  const off = atMs - period.anchorMs - tooth * period.periodMs;
  if (tooth === last) {
    const lasts = atMs - (period.timesMs.at(-1) as number);
    return lasts > period.periodMs / 4 ? period : { ...period, lastsMs: Math.max(period.lastsMs, lasts) };
  }
  if (Math.abs(off) > reachOf(period) || tooth < last) return period;
  const longer = {
    ...period,
    teeth: [...period.teeth, tooth].slice(-KEPT_MAX),
    timesMs: [...period.timesMs, atMs].slice(-KEPT_MAX),
    due: period.due + 1 + (missed ?? tooth - last - 1),
    hits: period.hits + 1,
  };
  const fit = fitOf(longer);
  const jitterMs = Math.sqrt(fit.squaresFor(fit.slope) / (longer.teeth.length - 2));
  return {
    ...longer,
    periodMs: fit.slope,
    anchorMs: period.anchorMs + fit.interceptFor(fit.slope),
    jitterMs: Math.max(jitterMs, 0.002 * fit.slope),
  };
}

/** Teeth that stayed empty since the last that was hit. */
export function missesAt(period: Period, nowMs: number): number {
  const passed = Math.floor((nowMs - period.anchorMs - reachOf(period)) / period.periodMs);
  return Math.max(0, passed - (period.teeth.at(-1) as number));
}

/** The tooth behind the last hit on which that time lies; null: on none. */
export function toothTriedAt(period: Period, atMs: number): number | null {
  const tooth = Math.round((atMs - period.anchorMs) / period.periodMs);
  return tooth > (period.teeth.at(-1) as number) && isOnTooth(period, atMs) ? tooth : null;
}

export function isOnTooth(period: Period, atMs: number): boolean {
  const tooth = Math.round((atMs - period.anchorMs) / period.periodMs);
  return Math.abs(atMs - period.anchorMs - tooth * period.periodMs) <= reachOf(period);
}

/** Near a tooth, or behind it while its occurrence lasts: where a window that is held back lies. */
export function isInOccurrence(period: Period, atMs: number): boolean {
  const reach = 2 * period.jitterMs;
  const tooth = Math.floor((atMs - period.anchorMs + reach) / period.periodMs);
  return atMs - period.anchorMs - tooth * period.periodMs <= period.lastsMs + reach;
}

function reachOf({ jitterMs, periodMs }: Period): number {
  return Math.min(Math.max(4 * jitterMs, 0.03 * periodMs), 0.2 * periodMs);
}

/** Offsets are from the anchor. */
function fitOf(period: Pick<Period, 'teeth' | 'timesMs' | 'anchorMs'>): ToothFit {
  const fit = new ToothFit();
  period.teeth.forEach((tooth, i) => fit.add(tooth, (period.timesMs[i] as number) - period.anchorMs));
  return fit;
}
