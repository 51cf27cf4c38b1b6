/** Tasks by id, for loaders. Called by `PostgresReads`. */
import type { TaskRecord } from '../../reads.js';
import type { Queries } from '../sessions/queries.js';
import { TASK_COLUMNS, TASK_TABLES, taskRecord, type TaskRow } from './task-rows.js';

const TASKS_BY_IDS = {
  name: 'tasks_by_ids',
  text: `
    SELECT ${TASK_COLUMNS} FROM ${TASK_TABLES}
    WHERE task.id = ANY($1::uuid[]) AND task_state.deleted_at IS NULL
      AND ($2::text IS NULL OR (SELECT tenant_id FROM mesh WHERE mesh.id = task.mesh_id) = $2)`,
} as const;

export async function tasksByIds(
  pool: Queries,
  ids: readonly string[],
  tenant: string | undefined,
): Promise<TaskRecord[]> {
  const { rows } = await pool.query<TaskRow>({ ...TASKS_BY_IDS, values: [ids, tenant ?? null] });
  return rows.map(taskRecord);
}
