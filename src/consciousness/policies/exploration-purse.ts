/**
 * What may be spent on finding out: at most 2 % of all cost goes to runs under a policy that is not thought the best.
 * Called by the mixture of policies, before each draw and after each measurement. Costs are relative to the static twin,
 * so that a long mesh weighs no more than a short one.
 */

/** Share of the cost. */
export const EXPLORATION_MAX = 0.02;
/** The cost of so many runs is lent at the start: otherwise nothing could ever be tried. */
const LENT_RUNS = 10;

export interface Purse {
  readonly cost: number;
  readonly explored: number;
}

export const EMPTY_PURSE: Purse = { cost: 0, explored: 0 };

/** Of all purses together, and of what was explored `elsewhere`; of at least the cost of `runs` runs. */
export function explorationShareOf(purses: readonly Purse[], runs: number, elsewhere: number): number {
  const cost = purses.reduce((sum, one) => sum + one.cost, 0);
  const explored = purses.reduce((sum, one) => sum + one.explored, 0);
  return (explored + elsewhere) / Math.max(runs, cost);
}

/**
 * The share of draws, 0..1, that may be left to chance so that the next one is expected to stay within what is left.
 * `means` are believed costs as logarithms.
 */
export function openShare(purse: Purse, probabilities: readonly number[], means: readonly number[]): number {
  const least = Math.exp(Math.min(...means));
  const expected = probabilities.reduce(
    (sum, p, i) => sum + p * Math.max(0, Math.exp(means[i] as number) - least),
    0,
  );
  const left = EXPLORATION_MAX * (purse.cost + LENT_RUNS) - purse.explored;
  if (left <= 0) return 0;
  return expected <= 0 ? 1 : Math.min(1, left / expected);
}

/** After a run that cost this much, and would have cost `otherwise` without exploring. Logarithms. */
export function paid(purse: Purse, cost: number, otherwise: number): Purse {
  const excess = Math.max(0, Math.exp(cost) - Math.exp(otherwise));
  return { cost: purse.cost + Math.exp(cost), explored: purse.explored + excess };
}
