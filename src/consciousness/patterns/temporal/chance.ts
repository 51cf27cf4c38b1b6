/**
 * How likely gaps between events are by chance: at one constant rate (Poisson), or at two, as failures that come in
 * bursts do. Called by the finder of periods: what it claims has to beat the likelier of the two.
 */
import { logChoose, logFactorial } from '../../statistics/hypergeometric.js';
import { logSum } from './comb.js';

/** Width of the logarithm of the ratio between the two rates, over which nothing is preferred. */
const RATIO_WIDTH = 5;
/** No gap counts as shorter than this part of all of them together: events of the same ms would have a density of infinity. */
const GAP_MIN = 1e-9;

/** ln of the density of the gaps with rates integrated out, flat in their logarithms. */
export function logChance(gaps: readonly number[]): number {
  const total = gaps.reduce((sum, gap) => sum + gap, 0);
  return logSum(atOneRate(gaps.length, total), atTwoRates(gaps, total)) - Math.LN2;
}

function atOneRate(count: number, total: number): number {
  return logFactorial(count - 1) - count * Math.log(total);
}

/** The best way to call the shorter gaps fast and the longer slow. */
function atTwoRates(gaps: readonly number[], total: number): number {
  const n = gaps.length;
  const sorted = Float64Array.from(gaps).sort();
  let fast = 0;
  let best = Number.NEGATIVE_INFINITY;
  for (let k = 1; k < n; k++) {
    fast += Math.max(sorted[k - 1] as number, GAP_MIN * total);
    if (total <= fast) break;
    best = Math.max(best, atOneRate(k, fast) + atOneRate(n - k, total - fast) - logChoose(n, k));
  }
  return best - Math.log((n + 1) * RATIO_WIDTH);
}
