/**
 * Opens BullMQ on PostgreSQL (the same database, in a schema of its own) or on Redis or Valkey. Called by servers when the
 * first node is there, and by nodes; BullMQ and its driver are loaded only then.
 */
import type { BackendOptions, QueueBackend } from './queue-backend.js';

export async function openBackend(options: BackendOptions): Promise<QueueBackend> {
  return /^rediss?:\/\//.test(options.url)
    ? (await import('./redis/redis-backend.js')).openRedisBackend(options)
    : (await import('./postgres-backend.js')).openPostgresBackend(options);
}
