/** Edges out of and into many tasks, for loaders. Called by `PostgresReads`. */
import type { EdgeRecord } from '../../reads.js';
import type { Queries } from '../sessions/queries.js';
import { EDGE_COLUMNS, EDGE_IS_VISIBLE, edgeRecord, type EdgeColumns } from './edge-rows.js';

const EDGES_BY_SOURCE_IDS = {
  name: 'edges_by_source_ids',
  text: `
    SELECT ${EDGE_COLUMNS} FROM edge
    WHERE edge.source_id = ANY($1::uuid[]) AND ${EDGE_IS_VISIBLE}
    ORDER BY edge.source_id, edge.target_id`,
} as const;

const EDGES_BY_TARGET_IDS = {
  name: 'edges_by_target_ids',
  text: `
    SELECT ${EDGE_COLUMNS} FROM edge
    WHERE edge.target_id = ANY($1::uuid[]) AND ${EDGE_IS_VISIBLE}
    ORDER BY edge.target_id, edge.source_id`,
} as const;

export async function edgesBySourceIds(pool: Queries, ids: readonly string[]): Promise<EdgeRecord[]> {
  const { rows } = await pool.query<EdgeColumns>({ ...EDGES_BY_SOURCE_IDS, values: [ids] });
  return rows.map(edgeRecord);
}

export async function edgesByTargetIds(pool: Queries, ids: readonly string[]): Promise<EdgeRecord[]> {
  const { rows } = await pool.query<EdgeColumns>({ ...EDGES_BY_TARGET_IDS, values: [ids] });
  return rows.map(edgeRecord);
}
