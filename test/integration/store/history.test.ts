/** Where history is between its commit and the tables that are read, and what a new leader need not read. */
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SystemClock, VirtualClock } from '../../../src/kit/clock.js';
import { History } from '../../../src/store/postgres/history.js';
import { PostgresReads } from '../../../src/store/postgres/postgres-reads.js';
import { PostgresStore } from '../../../src/store/postgres/postgres-store.js';
import { freshDatabase, type FreshDatabase } from '../../support/postgres.js';
import { Leader, mesh, move, outcome, task, uuid } from '../../support/store/batches.js';

const M = uuid(1);
const id = (number: number): string => uuid(10 + number);
const PROGRESS = { type: 'TASK_PROGRESSED', meshId: M, taskId: id(0) };

let database: FreshDatabase;
let pool: pg.Pool;
let store: PostgresStore;
let leader: Leader;
/** Of the history: it folds when a test lets time pass. */
let clock: VirtualClock;

beforeEach(async () => {
  database = await freshDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 4 });
  pool.on('error', () => undefined);
  clock = new VirtualClock();
  const system = new SystemClock({ timersHoldProcess: true });
  store = new PostgresStore(pool, {
    url: database.url,
    clock: system,
    holder: 'test',
    history: new History(pool, clock),
  });
  leader = await Leader.of(store);
});

afterEach(async () => {
  await store.close();
  await pool.end();
  await database.drop();
});

async function count(table: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
  return rows[0]?.count ?? -1;
}

const begin = (): Promise<number> =>
  leader.commit({ meshes: [mesh(M)], tasks: [task(id(0), M, { status: 'RUNNING' })] }, [
    { type: 'MESH_SUBMITTED', meshId: M, from: null, to: 'RUNNING' },
  ]);
const finish = (): Promise<number> =>
  leader.commit(
    {
      transitions: [move(id(0), 'RUNNING', 'COMPLETED')],
      outcomes: [outcome(id(0), M, { startedAt: 1000 })],
    },
    [{ type: 'TASK_COMPLETED', meshId: M, taskId: id(0), from: 'RUNNING', to: 'COMPLETED' }],
  );

describe('history', () => {
  it('waits in the tail, and is in its tables for whoever asks the store', async () => {
    await begin();
    expect([await count('history_tail'), await count('event')]).toEqual([1, 0]);
    expect((await store.eventsAfter(0, {}, 10)).events.map((event) => event.type)).toEqual([
      'MESH_SUBMITTED',
    ]);
    expect([await count('history_tail'), await count('event')]).toEqual([0, 1]);
  });

  it('is folded in the next pause between commits, by itself', async () => {
    await begin();
    clock.advance(20);
    await leader.commit({}, [PROGRESS]);
    clock.advance(10);
    expect(await count('event')).toBe(0);
    clock.advance(25);
    await vi.waitFor(async () => expect(await count('event')).toBe(2), { timeout: 60_000 });
  });

  it('is folded after a second at the latest, also between commits', async () => {
    await begin();
    for (let batch = 0; batch < 52; batch++) {
      await leader.commit({}, [PROGRESS]);
      clock.advance(20);
    }
    await vi.waitFor(async () => expect(await count('event')).toBeGreaterThan(40), { timeout: 60_000 });
  });

  it('is complete for the reads of another process', async () => {
    await begin();
    await finish();
    const reads = new PostgresReads(pool);
    expect(await reads.countEvents({ meshId: M })).toBe(2);
    await reads.close();
  });

  it('tells of an attempt that ended wherever its row is', async () => {
    await begin();
    const endedAt = await finish();
    const reads = new PostgresReads(pool, { history: new History(pool, clock) });
    const fromTail = await reads.attemptsByTaskIds([id(0)]);
    expect(await count('attempt')).toBe(0);
    expect(fromTail).toMatchObject([
      { attempt: 1, outcome: 'COMPLETED', startedAt: new Date(1000), finishedAt: new Date(endedAt) },
    ]);
    await pool.query('SELECT taskmesh_fold_history()');
    expect(await count('attempt_tail')).toBe(0);
    expect(await reads.attemptsByTaskIds([id(0)])).toEqual(fromTail);
    await reads.close();
  });

  it('that was committed while somebody looked is for the next look', async () => {
    await begin();
    await store.eventsAfter(0, {}, 10);
    // committed, as far as the database knows; the process has not heard of it yet
    await pool.query(`INSERT INTO history_tail (batch, first_seq, at, kind_type, ev_kind, ev_mesh_id)
                      VALUES (2, 2, now(), '{MESH_PAUSED}', '{1}', '{${M}}')`);
    await pool.query('UPDATE leader_lease SET last_event_seq = 2, last_batch_seq = 2');
    expect(await store.eventsAfter(1, {}, 10)).toEqual({ events: [], scannedTo: 1 });
    await pool.query('SELECT taskmesh_fold_history()');
    expect(await store.eventsAfter(1, {}, 10)).toMatchObject({ events: [{ seq: 2 }], scannedTo: 2 });
  });

  it('that somebody else has folded is waited for no longer', async () => {
    await begin();
    await pool.query('SELECT taskmesh_fold_history()');
    await leader.commit({}, [PROGRESS]);
    await pool.query('SELECT taskmesh_fold_history()');
    expect((await store.eventsAfter(0, {}, 10)).events).toHaveLength(2);
  });

  it('is folded once, however many fold it at a time', async () => {
    await begin();
    const folds = Array.from({ length: 6 }, () => pool.query('SELECT taskmesh_fold_history()'));
    for (let batch = 0; batch < 20; batch++) await leader.commit({}, [PROGRESS]);
    await Promise.all([...folds, ...Array.from({ length: 6 }, () => store.eventsAfter(0, {}, 1))]);
    const { events } = await store.eventsAfter(0, {}, 100);
    expect(events.map((event) => event.seq)).toEqual(Array.from({ length: 21 }, (_, index) => index + 1));
  });

  it('is in the tail still when a fold is taken back', async () => {
    await begin();
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query('SELECT taskmesh_fold_history()');
    await client.query('ROLLBACK');
    client.release();
    expect([await count('history_tail'), await count('event')]).toEqual([1, 0]);
    expect((await store.eventsAfter(0, {}, 10)).events).toHaveLength(1);
  });

  it('of many events is folded in parts, in order', async () => {
    await begin();
    for (let batch = 0; batch < 3; batch++)
      await leader.commit(
        {},
        Array.from({ length: 4000 }, () => PROGRESS),
      );
    await pool.query('SELECT taskmesh_fold_history(5000)');
    expect([await count('history_tail'), await count('event')]).toEqual([1, 8001]);
    expect((await store.eventsAfter(12_000, {}, 10)).events.map((event) => event.seq)).toEqual([12_001]);
  });

  it('keeps events of many kinds and many meshes apart', async () => {
    const meshes = Array.from({ length: 30 }, (_, index) => uuid(100 + index));
    const told = meshes.flatMap((meshId, index) => [
      { type: `KIND_${index}`, meshId, payload: { index } },
      { type: 'TASK_PROGRESSED', meshId, taskId: uuid(200 + index), from: null, to: null },
    ]);
    await leader.commit({ meshes: meshes.map((meshId) => mesh(meshId)) }, told);
    const { events } = await store.eventsAfter(0, {}, 100);
    expect(events.map(({ type, meshId, taskId, payload }) => ({ type, meshId, taskId, payload }))).toEqual(
      told.map(({ type, meshId, ...rest }) => ({ type, meshId, taskId: null, payload: {}, ...drop(rest) })),
    );
  });

  it('lets commits wait when it has fallen far behind', async () => {
    await begin();
    const history = new History(pool, clock);
    await history.lead();
    expect(history.room()).toBeUndefined();
    await leader.commit({}, [PROGRESS]);
    history.committed(leader.batchSeq, 120_000);
    expect(history.room()).toBeInstanceOf(Promise);
    await history.room();
    expect(history.room()).toBeUndefined();
  });

  it('leaves nothing in the tail when its store is closed', async () => {
    await begin();
    await store.close();
    expect([await count('history_tail'), await count('event')]).toEqual([0, 1]);
  });
});

