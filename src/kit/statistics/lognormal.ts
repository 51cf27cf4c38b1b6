/** How much longer something takes that was not over by now, when such times are log-normal. */
import { normalCdf, normalQuantile } from './normal.js';

/** `mean` and `sd` are of the natural logarithm of the time. */
export interface LogNormal {
  readonly mean: number;
  readonly sd: number;
}

/** Beyond this many standard deviations the tail is taken for exponential, with the hazard it has there: about z + 1/z. */
const FAR = 3.5;

/**
 * Quantile `q` of what is left, given that it was not over after `elapsed` (> 0). It shrinks as the end comes near, and grows
 * again for what is long overdue (beyond about 1 / `sd` standard deviations): the longer it was late, the later it is expected.
 */
export function remainingQuantile(q: number, { mean, sd }: LogNormal, elapsed: number): number {
  const z = (Math.log(elapsed) - mean) / sd;
  if (z > FAR) return -Math.log(1 - q) * meanInTail(z, sd, elapsed);
  const above = normalCdf(-z) * (1 - q);
  return Math.max(0, Math.exp(mean - sd * normalQuantile(above)) - elapsed);
}

/** The mean of what is left; with nothing elapsed, or less (it has yet to begin), of the whole and the wait. */
export function remainingMean({ mean, sd }: LogNormal, elapsed: number): number {
  const expected = Math.exp(mean + sd ** 2 / 2);
  if (elapsed <= 0) return expected - elapsed;
  const z = (Math.log(elapsed) - mean) / sd;
  if (z > FAR) return meanInTail(z, sd, elapsed);
  return Math.max(0, (expected * normalCdf(sd - z)) / normalCdf(-z) - elapsed);
}

function meanInTail(z: number, sd: number, elapsed: number): number {
  return (sd * elapsed) / (z + 1 / z);
}
