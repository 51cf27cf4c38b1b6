/**
 * Servers and nodes over a link to PostgreSQL that has gone silent: no goodbye is answered and no query comes back. Told to end
 * by SIGTERM they end all the same, within what running work may take and a quarter of a minute.
 */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { spawnNode } from '../../support/cluster/node-process.js';
import { familyOf, living, processesOf, type Sighting } from '../../support/kill-rounds/processes.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';
import { graphql, serveProcess } from '../../support/server-process.js';
import { SilentLink } from '../../support/servers/proxy.js';
import { Stopwatch } from '../../support/servers/stopwatch.js';

const DRAIN_SECONDS = 1;
const GRACE_SECONDS = 1;
const LEASE_SECONDS = 3;
const GOODBYES_MS = 15_000;
/** Parts that were not reached in time have a moment each, and a process takes its time to go. */
const SLACK_MS = 5_000;
const END_MS_MAX = (DRAIN_SECONDS + GRACE_SECONDS) * 1000 + GOODBYES_MS + SLACK_MS;
const PATIENT = { timeout: 30_000, interval: 50 };
const WORK = 'sleep 300';
const CREATE = 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { id } }';
const env = {
  TASKMESH_EXECUTION__DRAIN_SECONDS: String(DRAIN_SECONDS),
  TASKMESH_EXECUTION__KILL_GRACE_SECONDS: String(GRACE_SECONDS),
  TASKMESH_CLUSTER__LEASE_SECONDS: String(LEASE_SECONDS),
};

interface Ending {
  readonly pid: number;
  readonly gone: Promise<number | null>;
}

interface Ground {
  readonly root: string;
  readonly database: FreshDatabase;
  link(): Promise<SilentLink>;
}

async function ground(finished: (close: () => Promise<void>) => void): Promise<Ground> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'taskmesh-silent-')));
  const database = await freshDatabase();
  finished(async () => {
    for (const { pid } of processesOf(root)) process.kill(pid, 'SIGKILL');
    await database.drop();
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  });
  const link = async (): Promise<SilentLink> => {
    const made = await SilentLink.to(database.url);
    finished(() => made.close());
    return made;
  };
  return { root, database, link };
}

/** How long each took, in the order given; a process that stays takes for ever. */
async function end(processes: readonly Ending[]): Promise<number[]> {
  const took = processes.map(async ({ pid, gone }) => {
    const watch = new Stopwatch();
    process.kill(pid, 'SIGTERM');
    const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), 2 * END_MS_MAX).unref());
    const code = await Promise.race([gone, late]);
    expect(code).toBe(0);
    return watch.stop();
  });
  return await Promise.all(took);
}

/** A task that outlasts the test, begun where the server or node runs it. */
async function busy(server: { url: string; token: string }, layer: string, mark: string): Promise<void> {
  const work = { command: { argv: ['sh', '-c', `${WORK}; echo ${mark}`] } };
  await graphql(server, CREATE, { input: { name: mark, layer, work } });
}

function workOf(pid: number): Sighting[] {
  return familyOf(pid).filter(({ command }) => command.includes(WORK));
}

it('a leader and a follower that run work, and a node, end within their bound when the link is dark', {
  timeout: 180_000,
}, async ({ onTestFinished }) => {
  const { root, link } = await ground(onTestFinished);
  const links = [await link(), await link(), await link()] as const;
  const [first, second, third] = links;
  const serve = (name: string, { url }: SilentLink) =>
    serveProcess(join(root, name), { ...env, TASKMESH_DATABASE__URL: url });
  const leader = await serve('leader', first);
  const follower = await serve('follower', second);
  const args = ['--database', third.url];
  const node = await spawnNode({ stateDir: join(root, 'nodes'), name: 'node', args, env });
  await busy(leader, 'LOCAL', 'on-the-leader');
  await busy(leader, 'CLUSTER', 'on-the-node');
  for (const { pid } of [leader, node]) await vi.waitFor(() => expect(workOf(pid)).not.toEqual([]), PATIENT);
  const families = [leader, follower, node].flatMap(({ pid }) => familyOf(pid));
  for (const one of links) one.hold();
  // somebody asks, so that queries hang in the pools
  const asked = [leader, follower].map((server) => busy(server, 'LOCAL', 'never').catch(() => undefined));
  const took = await end([leader, follower, node]);
  console.log(
    `leader, follower and node ended ${took.map((ms) => `${(ms / 1000).toFixed(1)} s`).join(', ')} after SIGTERM`,
  );
  for (const ms of took) expect(ms).toBeLessThan(END_MS_MAX);
  await vi.waitFor(() => expect(living(families)).toEqual([]), PATIENT);
  await Promise.all(asked);
});

it('a node whose link is dark for longer than its lease kills what it runs, and joins anew when the link is back', {
  timeout: 120_000,
}, async ({ onTestFinished }) => {
  const { root, database, link } = await ground(onTestFinished);
  const dark = await link();
  const server = await serveProcess(join(root, 'server'), { ...env, TASKMESH_DATABASE__URL: database.url });
  const args = ['--database', dark.url];
  const node = await spawnNode({ stateDir: join(root, 'nodes'), name: 'node', args, env });
  await busy(server, 'CLUSTER', 'on-the-node');
  await vi.waitFor(() => expect(workOf(node.pid)).not.toEqual([]), PATIENT);
  const work = workOf(node.pid);
  dark.hold();
  const watch = new Stopwatch();
  await vi.waitFor(() => expect(living(work)).toEqual([]), PATIENT);
  expect(watch.stop()).toBeLessThan(LEASE_SECONDS * 1000 + SLACK_MS);
  dark.release();
  await vi.waitFor(() => expect(node.incarnations.length).toBeGreaterThan(1), PATIENT);
  await end([node, server]);
});