function drop({ from: _from, to: _to, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return rest;
}

describe('open tasks', () => {
  const loaded = async (): Promise<string[]> =>
    (await store.load(leader.lease.epoch)).tasks.map((row) => row.id).sort();
  const sweep = (): Promise<unknown> => pool.query('SELECT taskmesh_sweep_open_tasks()');

  it('are found by a new leader, made before the last sweep or after it, and no others', async () => {
    const tasks = [0, 1, 2].map((number) => task(id(number), M, { ordinal: number }));
    await leader.commit({ meshes: [mesh(M)], tasks });
    await leader.commit({ transitions: [move(id(1), 'PENDING', 'SKIPPED')] });
    await pool.query(`UPDATE leader_lease SET last_batch_at = last_batch_at + interval '2 minutes'`);
    await sweep();
    expect((await pool.query('SELECT task_id FROM open_task ORDER BY 1')).rows).toEqual([
      { task_id: id(0) },
      { task_id: id(2) },
    ]);
    await leader.commit({ tasks: [task(id(3), M, { ordinal: 3 })] });
    expect(await loaded()).toEqual([id(0), id(2), id(3)]);
    await leader.commit({ transitions: [move(id(0), 'PENDING', 'SKIPPED')] });
    expect(await loaded()).toEqual([id(2), id(3)]);
    await sweep();
    expect(await count('open_task')).toBe(1);
    expect(await loaded()).toEqual([id(2), id(3)]);
  });

  it('are listed for people wherever a sweep has put them', async () => {
    const tasks = [0, 1].map((number) => task(id(number), M, { ordinal: number }));
    await leader.commit({ meshes: [mesh(M)], tasks });
    await pool.query(`UPDATE leader_lease SET last_batch_at = last_batch_at + interval '2 minutes'`);
    await sweep();
    await leader.commit({ tasks: [task(id(2), M, { ordinal: 2 })] });
    const reads = new PostgresReads(pool);
    const page = await reads.tasks(
      { statuses: ['PENDING'] },
      { field: 'NAME', direction: 'ASC' },
      { first: 9 },
    );
    expect(page.nodes.map((node) => node.id)).toEqual([id(0), id(1), id(2)]);
    await reads.close();
  });
});
