/** Meshes by name in PostgreSQL: how often each ran, how that ended, how long it took. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MeshStatus } from '../../../src/lifecycle/vocabulary.js';
import { openReadsDatabase, type ReadsDatabase } from '../../support/reads-database.js';
import { uuid } from '../../support/store/rows.js';

const HOUR_MS = 3_600_000;

let db: ReadsDatabase;
let made = 0;

/** Made so long ago; it took so many seconds where it has ended. */
function ran(name: string, status: MeshStatus, agoHours: number, seconds: number | null): Promise<unknown> {
  const createdAt = new Date(Date.now() - agoHours * HOUR_MS);
  const finishedAt = seconds === null ? null : new Date(createdAt.getTime() + seconds * 1000);
  return db.rows.mesh({ id: uuid(++made), name, status, createdAt, finishedAt });
}

beforeAll(async () => {
  db = await openReadsDatabase();
  await ran('nightly', 'COMPLETED', 30, 10);
  await ran('nightly', 'COMPLETED', 20, 30);
  await ran('nightly', 'FAILED', 10, 500);
  await ran('nightly', 'RUNNING', 1, null);
  await ran('50%_off', 'CANCELLED', 2, 7);
  await ran('old', 'COMPLETED', 200, 1);
  await db.rows.mesh({ id: uuid(++made), name: 'of others', tenant: 'other', createdAt: new Date() });
});
afterAll(() => db.close());

const DAY = 86_400;

test('meshes of a name are one row, the one that was made last first; only those that completed have a time', async () => {
  expect(await db.reads.meshStats({ tenant: 'default', windowSeconds: 7 * DAY, first: 10 })).toEqual([
    {
      name: 'nightly',
      ...{ runs: 4, open: 1, completed: 2, failed: 1, cancelled: 0 },
      ...{ secondsP50: 20, secondsP95: 29, secondsP99: expect.closeTo(29.8, 9) },
      lastAt: expect.any(Date),
      lastId: uuid(4),
    },
    {
      name: '50%_off',
      ...{ runs: 1, open: 0, completed: 0, failed: 0, cancelled: 1 },
      ...{ secondsP50: null, secondsP95: null, secondsP99: null },
      lastAt: expect.any(Date),
      lastId: uuid(5),
    },
  ]);
});

test('the window, the search and the page narrow them; the mesh of tasks that name none is never among them', async () => {
  const names = async (windowSeconds: number, first: number, search?: string): Promise<string[]> => {
    const rows = await db.reads.meshStats({
      tenant: 'default',
      windowSeconds,
      first,
      ...(search !== undefined && { search }),
    });
    return rows.map(({ name }) => name);
  };
  expect(await names(365 * DAY, 10)).toEqual(['nightly', '50%_off', 'old']);
  expect(await names(365 * DAY, 1)).toEqual(['nightly']);
  expect(await names(365 * DAY, 10, '%_')).toEqual(['50%_off']);
  expect(await names(365 * DAY, 10, 'NIGHT')).toEqual(['nightly']);
  expect(
    (
      await db.reads.meshStats({ tenant: 'default', windowSeconds: 25 * 3600, first: 10, search: 'nightly' })
    )[0]?.runs,
  ).toBe(3);
});
