/** BullMQ on Redis or Valkey, through ioredis. All queues of a process share one connection, every worker has two. */
import { Queue, Worker } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import { SystemClock } from '../../../kit/clock.js';
import { within } from '../../../kit/within.js';
import {
  type BackendOptions,
  type MessageQueue,
  type MessageWorker,
  type QueueBackend,
  type TakeMessage,
  WORKER_DEFAULTS,
} from '../queue-backend.js';
import { RedisWatch } from './redis-watch.js';
import { tlsOptions } from './redis-tls.js';

/** A link can die without a word: silent for so long, it is opened anew, and what was asked over it is asked again. */
const BOUNDS = { connectTimeout: 5_000, socketTimeout: 10_000, keepAlive: 10_000 } as const;
const GOODBYE_MS_MAX = 1_000;
/** A Redis that says nothing within this is taken for away: it is waited for in the background. */
const OPEN_MS_MAX = 3_000;

/** Resolves also while Redis is away. Throws when it refuses: a password, a certificate, an old version. */
export async function openRedisBackend(options: BackendOptions): Promise<QueueBackend> {
  const { schema: prefix, onError } = options;
  const connection = new Redis(options.url, connectionOptions(options));
  const watch = new RedisWatch(connection, options);
  await watch.opened(OPEN_MS_MAX);
  // the version was looked at, and how full Redis may get: BullMQ would print that for every queue
  const common = { connection, prefix, skipVersionCheck: true };
  return {
    queue: (name: string): MessageQueue => {
      const queue = new Queue(name, common);
      queue.on('error', onError);
      return queue as unknown as MessageQueue;
    },
    worker: (name: string, take: TakeMessage, { concurrency }): MessageWorker => {
      const worker = new Worker(name, take, { ...WORKER_DEFAULTS, ...common, concurrency });
      worker.on('error', onError);
      return worker as unknown as MessageWorker;
    },
    close: async () => {
      const ended = connection.quit().catch(() => undefined);
      // a goodbye over a silent link is never answered
      await within(new SystemClock(), GOODBYE_MS_MAX, ended);
      connection.disconnect();
    },
  };
}

function connectionOptions({ tls }: BackendOptions): RedisOptions {
  return {
    // null: a command waits for the link to come back, as BullMQ demands of workers
    maxRetriesPerRequest: null,
    connectionName: 'taskmesh queues',
    ...BOUNDS,
    ...(tls === undefined ? {} : { tls: tlsOptions(tls) }),
  };
}
