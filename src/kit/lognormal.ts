/** The normal distribution as far as times need it: how much longer something takes that was not over by now. */

/** Upper tail of the standard normal (Abramowitz and Stegun 26.2.17, error below 7.5e-8). */
export function normalAbove(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series = 0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429)));
  const tail = 0.3989422804014327 * Math.exp((-z * z) / 2) * t * series;
  return z > 0 ? tail : 1 - tail;
}

/** The z that so much lies above (Abramowitz and Stegun 26.2.23, error below 4.5e-4; for times that is nothing). */
export function normalExceeded(share: number): number {
  const tail = Math.min(share, 1 - share);
  const t = Math.sqrt(-2 * Math.log(Math.max(tail, 1e-300)));
  const z =
    t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  return share <= 0.5 ? z : -z;
}

/** Beyond this many standard deviations the tail is taken for exponential, with the hazard it has there: about z + 1/z. */
const FAR = 3.5;

/**
 * Quantile `q` of what is left of a log-normal time, given that it was not over after `elapsed` (> 0). `mean` and `sd` are of
 * the natural logarithm. It shrinks as the end comes near, and grows again for what is long overdue (beyond about 1 / `sd`
 * standard deviations): the longer it was late, the later it is expected.
 */
export function remainingQuantile(
  q: number,
  { mean, sd }: { mean: number; sd: number },
  elapsed: number,
): number {
  const z = (Math.log(elapsed) - mean) / sd;
  if (z > FAR) return (-Math.log(1 - q) * sd * elapsed) / (z + 1 / z);
  const above = normalAbove(z) * (1 - q);
  return Math.max(0, Math.exp(mean + sd * normalExceeded(above)) - elapsed);
}
