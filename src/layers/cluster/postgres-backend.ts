/** BullMQ's own PostgreSQL backend. All queues of a process share one pool; every worker has one, and a session that listens. */
import type { EventEmitter } from 'node:events';
import { createPostgresBackend, type PostgresQueueBackend, Queue, Worker } from 'bullmq';
import { assert } from '../../kit/assert.js';
import {
  type BackendOptions,
  type MessageQueue,
  type MessageWorker,
  type QueueBackend,
  type TakeMessage,
  WORKER_DEFAULTS,
} from './queue-backend.js';

/** A link can die without a word; a worker asks again, and a message that was added twice is one by its id or its tokens. */
const BOUNDS = {
  connectionTimeoutMillis: 5_000,
  query_timeout: 10_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
} as const;
/** Who opens the schema first makes its tables, and the others wait for that. The same connections add messages afterwards. */
const MIGRATE_MS_MAX = 30_000;

/**
 * Of workers: their commits do not wait for the disk. When PostgreSQL crashes, what they took or finished in its last moment comes
 * again, as after the crash of a worker, and is known by its token. What is added waits, as BullMQ does by itself.
 */
const UNFLUSHED = { options: '-c synchronous_commit=off' };

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

/** What has a readiness: asked once and remembered, that it failed too. */
interface Readied {
  readyPromise: Promise<void> | undefined;
  waitUntilReady(): Promise<void>;
}

/** PostgreSQL that was away at the first question would be away for ever: who came up while it restarted would never take a message. */
function askedAgain(readied: Readied): void {
  const ask = readied.waitUntilReady.bind(readied);
  readied.waitUntilReady = async () => {
    const asked = ask();
    const { readyPromise } = readied;
    await asked.catch((error: unknown) => {
      if (readied.readyPromise === readyPromise) readied.readyPromise = undefined;
      throw error;
    });
  };
}

type Connection = Readied & { pgModule: Driver; readonly pool: EventEmitter };

export interface BackendInsides {
  readonly connection: Connection;
  readonly backend: Readied;
}

/**
 * The driver, the pool and the readiness are private members of BullMQ 6.7. There is no public way: it takes a pool of ours, whose
 * clients could be any, but then neither a schema nor migrations, and its session that listens comes out of that pool.
 */
export function insidesOf(backend: object): BackendInsides {
  const { connection } = backend as { connection?: Connection };
  const isAsKnown =
    typeof connection?.pgModule?.Client === 'function' &&
    typeof connection.pool?.on === 'function' &&
    typeof connection.waitUntilReady === 'function' &&
    typeof (backend as Readied).waitUntilReady === 'function';
  assert(
    isAsKnown,
    'BullMQ has changed inside: look at postgres-backend.ts again before taking this version',
  );
  return { connection, backend: backend as Readied };
}

const createBackend: typeof createPostgresBackend = (name, options, factory) => {
  const made = createPostgresBackend(name, options, factory);
  const { connection, backend } = insidesOf(made);
  connection.pgModule = heard(connection.pgModule);
  connection.pool.on('connect', (client: EventEmitter) => client.on('error', () => undefined));
  askedAgain(connection);
  askedAgain(backend);
  return made;
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
    ...BOUNDS,
  };
  const first = { ...connection, migrate: true, query_timeout: MIGRATE_MS_MAX };
  const root = createBackend('root', { connection: first });
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
      const options = { ...WORKER_DEFAULTS, connection: { ...connection, ...UNFLUSHED }, concurrency };
      const worker = new Worker(name, take, options, createBackend);
      worker.on('error', onError);
      return worker as unknown as MessageWorker;
    },
    close: () => root.close(),
  };
}
