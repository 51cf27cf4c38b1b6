/**
 * The place where a single task is expected to cost least: wait, transfer and overhead, and its run time. After a drift
 * alarm the run time is taken as low as it may well be while it is not known whether a place has changed too, so that
 * places that became faster are found; in quiet times nothing is tried that is not believed to be best.
 */
import type { Belief } from '../model.js';

export interface PlaceOffer {
  readonly belief: Belief;
  /** Standard deviation of what is not known of the place since the last drift alarm. */
  readonly doubt: number;
  /** All that passes before the task computes there. */
  readonly setupSeconds: number;
}

/** How many standard deviations of doubt are hoped for. */
const HOPE = 1.5;
/** What is uncertain for other reasons is expected at its mean, but no more than this far above its median. */
const SPREAD_MAX = 0.5;

/** Run time to count with when places are compared. */
export function hopedSeconds(belief: Belief, doubt: number): number {
  const spread = Math.min(belief.sd ** 2 / 2, SPREAD_MAX);
  return Math.exp(belief.mean + spread - HOPE * doubt);
}

/** The same for sums of run times, as along a path, and beside what is left of others: the mean as it is. */
export function hopedMeanSeconds(belief: Belief, doubt: number): number {
  return Math.exp(belief.mean + belief.sd ** 2 / 2 - HOPE * doubt);
}

/** What is expected where the least that may be hoped for is `seconds`. */
export function unhoped(seconds: number, doubt: number): number {
  return seconds * Math.exp(HOPE * doubt);
}

/** Index of the place. */
export function cheapestPlace(offers: readonly PlaceOffer[]): number {
  let best = 0;
  let least = Infinity;
  for (const [i, { belief, doubt, setupSeconds }] of offers.entries()) {
    const cost = setupSeconds + hopedSeconds(belief, doubt);
    if (cost >= least) continue;
    least = cost;
    best = i;
  }
  return best;
}
