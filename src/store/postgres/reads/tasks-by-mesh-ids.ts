/** The first tasks of each of many meshes, in one statement, for loaders. Called by `PostgresReads`. */
import type pg from 'pg';
import type { TaskRecord } from '../../reads.js';
import { TASK_COLUMNS, TASK_TABLES, taskRecord, type TaskRow } from './task-rows.js';

/**
 * LATERAL reads `limit` entries of the index (mesh_id, ordinal) per mesh; row_number() would read and sort all tasks of
 * every mesh first.
 */
const TASKS_BY_MESH_IDS = {
  name: 'tasks_by_mesh_ids',
  text: `
    SELECT first.*
    FROM unnest($1::uuid[]) AS wanted(mesh_id)
    CROSS JOIN LATERAL (
      SELECT ${TASK_COLUMNS} FROM ${TASK_TABLES}
      WHERE task.mesh_id = wanted.mesh_id AND task_state.deleted_at IS NULL
      ORDER BY task.ordinal, task.id
      LIMIT $2
    ) AS first
    ORDER BY first.mesh_id, first.ordinal, first.id`,
} as const;

export async function tasksByMeshIds(
  pool: pg.Pool,
  meshIds: readonly string[],
  limit: number,
): Promise<TaskRecord[]> {
  const { rows } = await pool.query<TaskRow>({
    ...TASKS_BY_MESH_IDS,
    values: [[...new Set(meshIds)], limit],
  });
  return rows.map(taskRecord);
}
