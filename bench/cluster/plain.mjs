/**
 * BullMQ by itself, as the cluster layer uses it: a producer in this process, a worker in one of its own that does nothing.
 * Started by `plain.ts`, told what to measure over IPC. `role` in the environment says which of the two a process is.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createPostgresBackend, Queue, QueueEvents, Worker } from 'bullmq';
import { Redis } from 'ioredis';

const QUEUE = 'tasks';
const CHUNK = 100;
const { PLAIN_ROLE, PLAIN_URL, PLAIN_CONNECTIONS = '4', PLAIN_CONCURRENCY = '100' } = process.env;
const onRedis = PLAIN_URL.startsWith('redis');

function backend() {
  if (onRedis) return [{ connection: new Redis(PLAIN_URL, { maxRetriesPerRequest: null }) }];
  const connection = {
    connectionString: PLAIN_URL,
    schema: 'plain',
    max: Number(PLAIN_CONNECTIONS),
    migrate: true,
  };
  return [{ connection }, createPostgresBackend];
}

async function work() {
  const [options, factory] = backend();
  const worker = new Worker(
    QUEUE,
    async () => null,
    { ...options, concurrency: Number(PLAIN_CONCURRENCY) },
    factory,
  );
  await worker.waitUntilReady();
  let left = 0;
  process.on('message', ({ expect }) => (left += expect)); // some may have come before this
  worker.on('completed', () => {
    if (--left === 0) process.send({ done: true });
  });
  process.send({ ready: true });
  await once(process, 'disconnect');
  process.exit(0);
}

/** The worker counts: asking the queue costs a count of all its jobs, on PostgreSQL as much as running them. */
async function throughput(queue, worker, count) {
  worker.send({ expect: count });
  const done = once(worker, 'message');
  const began = performance.now();
  for (let from = 0; from < count; from += CHUNK) {
    const jobs = Array.from({ length: Math.min(CHUNK, count - from) }, (_, at) => ({
      name: 't',
      data: { at: from + at },
    }));
    await queue.addBulk(jobs);
  }
  await done;
  return performance.now() - began;
}

async function roundTrips(queue, events, pauses) {
  const tookMs = [];
  for (const pauseMs of pauses) {
    const began = performance.now();
    const job = await queue.add('t', { at: 0 });
    await job.waitUntilFinished(events);
    tookMs.push(performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return tookMs;
}

async function produce({ count, warmUp, pauses }) {
  const [options, factory] = backend();
  const queue = new Queue(QUEUE, options, factory);
  await queue.waitUntilReady();
  const env = { ...process.env, PLAIN_ROLE: 'worker' };
  const worker = fork(fileURLToPath(import.meta.url), { env });
  await once(worker, 'message');
  await throughput(queue, worker, warmUp);
  const tookMs = await throughput(queue, worker, count);
  const [more, again] = backend();
  const events = new QueueEvents(QUEUE, more, again);
  await events.waitUntilReady();
  const trips = await roundTrips(queue, events, pauses);
  worker.disconnect();
  return { tookMs, trips };
}

if (PLAIN_ROLE === 'worker') await work();
else
  process.once('message', (job) => {
    produce(job).then(
      (value) => process.send({ value }, () => process.exit(0)),
      (error) => process.send({ error: String(error?.stack ?? error) }, () => process.exit(1)),
    );
  });
