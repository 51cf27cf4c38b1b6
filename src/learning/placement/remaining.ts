/** How long a task that is running will still take: the conditional mean of a log-normal run time that was not over by now. */

/** Standard normal distribution function (Abramowitz and Stegun 26.2.17, error below 7.5e-8). */
export function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    0.3989422804014327 *
    Math.exp((-z * z) / 2) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z > 0 ? 1 - tail : tail;
}

/** Chances below this are not worth the cancellation of digits: the task is overdue. */
const OVERDUE = 1e-4;
/** An overdue task is expected to take as much again as this share of what it has taken. */
const OVERDUE_SHARE = 0.05;

/** `mean` and `sd` of the natural logarithm of the run time; `elapsed` seconds of it are over. */
export function remainingSeconds(mean: number, sd: number, elapsed: number): number {
  const expected = Math.exp(mean + sd ** 2 / 2);
  if (elapsed <= 0) return expected - elapsed;
  const z = (Math.log(elapsed) - mean) / sd;
  const alive = normalBelow(-z);
  if (alive < OVERDUE) return OVERDUE_SHARE * elapsed;
  return Math.max(0, (expected * normalBelow(sd - z)) / alive - elapsed);
}
