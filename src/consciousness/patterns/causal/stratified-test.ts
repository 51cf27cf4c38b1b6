/**
 * Does exposure go with more failures within strata, so that no stratum's own rate can pass for an effect? Called by the
 * recogniser of associations. The statistic is that of Cochran, Mantel and Haenszel; its distribution is exact while that
 * can be had, because with thin strata the usual chi-square finds more than it may. All of the value itself counts: the
 * level then holds whatever the strata are. Half of it (mid-p) finds little more: 98.4 % of the causes where this finds
 * 97.9 %, at 3.7 and 2.8 % false; with 60 thin types and no cause at all 4.9 and 3.1 % (1,500 times 600 tasks).
 */
import { hypergeometric, sumOf, upperTail } from '../../statistics/hypergeometric.js';
import type { TwoByTwo } from '../../statistics/hypergeometric.js';
import { normalCdf } from '../../../kit/statistics/normal.js';

/** Exposed failures that could be, over all strata, up to which the distribution is computed exactly. */
const EXACT_MAX = 400;

export interface StratifiedTest {
  /** One-sided: that there are as many exposed failures by chance. */
  readonly pValue: number;
  readonly exact: boolean;
  readonly observed: number;
  /** Exposed failures, were exposure without meaning. */
  readonly expected: number;
  /** Mantel and Haenszel's common odds ratio; Infinity where only the exposed failed. */
  readonly oddsRatio: number;
}

/** Strata in which nobody was exposed, or nothing failed, or everything did, say nothing and cost nothing. */
export function stratifiedTest(strata: readonly TwoByTwo[]): StratifiedTest {
  const telling = strata.filter(
    ({ exposed, failed, total }) => exposed > 0 && exposed < total && failed > 0 && failed < total,
  );
  let [observed, expected, variance, most] = [0, 0, 0, 0];
  for (const { both, exposed, failed, total } of telling) {
    observed += both;
    expected += (exposed * failed) / total;
    variance += (exposed * (total - exposed) * failed * (total - failed)) / (total * total * (total - 1));
    most += Math.min(exposed, failed);
  }
  const exact = most <= EXACT_MAX;
  const pValue = telling.length === 0 ? 1 : exact ? exactTail(telling, observed) : tail();
  return { pValue, exact, observed, expected, oddsRatio: oddsRatio(telling) };

  function tail(): number {
    return normalCdf(-(observed - expected - 0.5) / Math.sqrt(variance));
  }
}

/** The sum of independent hypergeometric counts, by convolution. */
function exactTail(strata: readonly TwoByTwo[], observed: number): number {
  const sum = strata
    .map(hypergeometric)
    .reduce((all, one) => sumOf(all, one), { least: 0, probabilities: Float64Array.of(1) });
  return upperTail(sum, observed);
}

function oddsRatio(strata: readonly TwoByTwo[]): number {
  let [up, down] = [0, 0];
  for (const { both, exposed, failed, total } of strata) {
    up += (both * (total - exposed - failed + both)) / total;
    down += ((exposed - both) * (failed - both)) / total;
  }
  return down === 0 ? (up === 0 ? 1 : Number.POSITIVE_INFINITY) : up / down;
}
