/** A mesh as it was at an instant, from its history, in one statement. Called by `PostgresReads`. */
import type pg from 'pg';
import type { MeshStatus, TaskStatus } from '../../../lifecycle/vocabulary.js';
import type { MeshMoment } from '../../reads.js';
import { fromStoredText } from '../stored-text.js';
import { edgeRecord, type EdgeColumns } from './edge-rows.js';

/**
 * Every status is the one of the last event that changed it: one probe of an index per task. Tasks and edges travel as
 * one JSON value each, so that a mesh without any is still a row. The last event is sought in the order of the index on
 * the mesh: by seq alone the planner would read the whole history from its end. Edges are joined to the tables and not to
 * `member`: without statistics the planner believes that to be short and reads it once per edge (6 minutes for 50,000).
 */
const MESH_AT = {
  name: 'mesh_at',
  text: `
    WITH horizon AS MATERIALIZED (SELECT taskmesh_event_seq_at($2::timestamptz) AS seq),
    member AS MATERIALIZED (
      SELECT task.id, task.key, task.ordinal,
             COALESCE((SELECT event.to_status FROM event
                       WHERE event.task_id = task.id AND event.to_status IS NOT NULL AND event.seq <= (SELECT seq FROM horizon)
                       ORDER BY event.seq DESC LIMIT 1), 'PENDING') AS status
      FROM task JOIN task_state ON task_state.task_id = task.id
      WHERE task.mesh_id = $1::uuid AND task.created_at <= $2
        AND (task_state.deleted_at IS NULL OR task_state.deleted_at > $2)
    )
    SELECT COALESCE(last.seq, 0) AS seq,
           COALESCE(last.at, mesh.created_at) AS at,
           COALESCE((SELECT event.to_status FROM event
                     WHERE event.mesh_id = mesh.id AND event.task_id IS NULL AND event.to_status IS NOT NULL
                       AND event.seq <= (SELECT seq FROM horizon)
                     ORDER BY event.seq DESC LIMIT 1), 'RUNNING') AS status,
           (SELECT json_agg(json_build_object('id', id, 'key', key, 'status', status) ORDER BY ordinal, id) FROM member) AS tasks,
           (SELECT json_agg(json_build_object('id', edge.id, 'mesh_id', edge.mesh_id, 'source_id', edge.source_id,
                                              'target_id', edge.target_id, 'type', edge.type, 'weight', edge.weight)
                            ORDER BY edge.source_id, edge.target_id)
            FROM task AS source JOIN edge ON edge.source_id = source.id
            WHERE source.mesh_id = $1 AND edge.created_seq <= (SELECT seq FROM horizon)
              AND (edge.removed_seq = 0 OR edge.removed_seq > (SELECT seq FROM horizon))
              AND NOT EXISTS (SELECT FROM task_state WHERE task_state.task_id = edge.source_id AND task_state.deleted_at <= $2)
              AND NOT EXISTS (SELECT FROM task_state WHERE task_state.task_id = edge.target_id AND task_state.deleted_at <= $2)
           ) AS edges
    FROM mesh
    LEFT JOIN LATERAL (
      SELECT event.seq, event.at FROM event
      WHERE event.mesh_id >= $1 AND (event.mesh_id, event.seq) <= ($1, (SELECT seq FROM horizon))
      ORDER BY event.mesh_id DESC, event.seq DESC LIMIT 1
    ) AS last ON true
    WHERE mesh.id = $1::uuid AND mesh.created_at <= $2 AND ($3::text IS NULL OR mesh.tenant_id = $3)`,
} as const;

interface MomentRow {
  readonly seq: string;
  readonly at: Date;
  readonly status: MeshStatus;
  readonly tasks:
    | readonly { readonly id: string; readonly key: string; readonly status: TaskStatus }[]
    | null;
  readonly edges: readonly EdgeColumns[] | null;
}

export async function meshAt(
  pool: pg.Pool,
  meshId: string,
  time: Date,
  tenant: string | undefined,
): Promise<MeshMoment | undefined> {
  const { rows } = await pool.query<MomentRow>({ ...MESH_AT, values: [meshId, time, tenant ?? null] });
  const [row] = rows;
  if (row === undefined) return undefined;
  const tasks = (row.tasks ?? []).map((task) => ({ ...task, key: fromStoredText(task.key) }));
  return {
    seq: Number(row.seq),
    at: row.at,
    status: row.status,
    tasks,
    edges: (row.edges ?? []).map(edgeRecord),
  };
}
