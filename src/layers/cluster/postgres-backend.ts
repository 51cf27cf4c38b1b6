/** BullMQ's own PostgreSQL backend. All queues of a process share one pool; every worker has one, and a session that listens. */
import { createPostgresBackend, type PostgresQueueBackend, Queue, Worker } from 'bullmq';
import {
  type BackendOptions,
  type MessageQueue,
  type MessageWorker,
  type QueueBackend,
  type TakeMessage,
  WORKER_DEFAULTS,
} from './queue-backend.js';

export async function openPostgresBackend({
  url,
  schema,
  connections,
  onError,
}: BackendOptions): Promise<QueueBackend> {
  const connection = {
    connectionString: url,
    schema,
    max: connections,
    application_name: 'taskmesh queues',
  };
  const root = createPostgresBackend('root', { connection: { ...connection, migrate: true } });
  root.on('error', onError);
  try {
    await root.waitUntilReady();
  } catch (error) {
    await root.close().catch(() => undefined);
    throw error;
  }
  return {
    queue: (name: string): MessageQueue => {
      const shared = (queue: string): PostgresQueueBackend => root.forQueue(queue) as PostgresQueueBackend;
      const queue = new Queue(name, { connection }, shared);
      queue.on('error', onError);
      return queue as unknown as MessageQueue;
    },
    worker: (name: string, take: TakeMessage, { concurrency }): MessageWorker => {
      const options = { ...WORKER_DEFAULTS, connection, concurrency };
      const worker = new Worker(name, take, options, createPostgresBackend);
      worker.on('error', onError);
      return worker as unknown as MessageWorker;
    },
    close: () => root.close(),
  };
}
