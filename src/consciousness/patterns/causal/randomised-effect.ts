/**
 * What a choice causes, from choices that were drawn by chance with logged propensities: only this may be called an
 * effect. Called by the recogniser of patterns for associations whose factor was at times drawn (a layer, a node, a
 * policy). Horvitz and Thompson's weights, normalised (Hájek), with the interval of a ratio.
 */
import { normalQuantile } from '../../../kit/statistics/normal.js';

/** Draws that each side needs before the normal interval is to be believed. */
const SIDE_MIN = 20;
/** Propensities nearer to 0 or 1 were no draw: their weights would be all of the estimate. */
const PROPENSITY_MIN = 0.01;

export interface Draw {
  readonly chosen: boolean;
  /** Probability with which it was to be chosen. */
  readonly propensity: number;
  /** Lower is better: 1 for a failure, the logarithm of a duration. */
  readonly loss: number;
}

export interface Effect {
  /** Mean loss if always chosen less that if never. */
  readonly difference: number;
  readonly from: number;
  readonly to: number;
  readonly draws: number;
  /** `EFFECT`: the interval excludes zero. */
  readonly verdict: 'EFFECT' | 'NONE_SHOWN' | 'TOO_FEW';
}

export function effectOf(draws: readonly Draw[], confidence = 0.95): Effect {
  const random = draws.filter(
    ({ propensity }) => propensity >= PROPENSITY_MIN && propensity <= 1 - PROPENSITY_MIN,
  );
  const chosen = random.filter((draw) => draw.chosen);
  const others = random.filter((draw) => !draw.chosen);
  if (Math.min(chosen.length, others.length) < SIDE_MIN)
    return { difference: 0, from: -Infinity, to: Infinity, draws: random.length, verdict: 'TOO_FEW' };
  const withIt = weighted(chosen, ({ propensity }) => 1 / propensity);
  const without = weighted(others, ({ propensity }) => 1 / (1 - propensity));
  const difference = withIt.mean - without.mean;
  const half = normalQuantile((1 + confidence) / 2) * Math.sqrt(withIt.variance + without.variance);
  const [from, to] = [difference - half, difference + half];
  return {
    difference,
    from,
    to,
    draws: random.length,
    verdict: from > 0 || to < 0 ? 'EFFECT' : 'NONE_SHOWN',
  };
}

function weighted(
  draws: readonly Draw[],
  weight: (draw: Draw) => number,
): { mean: number; variance: number } {
  const total = draws.reduce((sum, draw) => sum + weight(draw), 0);
  const mean = draws.reduce((sum, draw) => sum + weight(draw) * draw.loss, 0) / total;
  const squares = draws.reduce((sum, draw) => sum + (weight(draw) * (draw.loss - mean)) ** 2, 0);
  return { mean, variance: squares / (total * total) };
}
