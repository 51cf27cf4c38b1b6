/** What a queue hears from PostgreSQL, or does not hear, must not end the process of its node, nor its work. */
import { expect, it, vi } from 'vitest';
import pg from 'pg';
import { openBackend } from '../../../src/layers/cluster/open-backend.js';
import { freshDatabase } from '../../support/postgres.js';
import { SilentLink } from '../../support/servers/proxy.js';

const PATIENT = { timeout: 20_000, interval: 50 };
const END_OTHERS = `
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()`;

it('a worker that closes over a silent link survives that its session was ended meanwhile', async ({
  onTestFinished,
}) => {
  const unheard: unknown[] = [];
  const hear = (error: unknown): void => void unheard.push(error);
  process.on('uncaughtException', hear);
  onTestFinished(() => void process.off('uncaughtException', hear));
  const database = await freshDatabase();
  const link = await SilentLink.to(database.url);
  const options = { schema: 'taskmesh_queue', connections: 2, onError: () => undefined };
  const backend = await openBackend({ ...options, url: link.url });
  const worker = backend.worker('queue', () => Promise.resolve(null), { concurrency: 1 });
  await worker.waitUntilReady();
  link.hold();
  const closed = worker.close(true);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(END_OTHERS);
  await client.end();
  link.release();
  await closed;
  await backend.close();
  await link.close();
  await database.drop();
  expect(unheard).toEqual([]);
});

it('a worker that is made while PostgreSQL is away takes messages once it is back', async ({
  onTestFinished,
}) => {
  const database = await freshDatabase();
  onTestFinished(() => database.drop());
  const link = await SilentLink.to(database.url);
  const options = { schema: 'taskmesh_queue', connections: 2, onError: () => undefined };
  const backend = await openBackend({ ...options, url: link.url });
  await link.refuse();
  const taken: unknown[] = [];
  const take = ({ data }: { data: unknown }): Promise<null> => (taken.push(data), Promise.resolve(null));
  const worker = backend.worker('queue', take, { concurrency: 1 });
  await expect(worker.waitUntilReady()).rejects.toThrow();
  await link.accept();
  const queue = backend.queue('queue');
  await vi.waitFor(() => queue.add('message', { node: 'a:1', json: '1', seal: '' }), PATIENT);
  await vi.waitFor(() => expect(taken).toEqual([{ node: 'a:1', json: '1', seal: '' }]), PATIENT);
  await worker.waitUntilReady();
  await worker.close();
  await queue.close();
  await backend.close();
  await link.close();
});
