/** What a process does when it opens Redis: which it refuses, which it waits for, which it warns of, and what it notices later. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openBackend } from '../../../src/layers/cluster/open-backend.js';
import { packReports, type ReportBatch, unpack } from '../../../src/layers/cluster/messages.js';
import type {
  BackendOptions,
  MessageWorker,
  QueueBackend,
  TakeMessage,
} from '../../../src/layers/cluster/queue-backend.js';
import { hasRedis, RedisProcess } from '../../support/cluster/redis-process.js';

let dir: string;
let redis: RedisProcess;
let backends: QueueBackend[];
let workers: MessageWorker[];
let errors: string[];
let losses: number;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'taskmesh-redis-'));
  [backends, workers, errors, losses] = [[], [], [], 0];
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.close(true)));
  await Promise.all(backends.map((backend) => backend.close()));
  await redis.kill();
  rmSync(dir, { recursive: true, force: true });
});

async function open(url = redis.url, change: Partial<BackendOptions> = {}): Promise<QueueBackend> {
  const backend = await openBackend({
    url,
    schema: 'taskmesh_queue',
    connections: 1,
    onError: ({ message }) => errors.push(message),
    onLoss: () => losses++,
    ...change,
  });
  backends.push(backend);
  return backend;
}

function work(backend: QueueBackend, take: TakeMessage): MessageWorker {
  const worker = backend.worker('q', take, { concurrency: 1 });
  workers.push(worker);
  return worker;
}

const message = (token: number) =>
  packReports({ ref: 'one:1', key: 'k' }, token, [JSON.stringify({ kind: 'alive', token })]);
const waitFor = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 20 });

describe.skipIf(!hasRedis)('a Redis', { timeout: 60_000 }, () => {
  it('carries messages under the prefix that is configured, and nothing of another', async () => {
    redis = await RedisProcess.start({ dir });
    const [one, two] = [await open(), await open(redis.url, { schema: 'another_queue' })];
    const taken: number[] = [];
    work(one, ({ data }) => Promise.resolve(taken.push(unpack<ReportBatch>(data).seq)));
    await two.queue('q').add('x', message(2));
    await one.queue('q').add('x', message(1));
    await waitFor(() => expect(taken).toEqual([1]));
    const keys = await redis.ask((client) => client.keys('*'));
    expect(keys.filter((key) => !/^(taskmesh_queue|another_queue):q:/.test(key))).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('that refuses the password is refused', async () => {
    redis = await RedisProcess.start({ dir, args: ['--requirepass', 'word'] });
    await expect(open()).rejects.toThrow(/NOAUTH/);
    await expect(open(redis.url.replace('//', '//:other@'))).rejects.toThrow(/WRONGPASS/);
    const backend = await open(redis.url.replace('//', '//:word@'));
    await backend.queue('q').add('x', message(1));
  });

  it('that is away is waited for, and what was sent meanwhile arrives', async () => {
    redis = await RedisProcess.start({ dir });
    await redis.kill();
    const backend = await open();
    const added = backend.queue('q').add('x', message(1));
    const taken: unknown[] = [];
    work(backend, ({ data }) => Promise.resolve(taken.push(data)));
    await waitFor(() => expect(errors.join()).toMatch(/ECONNREFUSED/));
    await redis.start();
    await added;
    await waitFor(() => expect(taken).toEqual([message(1)]));
    expect(losses).toBe(0);
  });

  it('that says nothing is waited for, too', async () => {
    redis = await RedisProcess.start({ dir });
    redis.signal('SIGSTOP');
    const backend = await open();
    redis.signal('SIGCONT');
    await backend.queue('q').add('x', message(1));
  });

  it('that was started anew is told of as a loss, once, and a link that broke is not', async () => {
    redis = await RedisProcess.start({ dir });
    const backend = await open();
    const queue = backend.queue('q');
    await queue.add('x', message(1));
    await redis.ask((client) => client.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes'));
    await queue.add('x', message(2));
    expect(losses).toBe(0);
    await redis.kill();
    await redis.start();
    await queue.add('x', message(3));
    await waitFor(() => expect(losses).toBe(1));
  });

  it('that throws keys away when it is full is warned of, and only that', async () => {
    redis = await RedisProcess.start({
      dir,
      args: ['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'],
    });
    await open();
    expect(errors).toEqual([expect.stringMatching(/cluster\.backend.*allkeys-lru.*noeviction/)]);
    for (const [name, value] of [
      ['maxmemory-policy', 'noeviction'],
      ['maxmemory', '0'],
    ] as const) {
      await redis.ask((client) => client.config('SET', name, value));
      await open();
      expect(errors).toHaveLength(1);
    }
  });

  it('prints nothing of its own', async () => {
    redis = await RedisProcess.start({
      dir,
      args: ['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'],
    });
    const printed = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error'), vi.spyOn(console, 'log')];
    const backend = await open();
    await work(backend, () => Promise.resolve(null)).waitUntilReady();
    await backend.queue('q').add('x', message(1));
    for (const spy of printed) expect(spy).not.toHaveBeenCalled();
  });
});
