/**
 * What a server does when its database is taken from it under load: the postmaster or a backend killed, every session
 * terminated. And how long it takes to work again, after that and after its own restart with 10,000 open tasks.
 */
import type pg from 'pg';
import { describe, expect, it, type TestContext, vi } from 'vitest';
import { SeededRandom } from '../../src/kit/random.js';
import { openWork, postmasterOf, withSession } from '../support/kill-rounds/evidence.js';
import { KILL_ROUNDS, quantile, replayable } from '../support/kill-rounds/plan.js';
import { Site } from '../support/kill-rounds/site.js';
import type { ServerProcess } from '../support/server-process.js';

const ROUNDS = Math.ceil(KILL_ROUNDS / 4);
const RESTARTS = Math.ceil(KILL_ROUNDS / 20);
const CLIENTS = 3;
/** The targets are 3 and 5 s at p99 on a quiet machine; a test machine is asked for this much only. */
const WORKS_AGAIN_MS_MAX = 60_000;

const TERMINATE_ALL = `
  SELECT count(pg_terminate_backend(pid))::int AS count FROM pg_stat_activity
  WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`;
/** One of each kind: for commits, for the leader's lock, for everything else. */
const SESSIONS = `
  SELECT DISTINCT ON (application_name) pid FROM pg_stat_activity
  WHERE backend_type = 'client backend' AND application_name LIKE 'taskmesh%'`;

type Strike = (session: pg.Client, stateDir: string, random: SeededRandom) => Promise<void>;

async function killPostmaster(_session: pg.Client, stateDir: string): Promise<void> {
  const { pid } = await postmasterOf(stateDir);
  process.kill(pid, 'SIGKILL');
}

/** Again as soon as it is back, so that everybody's patience has grown by the time it stays. */
async function killPostmasterThrice(session: pg.Client, stateDir: string): Promise<void> {
  for (let left = 2; left > 0; left--) {
    const { pid } = await postmasterOf(stateDir);
    await killPostmaster(session, stateDir);
    const back = async (): Promise<void> => {
      const now = await postmasterOf(stateDir);
      expect(now.pid !== pid && now.ready).toBe(true);
    };
    await vi.waitFor(back, { timeout: WORKS_AGAIN_MS_MAX, interval: 5 });
  }
  await killPostmaster(session, stateDir);
}

/** The postmaster then ends all backends, since one may have left shared memory half written, and recovers. */
async function killBackend(session: pg.Client, _stateDir: string, random: SeededRandom): Promise<void> {
  const { rows } = await session.query<{ pid: number }>(SESSIONS);
  process.kill(random.pick(rows).pid, 'SIGKILL');
}

async function terminateAll(session: pg.Client): Promise<void> {
  const { rows } = await session.query<{ count: number }>(TERMINATE_ALL);
  expect(rows[0]?.count).toBeGreaterThan(0);
}

/** One fault under load; answers how long the server took to work again, in ms. */
async function round(
  site: Site,
  server: ServerProcess,
  strike: Strike,
  random: SeededRandom,
): Promise<number> {
  const stop = new AbortController();
  const struck = async (): Promise<number> => {
    await withSession(site.stateDir, async (session) => {
      await site.underLoad(random);
      site.notes.databaseAway = true;
      await strike(session, site.stateDir, random);
    });
    return await site.untilItWorks(server);
  };
  const [, tookMs] = await Promise.all([
    site.load(server, stop.signal),
    struck().finally(() => stop.abort()),
  ]);
  site.notes.databaseAway = false;
  return tookMs;
}

async function faultRounds(label: string, strikes: readonly Strike[], test: TestContext): Promise<void> {
  await replayable(async (seed) => {
    const random = new SeededRandom(seed).fork(label);
    const site = await Site.make(random, CLIENTS, test.onTestFinished);
    const server = await site.start();
    const tookMs: number[] = [];
    for (let number = 0; number < ROUNDS; number++) {
      const own = random.fork(`round${number}`);
      tookMs.push(await round(site, server, own.pick(strikes), own));
    }
    report(`${label} → working`, tookMs);
    await site.judge(server);
  });
}

function report(what: string, tookMs: readonly number[]): void {
  const [p50, p99] = [0.5, 0.99].map((part) => Math.round(quantile(tookMs, part)));
  console.log(`${what}: p50 ${p50} ms, p99 ${p99} ms over ${tookMs.length} rounds`);
  expect(Math.max(...tookMs)).toBeLessThan(WORKS_AGAIN_MS_MAX);
}

describe('a server that lives while its database is taken away under load', () => {
  const timeout = 60_000 + ROUNDS * 30_000;

  it('keeps every promise when PostgreSQL or one of its backends is killed', { timeout }, async (test) => {
    await faultRounds('PostgreSQL killed', [killPostmaster, killPostmasterThrice, killBackend], test);
  });

  it('keeps every promise when every session is terminated', { timeout }, async (test) => {
    await faultRounds('sessions terminated', [terminateAll], test);
  });
});

describe('a server that is killed with 10,000 open tasks', () => {
  it('works again', { timeout: 120_000 + RESTARTS * 30_000 }, async ({ onTestFinished }) => {
    await replayable(async (seed) => {
      const random = new SeededRandom(seed).fork('open tasks');
      const site = await Site.make(random, 0, onTestFinished);
      let server = await site.start();
      for (const name of ['one', 'two']) await site.submit(server, slowMesh(name, random));
      const tookMs: number[] = [];
      for (let number = 0; number < RESTARTS; number++) {
        site.rememberFamily();
        await server.kill();
        const began = performance.now();
        server = await site.start();
        await site.untilItWorks(server);
        tookMs.push(performance.now() - began);
      }
      const open = await withSession(site.stateDir, openWork);
      expect(open.tasks).toBeGreaterThanOrEqual(10_000);
      report('killed with 10,000 open tasks: start → working', tookMs);
    });
  });
});

const TASKS = 6000;
const EDGES = 15_000;

/** Two of these stay above 10,000 open tasks for long: few run at a time, and leave room for the task that asks. */
function slowMesh(name: string, random: SeededRandom): object {
  const tasks = Array.from({ length: TASKS }, (_, index) => ({
    key: `t${index}`,
    work: { wait: { durationMs: 1000 } },
    concurrency: { key: 'slow', limit: 4 },
    dependsOn: [] as { task: string }[],
  }));
  const seen = new Set<number>();
  while (seen.size < EDGES) {
    const [a, b] = [random.int(TASKS), random.int(TASKS)];
    const [low, high] = [Math.min(a, b), Math.max(a, b)];
    if (low === high || seen.has(low * TASKS + high)) continue;
    seen.add(low * TASKS + high);
    tasks[high]?.dependsOn.push({ task: `t${low}` });
  }
  return { name, idempotencyKey: name, tasks };
}
