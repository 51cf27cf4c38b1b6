/**
 * Servers and nodes as real processes on both backends: killed, paused, drained and started anew under load, and the books are
 * checked after.
 */
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type AttemptView,
  type Backend,
  ClusterSite,
  LEASE_SECONDS,
  onCluster,
} from '../../support/cluster/cluster-site.js';
import { until } from '../../support/until.js';
import { hasRedis } from '../../support/cluster/redis-process.js';
import { quantile } from '../../support/kill-rounds/plan.js';
import { asOnQuiet, percentiles, slowness, type Timed } from '../../support/servers/slowness.js';

/** Real processes on a machine that others use too. */
const SLOWLY = { timeout: 120_000 };

let site: ClusterSite;

const backends: readonly Backend[] = hasRedis ? ['postgresql', 'redis'] : ['postgresql'];

describe.each(backends)('on %s', SLOWLY, (backend) => {
  beforeEach(async () => {
    site = await ClusterSite.open(backend);
  }, SLOWLY.timeout);
  afterEach(() => site.close(), SLOWLY.timeout);

  describe('a cluster of a server and two nodes', SLOWLY, () => {
    it('loses a node to kill -9 under load and no task, and moves its attempts within 10 s', async () => {
      const [first] = [await site.start('one'), await site.start('two')];
      const mesh = await site.submit(
        Array.from({ length: 60 }, (_, at) => onCluster(`t${at}`, `${site.note}; sleep 0.4; echo ${at}`)),
      );
      await until('some have run', () => site.written().length >= 12);
      const killedAt = Date.now();
      first.signal('SIGKILL');
      const tasks = await site.ended(mesh);
      const slow = await slowness();
      const took: Timed[] = [];
      site.checkBooks(tasks);
      expect(tasks.map(({ output }) => output).sort()).toEqual(
        Array.from({ length: 60 }, (_, at) => at).sort(),
      );
      const moved = tasks.filter(({ attempts }) => attempts.some(({ failure }) => failure?.code === 'LOST'));
      expect(moved.length).toBeGreaterThan(0);
      for (const { attempts } of moved) {
        const last = attempts.at(-1) as AttemptView;
        expect(last.node).toMatch(/^two:/);
        took.push({ ms: Date.parse(last.startedAt) - killedAt, slow });
        expect(last.placement).toMatchObject({ policy: 'RESOURCE_BASED' });
        expect(last.placement?.candidates[0]?.node).toBe('two');
      }
      console.log(`elsewhere after ${percentiles(took)}`);
      const quiet = took.map((one) => asOnQuiet(one, LEASE_SECONDS * 1000));
      expect(quantile(quiet, 0.99)).toBeLessThan(10_000);
      expect((await site.states()).map(({ id, state }) => [id, state])).toEqual([
        ['one', 'LOST'],
        ['two', 'READY'],
      ]);
    });

    it('goes on without a node that is paused for three leases, which then joins anew', async () => {
      const [first] = [await site.start('one'), await site.start('two')];
      const mesh = await site.submit(
        Array.from({ length: 30 }, (_, at) => onCluster(`t${at}`, `${site.note}; sleep 0.3; echo ${at}`)),
      );
      await until('some have run', () => site.written().length >= 8);
      first.signal('SIGSTOP');
      await until('it is lost', async () => (await site.states()).some(({ state }) => state === 'LOST'));
      site.checkBooks(await site.ended(mesh));
      await new Promise((resolve) => setTimeout(resolve, 2 * LEASE_SECONDS * 1000));
      first.signal('SIGCONT');
      await until('it is back', async () => (await site.states()).every(({ state }) => state === 'READY'));
      await until('it knows', () => first.incarnations.length === 2);
      const again = await site.ended(await site.submit([onCluster('a', 'echo 1'), onCluster('b', 'echo 1')]));
      expect(again.map(({ status }) => status)).toEqual(['COMPLETED', 'COMPLETED']);
    });

    it('quarantines a task that kills three nodes', async () => {
      await Promise.all(['one', 'two', 'three', 'four'].map((name) => site.start(name)));
      const kill = 'kill -9 $(ps -o ppid= -p $PPID); sleep 60';
      const [task] = await site.ended(await site.submit([onCluster('killer', kill)]));
      expect(task).toMatchObject({ status: 'FAILED', failure: { kind: 'QUARANTINED' } });
      expect(task?.attempts.map(({ failure }) => failure?.code)).toEqual(['LOST', 'LOST', 'LOST']);
      expect(new Set(task?.attempts.map(({ node }) => node)).size).toBe(3);
    });

    it('drains on SIGTERM: what runs finishes there, and nothing is lost', async () => {
      const node = await site.start('one');
      const mesh = await site.submit([onCluster('a', 'echo ready; sleep 1.5; echo 1')]);
      await until('it runs', async () => (await site.tasksOf(mesh))[0]?.status === 'RUNNING');
      expect(await node.stop()).toBe(0);
      const [task] = await site.ended(mesh);
      expect(task?.attempts.map(({ outcome }) => outcome)).toEqual(['COMPLETED']);
      expect(await site.states()).toEqual([]);
    });

    it('goes on with what runs on nodes while the server is started anew, and runs nothing twice', async () => {
      await site.start('one');
      const mesh = await site.submit([onCluster('a', `${site.note}; sleep 4; echo 7`)]);
      await until('it runs', () => site.written().length === 1);
      expect(await site.server.stop()).toBe(0);
      site.server = await site.serve('server');
      const [task] = await site.ended(mesh);
      expect(task).toMatchObject({ status: 'COMPLETED', output: 7, attempts: [{ outcome: 'COMPLETED' }] });
      expect(site.written()).toHaveLength(1);
    });
  });

  describe('two servers and a node', SLOWLY, () => {
    it.each(['kill', 'stop'] as const)(
      'go on with what the node runs after a %s of the leader, and run nothing twice',
      async (end) => {
        const first = site.server;
        const second = await site.serve('second');
        await site.start('one');
        const mesh = await site.submit([
          onCluster('long', `${site.note}; echo begun; sleep 4; echo 7`),
          { ...onCluster('next', `${site.note}; echo 8`), dependsOn: [{ task: 'long' }] },
        ]);
        await until('it runs', () => site.written().length === 1);
        await first[end]();
        site.server = second;
        const tasks = await site.ended(mesh);
        site.checkBooks(tasks);
        expect(tasks.map(({ output, attempts }) => [output, attempts.length])).toEqual(
          expect.arrayContaining([
            [7, 1],
            [8, 1],
          ]),
        );
        expect(site.written()).toHaveLength(2);
      },
    );
  });

  describe('three servers and four nodes', SLOWLY, () => {
    it('lose their leader and two nodes amid work, and no task', async () => {
      await Promise.all(['second', 'third'].map((name) => site.serve(name)));
      await Promise.all(['one', 'two', 'three', 'four'].map((name) => site.start(name)));
      const mesh = await site.submit(
        Array.from({ length: 80 }, (_, at) => onCluster(`t${at}`, `${site.note}; sleep 0.4; echo ${at}`)),
      );
      await until('some have run', () => site.written().length >= 16);
      const [leader, next] = site.servers;
      site.nodes[0]?.signal('SIGKILL');
      await leader?.kill();
      site.server = next as typeof site.server;
      await until('it goes on', () => site.written().length >= 36);
      site.nodes[1]?.signal('SIGTERM');
      const tasks = await site.ended(mesh);
      site.checkBooks(tasks);
      expect(tasks.map(({ output }) => Number(output)).sort((a, b) => a - b)).toEqual([...tasks.keys()]);
      const ran = new Set(tasks.flatMap(({ attempts }) => attempts.map(({ node }) => node.split(':')[0])));
      expect([...ran].sort()).toEqual(['four', 'one', 'three', 'two']);
    });
  });

  describe('work on a node', SLOWLY, () => {
    it('tells its lines, its progress and its output', async () => {
      const code = `export default async ({ log, progress }) => {
      log('half way', { level: 'WARN' });
      progress(0.5, 'half');
      return { done: true };
    };`;
      site.file('work.mjs', code);
      site.env.TASKMESH_EXECUTION__MODULE_ROOT = site.dir;
      await site.start('one');
      const [task] = await site.ended(
        await site.submit([{ ...onCluster('a', ''), work: { module: { path: 'work.mjs' } } }]),
      );
      expect(task).toMatchObject({
        status: 'COMPLETED',
        output: { done: true },
        attempts: [{ layer: 'CLUSTER' }],
      });
      const { taskLogs, events } = await site.ask<{
        taskLogs: { nodes: { text: string }[] };
        events: { nodes: { payload: object }[] };
      }>(
        `query ($id: ID!) { taskLogs(taskId: $id) { nodes { text } }
        events(taskId: $id, types: [TASK_PROGRESSED]) { nodes { payload } } }`,
        { id: task?.id },
      );
      expect(taskLogs.nodes.map(({ text }) => text)).toEqual(['half way']);
      expect(events.nodes.map(({ payload }) => payload)).toMatchObject([{ fraction: 0.5, message: 'half' }]);
    });

    it('ends when it is cancelled', async () => {
      await site.start('one');
      const mesh = await site.submit([onCluster('a', 'echo $$ > ' + site.file('pid') + '; exec sleep 1000')]);
      await until('it runs', () => site.written('pid').length === 1);
      const pid = site.written('pid')[0] as string;
      const [task] = await site.tasksOf(mesh);
      await site.ask('mutation ($id: ID!) { cancelTask(id: $id) { status } }', { id: task?.id });
      await until('its process is gone', () => !existsSync(`/proc/${pid}`));
      const [ended] = await site.ended(mesh);
      expect(ended).toMatchObject({ status: 'CANCELLED', attempts: [{ outcome: 'CANCELLED' }] });
    });
  });
});
