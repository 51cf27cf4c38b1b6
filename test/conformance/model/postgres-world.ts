/** A database of the run's PostgreSQL. Its clock cannot be told to go on; the instants that are stored go back instead. */
import pg from 'pg';
import { SystemClock } from '../../../src/kit/clock.js';
import { DEFAULT_MESH_ID } from '../../../src/lifecycle/default-mesh.js';
import { attemptsByTaskIds } from '../../../src/store/postgres/reads/attempts-by-task-ids.js';
import { PostgresStore } from '../../../src/store/postgres/postgres-store.js';
import { freshDatabase } from '../../support/postgres.js';
import type { ModelWorld, ModelWorlds, StoredRows } from './model-world.js';

/** Long: a machine that is busy with other tests must not cost a leader its lease. */
const LEASE_MS = 120_000;

const ROWS = `SELECT
  (SELECT json_agg(json_build_object('id', id, 'status', status)) FROM mesh) AS meshes,
  (SELECT json_agg(json_build_object('id', t.id, 'meshId', t.mesh_id, 'status', s.status, 'attempt', s.attempt,
    'deleted', s.deleted_at IS NOT NULL, 'spec', t.spec)) FROM task t JOIN task_state s ON s.task_id = t.id) AS tasks,
  (SELECT json_agg(json_build_object('sourceId', source_id, 'targetId', target_id, 'type', type))
    FROM edge WHERE removed_seq = 0) AS edges`;
const EARLIER = `UPDATE task_state SET available_at = available_at - $1 * interval '1 ms' WHERE available_at IS NOT NULL`;
const END_LEADERS = `SELECT pg_terminate_backend(pid) FROM pg_locks
  WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** As after the migrations, but for the numbers of epochs, batches and events, which go on. */
const EMPTY = `DO $$
  DECLARE name text;
  BEGIN
    -- the history refuses to be deleted otherwise
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
      AND tablename NOT IN ('leader_lease', 'mesh', '_prisma_migrations')
    LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
    DELETE FROM mesh WHERE id <> '${DEFAULT_MESH_ID}';
    UPDATE mesh SET status = 'RUNNING';
  END $$`;

/** One database for all worlds, one after the other: a new one each costs a second on a busy machine. */
export async function postgresWorlds(): Promise<ModelWorlds> {
  const database = await freshDatabase();
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  pool.on('error', () => undefined);
  return {
    async make() {
      await pool.query(EMPTY);
      return worldIn(database.url, pool);
    },
    async close() {
      await pool.end();
      await database.drop();
    },
  };
}

function worldIn(url: string, pool: pg.Pool): ModelWorld {
  const clock = new SystemClock({ timersHoldProcess: true });
  return {
    open: () => new PostgresStore(pool, { url, clock, holder: 'a process', leaseMs: LEASE_MS }),
    async rows() {
      const { rows } = await pool.query<{ [list in keyof StoredRows]: StoredRows[list] | null }>(ROWS);
      const { meshes, tasks, edges } = rows[0] as (typeof rows)[number];
      const ids = (tasks ?? []).map((task) => task.id);
      const attempts = await attemptsByTaskIds(pool, ids);
      return { meshes: meshes ?? [], tasks: tasks ?? [], edges: edges ?? [], attempts };
    },
    async passTime(ms) {
      await pool.query(EARLIER, [ms]);
    },
    async breakSession() {
      await pool.query(END_LEADERS);
    },
  };
}
