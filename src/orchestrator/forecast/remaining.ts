/** What is left of an attempt that runs, by how long it has run already. Called by the mesh forecast. */
import { remainingQuantile } from '../../kit/statistics/lognormal.js';
import type { DurationEstimate } from '../advisor.js';

/** Standard deviations from the median to the ninth decile. */
const DECILE = 1.2816;
/** No run time is known better than this. */
const SD_MIN = 0.03;

/**
 * Quantiles of the rest, given that it was not over by now: they narrow as the end comes near, and move on while it is
 * overdue. `planned`: how long it takes is known.
 */
export function remainingOf(
  estimate: DurationEstimate,
  elapsedSeconds: number,
  planned: boolean,
): DurationEstimate {
  const { p10, p50, p90 } = estimate;
  if (planned || p10 <= 0) {
    const left = (seconds: number): number => Math.max(0, seconds - elapsedSeconds);
    return { p10: left(p10), p50: left(p50), p90: left(p90) };
  }
  if (elapsedSeconds <= 0) return estimate;
  const sd = Math.max(SD_MIN, Math.log(p90 / p10) / (2 * DECILE));
  const law = { mean: Math.log(p50), sd };
  return {
    p10: remainingQuantile(0.1, law, elapsedSeconds),
    p50: remainingQuantile(0.5, law, elapsedSeconds),
    p90: remainingQuantile(0.9, law, elapsedSeconds),
  };
}
