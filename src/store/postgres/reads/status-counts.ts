/** How many tasks are in each status, by mesh and in all, deleted ones left out. Called by `PostgresReads`. */
import type pg from 'pg';
import type { PrismaClient } from '../../../generated/prisma/client.js';
import type { TaskStatus } from '../../../lifecycle/vocabulary.js';
import type { MeshCounts } from '../../reads.js';

type Counts = Partial<Record<TaskStatus, number>>;

const COUNTS_BY_MESH_IDS = {
  name: 'counts_by_mesh_ids',
  text: `
    SELECT task.mesh_id, task_state.status, count(*) AS count
    FROM task JOIN task_state ON task_state.task_id = task.id
    WHERE task.mesh_id = ANY($1::uuid[]) AND task_state.deleted_at IS NULL
    GROUP BY task.mesh_id, task_state.status`,
} as const;

interface CountRow {
  readonly mesh_id: string;
  readonly status: TaskStatus;
  readonly count: string;
}

/** Meshes without tasks are left out. */
export async function countsByMeshIds(pool: pg.Pool, meshIds: readonly string[]): Promise<MeshCounts[]> {
  const { rows } = await pool.query<CountRow>({ ...COUNTS_BY_MESH_IDS, values: [meshIds] });
  const meshes = new Map<string, Counts>();
  for (const { mesh_id, status, count } of rows) {
    const counts = meshes.get(mesh_id) ?? {};
    meshes.set(mesh_id, counts);
    counts[status] = Number(count);
  }
  return [...meshes].map(([meshId, counts]) => ({ meshId, counts }));
}

const CENSUS = {
  name: 'census',
  text: `
    SELECT l.last_event_seq AS seq, s.status, s.count
    FROM leader_lease AS l
    LEFT JOIN (SELECT status, count(*) AS count FROM task_state WHERE deleted_at IS NULL GROUP BY status) AS s ON true`,
} as const;

interface CensusRow {
  readonly seq: string;
  readonly status: TaskStatus | null;
  readonly count: string | null;
}

/** One statement sees one moment. */
export async function census(pool: pg.Pool): Promise<{ seq: number; counts: Counts }> {
  const { rows } = await pool.query<CensusRow>(CENSUS);
  const known = rows.flatMap(({ status, count }) => (status === null ? [] : [[status, Number(count)]]));
  return { seq: Number(rows[0]?.seq ?? 0), counts: Object.fromEntries(known) as Counts };
}

export async function tasksByStatus(prisma: PrismaClient): Promise<Counts> {
  const rows = await prisma.taskState.groupBy({
    by: ['status'],
    where: { deletedAt: null },
    _count: { _all: true },
  });
  return Object.fromEntries(rows.map(({ status, _count }) => [status, _count._all]));
}
