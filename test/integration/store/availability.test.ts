/** What a reader is told when its database is away, and that nothing else is taken for that. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SystemClock } from '../../../src/kit/clock.js';
import { sayingUnavailable } from '../../../src/store/postgres/availability.js';
import { PostgresReads } from '../../../src/store/postgres/postgres-reads.js';
import { PostgresStore } from '../../../src/store/postgres/postgres-store.js';
import { freshDatabase, type FreshDatabase } from '../../support/postgres.js';
import { uuid } from '../../support/store/batches.js';

const clock = new SystemClock({ timersHoldProcess: true });
let database: FreshDatabase;
const pools: pg.Pool[] = [];

function poolOf(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  pool.on('error', () => undefined);
  pools.push(pool);
  return pool;
}

beforeAll(async () => {
  database = await freshDatabase();
});

afterAll(async () => {
  for (const pool of pools) await pool.end();
  await database.drop();
});

describe('a database that nobody answers for', () => {
  const url = 'postgresql://nobody:none@127.0.0.1:1/none';

  it.each([
    ['a read', (reads: PostgresReads) => reads.tasksByIds([uuid(1)])],
    ['a read through Prisma', (reads: PostgresReads) => reads.meshesByIds([uuid(1)])],
    ['a page through Prisma', (reads: PostgresReads) => reads.countMeshes({})],
  ] as const)('is UNAVAILABLE to %s', async (_, read) => {
    const reads = sayingUnavailable(new PostgresReads(poolOf(url)));
    await expect(read(reads)).rejects.toMatchObject({ name: 'RefusedError', code: 'UNAVAILABLE' });
  });

  it('is UNAVAILABLE to a look-up of a command', async () => {
    const store = sayingUnavailable(new PostgresStore(poolOf(url), { url, clock, holder: 'test' }));
    await expect(store.findCommand('once')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await store.close();
  });
});

describe('a session that is ended while it answers', () => {
  it.each(['57P01', '53300', '08006'])('is UNAVAILABLE (%s)', async (state) => {
    const part = { ask: () => poolOf(database.url).query(`DO $$ BEGIN RAISE SQLSTATE '${state}'; END $$`) };
    await expect(sayingUnavailable(part).ask()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: `the database does not answer at this moment (${state}); try again shortly`,
    });
  });
});

describe('a question that the database cannot answer', () => {
  it('stays a fault', async () => {
    const reads = sayingUnavailable(new PostgresReads(poolOf(database.url)));
    await expect(reads.tasksByIds(['no uuid'])).rejects.toMatchObject({ code: '22P02' });
    expect(await reads.tasksByIds([uuid(1)])).toEqual([]);
    expect(await reads.meshesByIds([uuid(1)])).toEqual([]);
  });
});
