/** Measures contestants in turn, again and again, so that what else the machine does meets all of them alike. */
import type { Bench } from './bench.js';
import type { Run } from './figures.js';
import type { Idle } from './idle.js';
import { type Entry, lineup, type Workload } from './peers/lineup.js';
import { type Ground, measurePeer } from './peers/peer.js';
import { type GraphWorkload, measureGraph } from './product/measure.js';
import { PRODUCT } from './report.js';
import { redisVersion } from './servers/redis.js';

export interface Contestant<T> {
  readonly name: string;
  readonly measure: () => Promise<T>;
}

/** By contestant, one value a run. A peer that fails drops out, and it is said why; the product may not fail. */
export async function compete<T>(
  bench: Bench,
  contestants: readonly Contestant<T>[],
): Promise<Map<string, T[]>> {
  const values = new Map<string, T[]>(contestants.map(({ name }) => [name, []]));
  for (let run = 1; run <= bench.options.runs; run++) {
    for (const { name, measure } of contestants) {
      bench.say(`  run ${run}: ${name}`);
      try {
        values.get(name)?.push(await measure());
      } catch (error) {
        if (name.startsWith(PRODUCT)) throw error;
        bench.say(`  ${name} drops out: ${(error as Error).message}`);
        values.delete(name);
      }
    }
    contestants = contestants.filter(({ name }) => values.has(name));
  }
  return values;
}

/** The peers that take part: those asked for, and those on Redis where there is one. */
export function peersFor(bench: Bench, workload: Workload): readonly Entry[] {
  const { productOnly, peers } = bench.options;
  if (productOnly) return [];
  const asked = lineup[workload].filter(
    ({ name }) => peers.length === 0 || peers.some((part) => name.toLowerCase().includes(part.toLowerCase())),
  );
  if (redisVersion() !== undefined) return asked;
  bench.say('  BullMQ is skipped: there is no redis-server on the PATH');
  return asked.filter(({ appendOnly }) => appendOnly === undefined);
}

export async function competeOnGraph(
  bench: Bench,
  workload: GraphWorkload,
  entries: readonly Entry[],
  ground: Ground = { postgres: bench.postgres },
): Promise<Map<string, Run[]>> {
  const peers = entries.map((entry) => ({
    name: entry.name,
    measure: () => measurePeer(bench, entry, workload, ground),
  }));
  const own = { name: PRODUCT, measure: () => measureGraph(bench, workload, ground) };
  return await compete<Run>(bench, [own, ...peers]);
}

export async function competeOnIdle(
  bench: Bench,
  idle: Idle,
  own: readonly Contestant<readonly number[]>[],
): Promise<Map<string, (readonly number[])[]>> {
  const peers = peersFor(bench, 'idle').map((entry) => ({
    name: entry.name,
    measure: () => measurePeer(bench, entry, { idle }),
  }));
  return await compete<readonly number[]>(bench, [...own, ...peers]);
}

export function namesOnPostgres(entries: readonly Entry[]): ReadonlySet<string> {
  return new Set(entries.filter(({ appendOnly }) => appendOnly === undefined).map(({ name }) => name));
}
