/**
 * How likely each policy is to be the best, as amplitudes whose squares are those probabilities. That is all they are:
 * they carry no phase and do not interfere; "superposed" says that several policies are held until one is drawn, and
 * "collapse" that its result changes the weights. Called by the mixture of policies.
 */
import { normalCdf, normalDensity } from '../../kit/statistics/normal.js';

/** What is believed of the mean cost of a policy: normal. */
export interface CostBelief {
  readonly mean: number;
  readonly sd: number;
}

/** Points of the rule of Simpson over the range in which the best can lie; the error is below 1e-4. */
const POINTS = 201;
const SD_MIN = 1e-9;
const REACH = 6;

/** Probability that each has the lowest mean cost: ∫ f_i(x) · Π_{j≠i} P(cost_j > x) dx. They add up to 1. */
export function bestProbabilities(beliefs: readonly CostBelief[]): number[] {
  if (beliefs.length === 1) return [1];
  const narrow = beliefs.map(({ mean, sd }) => ({ mean, sd: Math.max(sd, SD_MIN) }));
  const raw = narrow.map((belief, i) =>
    integrate(
      belief,
      narrow.filter((_, j) => j !== i),
    ),
  );
  const total = raw.reduce((sum, one) => sum + one, 0);
  return raw.map((one) => one / total);
}

function integrate({ mean, sd }: CostBelief, others: readonly CostBelief[]): number {
  let sum = 0;
  for (let i = 0; i < POINTS; i++) {
    const z = REACH * ((2 * i) / (POINTS - 1) - 1);
    const survives = others.reduce(
      (product, one) => product * normalCdf((one.mean - mean - sd * z) / one.sd),
      1,
    );
    const weight = i === 0 || i === POINTS - 1 ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * normalDensity(z) * survives;
  }
  return (sum * 2 * REACH) / (3 * (POINTS - 1));
}

export function amplitudesOf(probabilities: readonly number[]): number[] {
  return probabilities.map(Math.sqrt);
}
