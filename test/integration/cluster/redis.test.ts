/**
 * Messages through a Redis that is killed, paused, full or guarded, under servers and nodes that are real processes. What Redis loses
 * is no loss: the history is in PostgreSQL, and what was on its way is sent again.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { ClusterSite, onCluster, type SiteWish, type TaskView } from '../../support/cluster/cluster-site.js';
import { until } from '../../support/until.js';
import type { NodeProcess } from '../../support/cluster/node-process.js';
import { hasRedis, type RedisProcess, userArgs } from '../../support/cluster/redis-process.js';

/** Real processes on a machine that others use too. */
const SLOWLY = { timeout: 180_000 };
/** So that a process that is paused for a restart of Redis is not taken for lost. */
const PATIENT = { TASKMESH_CLUSTER__LEASE_SECONDS: '30' };

let site: ClusterSite;

afterEach(() => site.close(), SLOWLY.timeout);

async function open(wish: SiteWish = {}): Promise<RedisProcess> {
  site = await ClusterSite.open('redis', wish);
  return site.redis as RedisProcess;
}

/** Nothing was lost and nothing done twice: one attempt of each task, which ran once. */
function expectOnce(tasks: readonly TaskView[]): void {
  site.checkBooks(tasks);
  for (const { attempts } of tasks) expect(attempts.map(({ outcome }) => outcome)).toEqual(['COMPLETED']);
  expect(site.written()).toHaveLength(tasks.length);
}

const brief = (count: number, seconds: number): object[] =>
  Array.from({ length: count }, (_, at) => onCluster(`t${at}`, `${site.note}; sleep ${seconds}; echo ${at}`));

describe.skipIf(!hasRedis)('a Redis that is killed amid work', SLOWLY, () => {
  it.each([
    ['with a log of what it was given', ['--appendonly', 'yes']],
    ['without anything it had', []],
  ])('and comes back %s costs no task and no attempt', async (_what, redisArgs) => {
    const redis = await open({ redisArgs, env: PATIENT });
    await Promise.all(['one', 'two'].map((name) => site.start(name)));
    const mesh = await site.submit(brief(40, 0.3));
    for (const ran of [8, 20]) {
      await until(`${ran} have run`, () => site.written().length >= ran);
      await redis.kill();
      await redis.start();
    }
    expectOnce(await site.ended(mesh));
  });

  it('has lost starts that no node had taken: they are sent again', async () => {
    const redis = await open({ env: PATIENT });
    const node = await site.start('one');
    node.signal('SIGSTOP');
    const mesh = await site.submit(brief(3, 0));
    await until('the starts are in its queue', async () => (await waiting(redis, queueOf(node))) > 0);
    await redis.kill();
    await redis.start(); // keeps nothing; the server may have sent them again by now
    node.signal('SIGCONT');
    expectOnce(await site.ended(mesh));
  });

  it('has lost outcomes that nobody had heard: the node tells them again', async () => {
    const redis = await open({ env: PATIENT });
    await site.start('one');
    const mesh = await site.submit(brief(3, 1));
    await until('they run', () => site.written().length === 3);
    process.kill(site.server.pid, 'SIGSTOP');
    await until('all have ended and are told', async () => (await outcomesWaiting(redis)) === 3);
    await redis.kill();
    await redis.start();
    process.kill(site.server.pid, 'SIGCONT');
    expectOnce(await site.ended(mesh));
  });
});

const queueOf = ({ name, incarnations }: NodeProcess): string => `node.${name}.${incarnations.at(-1)}`;

/** In reports that nobody has taken. */
async function outcomesWaiting(redis: RedisProcess): Promise<number> {
  const reports = await redis.ask(async (client) => {
    const ids = await client.lrange('taskmesh_queue:reports:wait', 0, -1);
    return await Promise.all(ids.map((id) => client.hget(`taskmesh_queue:reports:${id}`, 'data')));
  });
  return reports.join().split('\\"kind\\":\\"outcome\\"').length - 1;
}

/** Messages that nobody has taken. */
function waiting(redis: RedisProcess, queue: string): Promise<number> {
  return redis.ask((client) => client.llen(`taskmesh_queue:${queue}:wait`));
}

describe.skipIf(!hasRedis)('a Redis that is dark', SLOWLY, () => {
  it('for longer than a lease delays work, and no node is lost for it', async () => {
    const redis = await open();
    await site.start('one');
    const before = await site.states();
    const mesh = await site.submit(brief(20, 0.3));
    await until('some have run', () => site.written().length >= 6);
    redis.signal('SIGSTOP');
    const pausedAt = performance.now();
    await until('three leases are over', () => performance.now() - pausedAt > 9_000);
    expect(await site.states()).toEqual(before);
    redis.signal('SIGCONT');
    expectOnce(await site.ended(mesh));
  });

  it('keeps no server and no node from starting, or from ending, and work begins when it is back', async () => {
    const redis = await open();
    await redis.kill();
    const second = await site.serve('second');
    const joining = site.start('one');
    await until('it is alive', async () => (await site.states()).some(({ state }) => state === 'JOINING'));
    const mesh = await site.submit(brief(1, 0));
    await redis.start();
    await joining;
    expectOnce(await site.ended(mesh));
    await redis.kill();
    expect(await second.stop()).toBe(0);
    expect(await site.nodes[0]?.stop()).toBe(0);
  });
});

describe.skipIf(!hasRedis)('a Redis that is full', SLOWLY, () => {
  it('is told of with what to do, and work goes on when it has room', async () => {
    const redis = await open();
    await site.start('one');
    const set = (bytes: string): Promise<unknown> =>
      redis.ask((client) => client.config('SET', 'maxmemory', bytes));
    await set('1');
    const mesh = await site.submit(brief(2, 0));
    await until('the log says it', () => /Redis is full.*maxmemory/.test(site.server.stderr()));
    expect(site.written()).toEqual([]);
    await set('0');
    expectOnce(await site.ended(mesh));
  });
});

describe.skipIf(!hasRedis)('a Redis with users', SLOWLY, () => {
  it('needs to let its user do little, and refuses servers and nodes with a wrong password at once', async () => {
    const redisArgs = userArgs('mesh', 'word', 'taskmesh_queue');
    const redis = await open({ redisArgs, withoutServer: true });
    const address = (who: string): string => redis.url.replace('//', `//${who}@`);
    site.env.TASKMESH_CLUSTER__BACKEND = address('mesh:wrong');
    const refusal = /cluster\.backend.*refuses the user or the password/;
    await expect(site.serve('server')).rejects.toThrow(refusal);
    site.env.TASKMESH_CLUSTER__BACKEND = address('mesh:word');
    site.server = await site.serve('server');
    await expect(site.start('one', '--backend', address('mesh:wrong'))).rejects.toThrow(refusal);
    await site.start('one');
    expectOnce(await site.ended(await site.submit(brief(2, 0))));
    expect(site.server.stderr()).not.toMatch(/word@|NOPERM/);
  });
});
