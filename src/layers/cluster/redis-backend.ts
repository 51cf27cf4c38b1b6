/** BullMQ on Redis or Valkey, through ioredis. TLS and client certificates are those of the URL and of Node's own options. */
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { SystemClock } from '../../kit/clock.js';
import { within } from '../../kit/within.js';
import {
  type BackendOptions,
  type MessageQueue,
  type MessageWorker,
  type QueueBackend,
  type TakeMessage,
  WORKER_DEFAULTS,
} from './queue-backend.js';

/** A link can die without a word: silent for so long, it is opened anew, and what was asked over it is asked again. */
const BOUNDS = { connectTimeout: 5_000, socketTimeout: 10_000, keepAlive: 10_000 } as const;
const GOODBYE_MS_MAX = 1_000;

export async function openRedisBackend({ url, schema, onError }: BackendOptions): Promise<QueueBackend> {
  // null: a command waits for the link to come back, as BullMQ demands of workers
  const connect = (): Redis =>
    new Redis(url, { maxRetriesPerRequest: null, connectionName: 'taskmesh queues', ...BOUNDS });
  const connection = connect();
  connection.on('error', onError);
  await connection.ping();
  return {
    queue: (name: string): MessageQueue => {
      const queue = new Queue(name, { connection, prefix: schema });
      queue.on('error', onError);
      return queue as unknown as MessageQueue;
    },
    worker: (name: string, take: TakeMessage, { concurrency }): MessageWorker => {
      const worker = new Worker(name, take, { ...WORKER_DEFAULTS, connection, prefix: schema, concurrency });
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
