/** BullMQ on Redis or Valkey, through ioredis. TLS and client certificates are those of the URL and of Node's own options. */
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import {
  type BackendOptions,
  type MessageQueue,
  type MessageWorker,
  type QueueBackend,
  type TakeMessage,
  WORKER_DEFAULTS,
} from './queue-backend.js';

export async function openRedisBackend({ url, schema, onError }: BackendOptions): Promise<QueueBackend> {
  // null: a command waits for the link to come back, as BullMQ demands of workers
  const connect = (): Redis =>
    new Redis(url, { maxRetriesPerRequest: null, connectionName: 'taskmesh queues' });
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
    close: async () => void (await connection.quit().catch(() => connection.disconnect())),
  };
}
