/** Edges as rows and as records. Used by every read that answers edges. */
import type { EdgeType } from '../../../mesh/edge-type.js';
import type { EdgeRecord } from '../../reads.js';

export const EDGE_COLUMNS = 'edge.id, edge.mesh_id, edge.source_id, edge.target_id, edge.type, edge.weight';

/**
 * Live, with both ends: a task may be deleted once all that depended on it has ended, and its edges stay behind. Scalar
 * subqueries are two probes of a primary key per edge of the page; of NOT EXISTS the planner makes a scan of all tasks.
 */
export const EDGE_IS_VISIBLE = `
  edge.removed_seq = 0
  AND COALESCE((SELECT false FROM task_state WHERE task_id = edge.source_id AND deleted_at IS NOT NULL), true)
  AND COALESCE((SELECT false FROM task_state WHERE task_id = edge.target_id AND deleted_at IS NOT NULL), true)`;

export interface EdgeColumns {
  readonly id: string;
  readonly mesh_id: string;
  readonly source_id: string;
  readonly target_id: string;
  readonly type: EdgeType;
  readonly weight: number;
}

export function edgeRecord(row: EdgeColumns): EdgeRecord {
  return {
    id: row.id,
    meshId: row.mesh_id,
    sourceId: row.source_id,
    targetId: row.target_id,
    type: row.type,
    weight: row.weight,
  };
}
