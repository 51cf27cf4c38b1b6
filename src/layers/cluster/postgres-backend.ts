/** BullMQ's own PostgreSQL backend. All queues of a process share one pool; every worker has one, and a session that listens. */
import type { EventEmitter } from 'node:events';
import { createPostgresBackend, type PostgresQueueBackend, Queue, Worker } from 'bullmq';
import {
  type BackendOptions,
  type MessageQueue,
  type MessageWorker,
  type QueueBackend,
  type TakeMessage,
  WORKER_DEFAULTS,
} from './queue-backend.js';

type Driver = { readonly Client: new (...options: never[]) => EventEmitter };

/**
 * BullMQ takes its listeners off a session that listens before it ends it. What PostgreSQL says then (it is restarted, or a cut link
 * comes back) is an error that nobody hears, and would end the process.
 */
function heard({ Client, ...rest }: Driver): Driver {
  class HeardClient extends Client {
    override emit(name: string | symbol, ...values: unknown[]): boolean {
      return (name !== 'error' || this.listenerCount('error') > 0) && super.emit(name, ...values);
    }
  }
  return { ...rest, Client: HeardClient };
}

/** The driver and the pool are private members of BullMQ's connection: there are no options for this. */
const createBackend: typeof createPostgresBackend = (name, options, factory) => {
  const backend = createPostgresBackend(name, options, factory);
  const { connection } = backend as unknown as { connection: { pgModule: Driver; pool: EventEmitter } };
  connection.pgModule = heard(connection.pgModule);
  connection.pool.on('connect', (client: EventEmitter) => client.on('error', () => undefined));
  return backend;
};

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
  const root = createBackend('root', { connection: { ...connection, migrate: true } });
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
      const worker = new Worker(name, take, options, createBackend);
      worker.on('error', onError);
      return worker as unknown as MessageWorker;
    },
    close: () => root.close(),
  };
}
