/** How many times the kill rounds strike, and the seed of when, where and amid what: both from the environment. */
import { randomInt } from 'node:crypto';

const DEFAULT_ROUNDS = 40;

/** Kills of the server over all state directories; the other faults strike a quarter as often. */
export const KILL_ROUNDS = Number(process.env.KILL_ROUNDS ?? DEFAULT_ROUNDS);
const SEED = process.env.KILL_SEED ?? String(randomInt(1_000_000_000));

/**
 * A fresh seed every run, because every run is another look for a fault. The seed fixes the load, the faults and their
 * moments; the machine's own timing stays its own, so a replay strikes at the same places, not in the same instruction.
 */
export async function replayable(run: (seed: string) => Promise<void>): Promise<void> {
  try {
    await run(SEED);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Error(`with KILL_SEED=${SEED} KILL_ROUNDS=${KILL_ROUNDS}: ${said}`, { cause: error });
  }
}

/** Waits for the seeded moment of a fault. */
export function moment(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The figure below which this part (0 to 1) of the measured ones lie. */
export function quantile(figures: readonly number[], part: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] as number;
}
