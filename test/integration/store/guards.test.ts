/** What the database refuses on its own, whoever writes: raw SQL past every line of TypeScript. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SystemClock } from '../../../src/kit/clock.js';
import { TERMINAL_STATUSES } from '../../../src/lifecycle/vocabulary.js';
import { PostgresStore } from '../../../src/store/postgres/postgres-store.js';
import { freshDatabase, type FreshDatabase } from '../../support/postgres.js';
import { attempt, edge, Leader, mesh, outcome, task, uuid } from '../../support/store/batches.js';

const [M, A, B] = [uuid(1), uuid(10), uuid(11)] as const;
let database: FreshDatabase;
let pool: pg.Pool;
let store: PostgresStore;

beforeAll(async () => {
  database = await freshDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  store = new PostgresStore(pool, {
    url: database.url,
    clock: new SystemClock({ timersHoldProcess: true }),
    holder: 'test',
  });
  const leader = await Leader.of(store);
  await leader.commit(
    {
      meshes: [mesh(M), mesh(uuid(2), { status: 'CANCELLED', finished: true })],
      tasks: [
        task(A, M, { status: 'RUNNING' }),
        task(B, M, { ordinal: 1 }),
        ...TERMINAL_STATUSES.map((status, index) =>
          task(uuid(20 + index), M, { status, ordinal: 2 + index }),
        ),
      ],
      edges: [edge(uuid(30), M, [A, B])],
      attempts: [attempt(A), attempt(uuid(20), { token: 2 })],
      outcomes: [outcome(uuid(20), M, { token: 2 })],
    },
    [{ type: 'MESH_SUBMITTED', meshId: M, to: 'RUNNING' }],
  );
  await store.eventsAfter(0, {}, 1); // history is in its tables when somebody has read it
});

afterAll(async () => {
  await store.close();
  await pool.end();
  await database.drop();
});

const refused = (sql: string, values: unknown[] = []): Promise<unknown> =>
  pool.query(sql, values).then(
    ({ rowCount }) => `done to ${rowCount} rows`,
    (error: pg.DatabaseError) => error.constraint ?? error.message,
  );

describe('the database refuses', () => {
  it.each(TERMINAL_STATUSES.map((status, index) => [status, uuid(20 + index)] as const))(
    'to let a task leave %s',
    async (status, id) => {
      const next = status === 'FAILED' ? 'CANCELLED' : 'FAILED';
      const failure = '{}';
      expect(
        await refused('UPDATE task_state SET status = $1, failure = $2 WHERE task_id = $3', [
          next,
          failure,
          id,
        ]),
      ).toMatch(/a terminal task keeps its status/);
      expect(
        await refused(`UPDATE task_state SET status = 'PENDING', finished_at = NULL WHERE task_id = $1`, [
          id,
        ]),
      ).toMatch(/a terminal task keeps its status/);
    },
  );

  it('to let a mesh leave its end', async () => {
    expect(
      await refused(`UPDATE mesh SET status = 'RUNNING', finished_at = NULL WHERE id = $1`, [uuid(2)]),
    ).toMatch(/a terminal mesh keeps its status/);
  });

  it('to give an attempt a second outcome, or take the first one back', async () => {
    expect(await refused(`UPDATE attempt SET outcome = 'FAILED' WHERE task_id = $1`, [uuid(20)])).toMatch(
      /an attempt has one outcome/,
    );
    expect(
      await refused('UPDATE attempt SET outcome = NULL, finished_at = NULL WHERE task_id = $1', [uuid(20)]),
    ).toMatch(/an attempt has one outcome/);
  });

  it('to change, delete or truncate history', async () => {
    expect(await refused(`UPDATE event SET type = 'X'`)).toMatch(/history is append-only/);
    expect(await refused('DELETE FROM event')).toMatch(/history is append-only/);
    expect(await refused('TRUNCATE event')).toMatch(/history is append-only/);
    expect(
      await refused(`INSERT INTO event (seq, at, type, mesh_id, payload) VALUES (1, now(), 'X', $1, '{}')`, [
        M,
      ]),
    ).toBe('event_pkey');
  });

  it.each([
    [`status = 'ODD'`, 'task_state_as_its_status_says'],
    [`status = 'COMPLETED', finished_at = now()`, 'task_state_as_its_status_says'],
    [`status = 'CANCELLED'`, 'task_state_as_its_status_says'],
    ['finished_at = now()', 'task_state_as_its_status_says'],
    [`status = 'FAILED', finished_at = now()`, 'task_state_as_its_status_says'],
    [`status = 'QUEUED'`, 'task_state_as_its_status_says'],
    ['placed_on = NULL', 'task_state_as_its_status_says'],
    ['attempt = 0', 'task_state_as_its_status_says'],
    ['token = NULL', 'task_state_as_its_status_says'],
    ['started_at = NULL', 'task_state_as_its_status_says'],
    ['node = NULL', 'task_state_as_its_status_says'],
    ['crashes = 9', 'task_state_crashes_are_attempts'],
    [`output = '1', output_bytes = 1`, 'task_state_as_its_status_says'],
    [`placed_on = 'MOON'`, 'task_state_as_its_status_says'],
  ])('a running task with %s', async (change, constraint) => {
    expect(await refused(`UPDATE task_state SET ${change} WHERE task_id = $1`, [A])).toBe(constraint);
  });

  it.each([
    [
      `INSERT INTO edge (id, mesh_id, source_id, target_id, type, weight, created_seq) SELECT gen_random_uuid(), mesh_id, source_id, target_id, 'SOFT', 0, 1 FROM edge`,
      'edge_pkey',
    ],
    [`UPDATE edge SET target_id = source_id`, 'edge_not_to_itself'],
    [`UPDATE edge SET weight = -1`, 'edge_weight'],
    [`UPDATE edge SET type = 'MAYBE'`, 'edge_type'],
    [`UPDATE task SET priority = 'URGENT'`, 'task_priority'],
    [`UPDATE mesh SET finished_at = now() WHERE status = 'RUNNING'`, 'mesh_finished_when_terminal'],
    [
      `INSERT INTO attempt (task_id, mesh_id, attempt, token, layer, node, wait_ms, started_at, finished_at, outcome)
       SELECT task_id, mesh_id, attempt, 99, layer, node, wait_ms, started_at, finished_at, 'FAILED' FROM attempt`,
      'attempt_pkey',
    ],
    [`INSERT INTO leader_lease (id) VALUES (2)`, 'leader_lease_one_row'],
  ])('%s', async (sql, constraint) => {
    expect(await refused(sql)).toBe(constraint);
  });
});
