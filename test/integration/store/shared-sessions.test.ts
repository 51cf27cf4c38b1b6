/** Short statements of all who ask share a few sessions: each gets its own answer, and a link that breaks is opened again. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SystemClock } from '../../../src/kit/clock.js';
import { SessionPool } from '../../../src/store/postgres/sessions/pool.js';
import { until } from '../../support/until.js';
import { freshDatabase, type FreshDatabase } from '../../support/postgres.js';

const NUMBER = { name: 'number', text: 'SELECT $1::int AS number, pg_backend_pid() AS pid' };
const clock = new SystemClock({ timersHoldProcess: true });
const lost: string[] = [];
let database: FreshDatabase;
let pool: SessionPool;

beforeAll(async () => {
  database = await freshDatabase();
  pool = new SessionPool(database.url, { max: 2, lost: ({ message }) => void lost.push(message) });
});

afterAll(async () => {
  await pool.close(clock);
  await database.drop();
});

async function ask(number: number): Promise<{ number: number; pid: number }> {
  const { rows } = await pool.short.query<{ number: number; pid: number }>({ ...NUMBER, values: [number] });
  return rows[0] as { number: number; pid: number };
}

it('many at once have their own answers, on two sessions', async () => {
  const numbers = Array.from({ length: 500 }, (_, number) => number);
  const answers = await Promise.all(numbers.map(ask));
  expect(answers.map(({ number }) => number)).toEqual(numbers);
  expect(new Set(answers.map(({ pid }) => pid)).size).toBe(2);
});

it('one that fails harms no other', async () => {
  const failing = pool.short.query({ name: 'wrong', text: 'SELECT 1 / $1::int', values: [0] });
  const [failed, ...others] = await Promise.allSettled([failing, ask(1), ask(2), ask(3)]);
  expect(failed).toMatchObject({ status: 'rejected', reason: { code: '22012' } });
  expect(others.map((one) => one.status === 'fulfilled' && one.value.number)).toEqual([1, 2, 3]);
});

it('a session that is ended fails what is under way on it, and the next have a new one', async () => {
  const [{ pid }] = await Promise.all([ask(1), ask(2)]);
  const sleeping = Array.from({ length: 2 }, () => pool.short.query('SELECT pg_sleep(600)'));
  const ends = Promise.allSettled(sleeping);
  await pool.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'taskmesh'",
  );
  expect(await ends).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
  await until('there is a new session', async () => {
    const later = await ask(3).catch(() => undefined);
    return later?.number === 3 && later.pid !== pid;
  });
  expect(lost.length).toBeGreaterThan(0);
});
