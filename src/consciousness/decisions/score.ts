/**
 * How good decisions and forecasts were. Called when outcomes are known, by the scoring of decisions and by reports;
 * rules are proper: nobody gains by saying something else than what they believe.
 */
import { normalCdf, normalDensity } from '../../kit/statistics/normal.js';
import type { Candidate, Decision, DecisionOutcome } from './decision.js';

/** Half of the width of an interval of 90 % in standard deviations. */
const Z90 = 1.6448536269514722;
const SD_MIN = 1e-9;

export interface Score {
  /** Cost less that of the static choice: negative where the decision paid. Null: not known. */
  readonly staticRegret: number | null;
  /** Cost less that of the best candidate in hindsight: never negative but for errors of the replay. */
  readonly hindsightRegret: number | null;
  /** Where in its forecast the cost fell, 0..1: uniform where forecasts are right. */
  readonly pit: number;
  /** Continuous ranked probability score, in the unit of the cost: the error of a forecast that was one number. */
  readonly crps: number;
  readonly covered: boolean;
}

export function scoreOf(decision: Decision, outcome: DecisionOutcome): Score {
  const { cost, staticCost, hindsightCost } = outcome;
  const chosen = decision.candidates.find(({ name }) => name === decision.chosen) as Candidate;
  return {
    staticRegret: staticCost === null ? null : cost - staticCost,
    hindsightRegret: hindsightCost === null ? null : cost - hindsightCost,
    ...forecastScore(chosen, cost),
  };
}

/** The forecast is taken as normal with the interval's width. */
export function forecastScore(
  { mean, from, to }: Candidate,
  actual: number,
): Pick<Score, 'pit' | 'crps' | 'covered'> {
  const sd = Math.max(SD_MIN, (to - from) / (2 * Z90));
  const z = (actual - mean) / sd;
  const pit = normalCdf(z);
  // Gneiting and Raftery, JASA 102 (2007), equation 21.
  const crps = sd * (z * (2 * pit - 1) + 2 * normalDensity(z) - 1 / Math.sqrt(Math.PI));
  return { pit, crps, covered: actual >= from && actual <= to };
}

/** Mean squared error of probabilities. */
export function brier(forecasts: readonly (readonly [probability: number, happened: boolean])[]): number {
  const errors = forecasts.map(([p, happened]) => (p - (happened ? 1 : 0)) ** 2);
  return errors.reduce((sum, error) => sum + error, 0) / Math.max(1, errors.length);
}

export interface ReliabilityRow {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean of what was said, and share of what came: equal where forecasts are calibrated. */
  readonly said: number;
  readonly came: number;
}

/** Ten rows, those without forecasts left out. */
export function reliability(
  forecasts: readonly (readonly [probability: number, happened: boolean])[],
): ReliabilityRow[] {
  return Array.from({ length: 10 }, (_, row) => {
    const [from, to] = [row / 10, (row + 1) / 10];
    const inside = forecasts.filter(([p]) => Math.min(9, Math.floor(10 * p)) === row);
    const mean = (of: (one: readonly [number, boolean]) => number): number =>
      inside.reduce((sum, one) => sum + of(one), 0) / inside.length;
    return { from, to, count: inside.length, said: mean(([p]) => p), came: mean(([, h]) => (h ? 1 : 0)) };
  }).filter(({ count }) => count > 0);
}
