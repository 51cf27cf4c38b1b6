/** Outputs of tasks by id, for loaders: up to a megabyte each, so they are read only when asked for. Called by `PostgresReads`. */
import type pg from 'pg';
import type { Json } from '../../../kit/json.js';

const OUTPUTS_BY_TASK_IDS = {
  name: 'outputs_by_task_ids',
  text: `
    SELECT task_id AS id, output FROM task_state
    WHERE task_id = ANY($1::uuid[]) AND output_bytes IS NOT NULL AND deleted_at IS NULL`,
} as const;

export async function outputsByTaskIds(
  pool: pg.Pool,
  ids: readonly string[],
): Promise<{ readonly id: string; readonly output: Json }[]> {
  const { rows } = await pool.query<{ id: string; output: Json }>({ ...OUTPUTS_BY_TASK_IDS, values: [ids] });
  return rows;
}
