/**
 * BullMQ as the cluster layer uses it, whatever it stands on: queues that messages are added to, and workers that take them.
 * Opened by `open-backend.ts`.
 */
import type { Processor, Queue, Worker } from 'bullmq';
import type { Packed } from './seal.js';

export type MessageQueue = Queue<Packed, unknown, string>;
export type MessageWorker = Worker<Packed, unknown, string>;
export type TakeMessage = Processor<Packed, unknown, string>;

export interface QueueBackend {
  queue(name: string): MessageQueue;
  worker(name: string, take: TakeMessage, options: { concurrency: number }): MessageWorker;
  close(): Promise<void>;
}

export interface BackendOptions {
  /** `postgresql://…`, or `redis://…` and `rediss://…`. */
  readonly url: string;
  /** On PostgreSQL a schema, on Redis the prefix of all keys. */
  readonly schema: string;
  /** On PostgreSQL: connections that queues share, and that each worker has. On Redis there is one, and two for each worker. */
  readonly connections: number;
  /** Of a `rediss://` address; that of PostgreSQL names its own. */
  readonly tls?: TlsFiles | undefined;
  /** The link broke, or an operation failed and is tried again. */
  readonly onError: (error: Error) => void;
  /** What was sent and not taken yet may be gone, although the backend had it. */
  readonly onLoss?: () => void;
}

/** Paths of PEM files: whom to believe, and what to show who asks. */
export interface TlsFiles {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** A message whose receiver died is given out again after this and half of it at the latest. */
const LOCK_MS = 5_000;

/**
 * Of all workers. Work that may be done twice is fenced by its token, so BullMQ need not count how often it was given out;
 * who waits for a message looks by itself once a second, because a notification may be lost.
 */
export const WORKER_DEFAULTS = {
  lockDuration: LOCK_MS,
  stalledInterval: LOCK_MS / 2,
  maxStalledCount: 1_000_000,
  runRetryDelay: 1_000,
  drainDelay: 1,
} as const;
