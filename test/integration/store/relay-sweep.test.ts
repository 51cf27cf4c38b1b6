/** What becomes of answered requests between servers: emptied by whoever has the answer, removed by the sweep, and not before. */
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PostgresRelay } from '../../../src/store/postgres/servers/postgres-relay.js';
import { freshDatabase, type FreshDatabase } from '../../support/postgres.js';
import { uuid } from '../../support/store/batches.js';

let database: FreshDatabase;
let pool: pg.Pool;
let relay: PostgresRelay;

beforeAll(async () => {
  database = await freshDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  relay = new PostgresRelay(pool);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

async function left(): Promise<[id: string, bytes: number][]> {
  const query = 'SELECT id, bytes FROM relayed_request ORDER BY id';
  const { rows } = await pool.query<{ id: string; bytes: number }>(query);
  return rows.map(({ id, bytes }) => [id, bytes]);
}

it('are kept a minute without their body, or ten minutes until somebody comes for the answer', async () => {
  const [open, fetched, unfetched, old] = [uuid(1), uuid(2), uuid(3), uuid(4)];
  const ids = [open, fetched, unfetched, old];
  await relay.send(ids.map((id) => ({ id, sender: 'a', recipient: null, body: { text: 'x'.repeat(50) } })));
  await relay.answer([fetched, unfetched, old]);
  const [, bytes] = (await left())[0] as [string, number];
  await relay.discard([open, fetched]);
  expect(await left()).toEqual([
    [open, bytes],
    [fetched, 0],
    [unfetched, bytes],
    [old, bytes],
  ]);
  const since = (id: string, time: string): Promise<unknown> =>
    pool.query('UPDATE relayed_request SET answered_at = answered_at - $2::interval WHERE id = $1', [
      id,
      time,
    ]);
  await since(fetched, '61 seconds');
  await since(unfetched, '61 seconds');
  await since(old, '601 seconds');
  await relay.discard([open]);
  expect((await left()).map(([id]) => id)).toEqual(ids);
  await relay.discard([]);
  expect((await left()).map(([id]) => id)).toEqual([open, unfetched]);
});
