/**
 * An episode: a situation, what was done, what came of it, and how surprising that was. A value; called by memory and by
 * whoever writes episodes to the store.
 */

export interface Episode {
  /** Unique and ascending in the order of writing. */
  readonly id: number;
  readonly atMs: number;
  readonly kind: string;
  /** The exact situation: the same workflow, task and input sizes. */
  readonly signature: string;
  readonly typeKey: string;
  /** Numbers known when it began, of one layout for a type. */
  readonly features: readonly number[];
  /** Terms with their weights, unit length: TF-IDF of command, error text and names. */
  readonly terms: readonly (readonly [term: string, weight: number])[];
  readonly outcome: Outcome;
  /** Bits: how unexpected the outcome was. */
  readonly surprise: number;
  readonly decisionId: string | null;
}

export interface Outcome {
  readonly failed: boolean;
  readonly seconds: number;
}

/** What was expected: probability of failure, and the normal distribution of the logarithm of seconds. */
export interface Expectation {
  readonly failure: number;
  readonly logMean: number;
  readonly logSd: number;
}

const PROBABILITY_MIN = 1e-6;
const SD_MIN = 0.01;

/**
 * -log2 of how likely the outcome was: of failing or not, and for one that ended, of being at least so far from the
 * middle. 0 is what had to happen, 20 the most that is told apart.
 */
export function surpriseOf(outcome: Outcome, expected: Expectation): number {
  const likely = outcome.failed ? expected.failure : 1 - expected.failure;
  const whether = -Math.log2(Math.min(1, Math.max(PROBABILITY_MIN, likely)));
  if (outcome.failed || !(outcome.seconds > 0)) return whether;
  const z = Math.abs(Math.log(outcome.seconds) - expected.logMean) / Math.max(SD_MIN, expected.logSd);
  return Math.min(20, whether + bitsBeyond(z));
}

/** -log2 P(|Z| > z), by the bound e^(-0.717 z - 0.416 z²) of Chang, Cosman and Milstein (2011): 0.1 bits off. */
function bitsBeyond(z: number): number {
  return (0.717 * z + 0.416 * z * z) / Math.LN2;
}
