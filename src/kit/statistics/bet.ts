/**
 * Evidence as the capital of a gambler who bets that the new is better than the old. Called by the gates of levels, and
 * by whatever changes a parameter and has to prove it. The capital after bets on a game that is not in the gambler's
 * favour exceeds 20 at any time, however often one looks, with a probability of at most 1/20 (Ville's inequality;
 * Waudby-Smith and Ramdas, JRSS B 2024).
 */
import { assert } from '../assert.js';

/** Capital at which a claim is believed: 1 / alpha. Nothing in the configuration changes it. */
export const EVIDENCE_NEEDED = 20;

/**
 * Shares of the cap that are staked, and the part of the first capital that each begins with. The mixture grows like the
 * best of them, less the logarithm of its part, and needs no estimate of anything.
 */
const STAKES = [1, 0.5, 0.2, 0.06] as const;
const PARTS = [0.4, 0.3, 0.2, 0.1] as const;
/** ln of a capital below which a stake cannot come back within a lifetime; it keeps the state finite. */
const LOG_CAPITAL_MIN = -600;

/** JSON, so that it is its own snapshot. */
export interface Bet {
  /** ln of the capital of each stake. */
  readonly logCapitals: readonly number[];
  readonly count: number;
  /** Sum of the differences: what a person wants to see beside the evidence. */
  readonly sum: number;
}

export const NO_BET: Bet = { logCapitals: STAKES.map(() => 0), count: 0, sum: 0 };

/**
 * The part of the capital that may be staked at most, from `evolution_rate` in 0..1: two thirds at 0.1, with
 * which an effect of 0.1 under noise of 0.3 grows at 90 % of the fastest rate there is, and 0.95 at 1. Rates change how fast evidence
 * grows, never how much of it is needed.
 */
export function stakeMax(evolutionRate: number): number {
  assert(evolutionRate >= 0 && evolutionRate <= 1, 'evolution_rate is between 0 and 1');
  return evolutionRate / (evolutionRate + 0.05);
}

/** `difference` in [-1, 1]: loss of the old minus loss of the new in one mesh run. Runs are independent; tasks are not. */
export function bet(before: Bet, difference: number, cap: number): Bet {
  assert(
    difference >= -1 && difference <= 1,
    () => `a difference of losses is in [-1, 1], not ${difference}`,
  );
  assert(cap >= 0 && cap < 1, 'all of the capital is never staked');
  const logCapitals = before.logCapitals.map((log, i) =>
    Math.max(LOG_CAPITAL_MIN, log + Math.log1p(cap * (STAKES[i] as number) * difference)),
  );
  return { logCapitals, count: before.count + 1, sum: before.sum + difference };
}

/** The capital: how many times what was put in. 1 where nothing was bet. */
export function evidenceOf({ logCapitals }: Bet): number {
  return logCapitals.reduce((sum, log, i) => sum + (PARTS[i] as number) * Math.exp(log), 0);
}

/** A bet in both directions: one proves the new better, the other proves it worse. */
export interface Contest {
  readonly better: Bet;
  readonly worse: Bet;
}

export const NO_CONTEST: Contest = { better: NO_BET, worse: NO_BET };

export function contest({ better, worse }: Contest, difference: number, cap: number): Contest {
  return { better: bet(better, difference, cap), worse: bet(worse, -difference, cap) };
}
