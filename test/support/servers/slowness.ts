/**
 * How slow the machine is at this moment, for promises of the form "within 2 s" on a quiet one: how many times as long as there a
 * small process takes from its start to its end. Tests run beside others, on machines that do other things too.
 */
import { spawn } from 'node:child_process';
import { quantile } from '../kill-rounds/plan.js';

/** Node's start and end on a quiet machine of two cores. */
const QUIET_MS = 50;
const TRIES = 3;

/** At least 1. */
export async function slowness(): Promise<number> {
  const took: number[] = [];
  for (let number = 0; number < TRIES; number++) {
    const since = performance.now();
    const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
    await new Promise((resolve) => child.once('exit', resolve));
    took.push(performance.now() - since);
  }
  const median = took.toSorted((a, b) => a - b)[Math.floor(TRIES / 2)] as number;
  return Math.max(1, median / QUIET_MS);
}

export interface Timed {
  readonly ms: number;
  /** Around the time that was measured. */
  readonly slow: number;
}

/** `run` answers how long it took what it does. */
export async function timed(run: () => Promise<number>): Promise<Timed> {
  const before = await slowness();
  const ms = await run();
  return { ms, slow: Math.max(before, await slowness()) };
}

/** As it would have been on a quiet machine: a lease lasts as long on any, and what is done beyond it takes longer. */
export function asOnQuiet({ ms, slow }: Timed, leaseMs = 0): number {
  return ms <= leaseMs ? ms : leaseMs + (ms - leaseMs) / slow;
}

/** For people. */
export function percentiles(all: readonly Timed[]): string {
  const [p50, p99] = [0.5, 0.99].map((part) =>
    Math.round(
      quantile(
        all.map(({ ms }) => ms),
        part,
      ),
    ),
  );
  const slowest = Math.max(...all.map(({ slow }) => slow));
  return `p50 ${p50} ms, p99 ${p99} ms of ${all.length}, on a machine up to ${slowest.toFixed(1)} times slower than a quiet one`;
}
