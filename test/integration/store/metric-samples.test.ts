/** Stored metrics: what a chart of a long time gets, and what is removed. */
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { SampleWish } from '../../../src/store/metric-samples.js';
import { PostgresMetricSamples } from '../../../src/store/postgres/postgres-metric-samples.js';
import { freshDatabase, type FreshDatabase } from '../../support/postgres.js';

const ALL: SampleWish = { names: ['tasks'], since: null, until: null, server: null, max: 1000 };

let database: FreshDatabase;
let pool: pg.Pool;
let samples: PostgresMetricSamples;

beforeAll(async () => {
  database = await freshDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  samples = new PostgresMetricSamples(pool);
});
beforeEach(() => pool.query('TRUNCATE metric_sample'));
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** One a minute, of two servers in turn; the n-th says n. */
async function minutes(count: number): Promise<void> {
  await pool.query(
    `INSERT INTO metric_sample (at, server, metrics)
     SELECT clock_timestamp() - ($1 - n) * interval '1 minute', CASE WHEN n % 2 = 0 THEN 'a' ELSE 'b' END, jsonb_build_object('tasks', n, 'other', 1)
     FROM generate_series(1, $1::int) AS n`,
    [count],
  );
}

it('gives the families asked for, in the order of time', async () => {
  await samples.add('a', { tasks: { queued: 1 }, other: 2 }, 7);
  await samples.add('b', { other: 3 }, 7);
  const found = await samples.read({ ...ALL, names: ['tasks', 'none'] });
  expect(found.map(({ server, metrics }) => [server, metrics])).toEqual([
    ['a', { tasks: { queued: 1 } }],
    ['b', {}],
  ]);
  expect(Date.now() - (found[1]?.at.getTime() ?? 0)).toBeLessThan(60_000);
});

it('gives of a long time about so many samples that lie evenly, of each server, the newest among them', async () => {
  await minutes(1000);
  const found = await samples.read({ ...ALL, max: 100 });
  const of = (server: string): unknown[] =>
    found.filter((one) => one.server === server).map(({ metrics }) => metrics['tasks']);
  expect(of('a')).toEqual(Array.from({ length: 50 }, (_, i) => 20 * (i + 1)));
  expect(of('b')).toEqual(Array.from({ length: 50 }, (_, i) => 20 * (i + 1) - 1));
});

it('gives those from one time until another, of one server', async () => {
  await minutes(10);
  const [third, seventh] = await Promise.all(
    [3, 7].map(async (n) => {
      const { rows } = await pool.query<{ at: Date }>(
        "SELECT at FROM metric_sample WHERE metrics -> 'tasks' = $1::text::jsonb",
        [n],
      );
      return new Date(rows[0]?.at ?? 0);
    }),
  );
  const wish = { ...ALL, since: third ?? null, until: seventh ?? null };
  const told = async (more: Partial<SampleWish>): Promise<unknown[]> =>
    (await samples.read({ ...wish, ...more })).map(({ metrics }) => metrics['tasks']);
  expect(await told({})).toEqual([3, 4, 5, 6]);
  expect(await told({ server: 'a' })).toEqual([4, 6]);
  expect(await told({ server: 'nobody' })).toEqual([]);
});

it('removes what is older than it keeps', async () => {
  await minutes(10);
  await pool.query(
    "UPDATE metric_sample SET at = at - interval '2 days' WHERE (metrics ->> 'tasks')::int < 5",
  );
  await samples.add('a', { tasks: 11 }, 2);
  const left = await samples.read(ALL);
  expect(left.map(({ metrics }) => metrics['tasks'])).toEqual([5, 6, 7, 8, 9, 10, 11]);
});
