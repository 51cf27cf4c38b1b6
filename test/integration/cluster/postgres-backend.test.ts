/** BullMQ on PostgreSQL as we take it: how many sessions it has, in which schema, and what we know of its insides. */
import { createPostgresBackend } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { openBackend } from '../../../src/layers/cluster/open-backend.js';
import { insidesOf } from '../../../src/layers/cluster/postgres-backend.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';

let database: FreshDatabase;

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

async function ask<Row extends object>(query: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<Row>(query)).rows;
  } finally {
    await client.end();
  }
}

describe('the queues of a process', { timeout: 60_000 }, () => {
  it.each([1, 3])('share %i sessions, in the schema that is configured', async (connections) => {
    const schema = `queue_${connections}`;
    const onError = (error: Error): never => {
      throw error;
    };
    const backend = await openBackend({ url: database.url, schema, connections, onError });
    const queues = ['a', 'b', 'c', 'd'].map((name) => backend.queue(name));
    const jobs = Array.from({ length: 20 }, () =>
      queues.map((queue) => queue.add('x', { node: 'a:1', json: '1', seal: '' })),
    );
    await Promise.all(jobs.flat());
    const sessions = await ask(
      `SELECT pid FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'taskmesh queues'`,
    );
    expect(sessions).toHaveLength(connections);
    const [found] = await ask<{ tables: number }>(
      `SELECT count(*)::int AS tables FROM pg_tables WHERE schemaname = '${schema}'`,
    );
    expect(found?.tables).toBeGreaterThan(0);
    await Promise.all(queues.map((queue) => queue.close()));
    await backend.close();
  });
});

describe('what we know of the insides of BullMQ', () => {
  /** The port of discard, where nobody answers. */
  const connection = { connectionString: 'postgresql://x@127.0.0.1:9/x', connectionTimeoutMillis: 500 };

  it('is true of this version: a session that listens is made by its driver, and a failed readiness is remembered', async () => {
    const { connection: inside, backend } = insidesOf(createPostgresBackend('q', { connection }));
    const made: unknown[] = [];
    const { Client } = inside.pgModule;
    inside.pgModule = {
      ...inside.pgModule,
      Client: class extends Client {
        constructor(...options: never[]) {
          super(...options);
          made.push(this);
        }
      },
    };
    const listening = (inside as unknown as { getListenClient(): Promise<unknown> }).getListenClient();
    await expect(listening).rejects.toThrow();
    expect(made).toHaveLength(1);
    for (const readied of [inside, backend]) {
      await expect(readied.waitUntilReady()).rejects.toThrow();
      expect(readied.readyPromise).toBeInstanceOf(Promise);
    }
  });

  it('is asked for at each start', () => {
    expect(() => insidesOf({ connection: { pool: {} } })).toThrow(/BullMQ has changed inside/);
  });
});
