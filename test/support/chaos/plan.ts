/**
 * How long the chaos lasts, how much work it is made amid, what messages go through, and the seed of what strikes whom: all from the
 * environment.
 */
import type { Backend } from '../cluster/cluster-site.js';

export interface ChaosPlan {
  readonly seconds: number;
  readonly tasks: number;
  readonly seed: string;
  /** Of nodes, as configured; a pause and a cut link last three of them. */
  readonly leaseSeconds: number;
  /** What carries messages between servers and nodes. */
  readonly backend: Backend;
  readonly servers: number;
  readonly nodes: number;
}

/**
 * The short run of `npm test`: every kind of fault at least once. The long one of the issue:
 * CHAOS_SECONDS=180 CHAOS_TASKS=5000 CHAOS_SEED=7 npx vitest run test/integration/cluster/chaos.test.ts
 * With CHAOS_BACKEND=redis messages go through a Redis, which is restarted as well.
 */
export const plan: ChaosPlan = {
  seconds: Number(process.env.CHAOS_SECONDS ?? 20),
  tasks: Number(process.env.CHAOS_TASKS ?? 200),
  seed: process.env.CHAOS_SEED ?? '1',
  leaseSeconds: Number(process.env.CHAOS_LEASE_SECONDS ?? (process.env.CHAOS_SECONDS === undefined ? 3 : 5)),
  backend: backendOf(process.env.CHAOS_BACKEND ?? 'postgresql'),
  servers: 3,
  nodes: 4,
};

function backendOf(text: string): Backend {
  if (text === 'postgresql' || text === 'redis') return text;
  throw new Error(`CHAOS_BACKEND must be postgresql or redis, got "${text}"`);
}
