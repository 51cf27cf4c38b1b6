/** A whole mesh as a picture needs it, and the event it stands at, in one statement. Called by `PostgresReads`. */
import type pg from 'pg';
import type { MeshStatus } from '../../lifecycle/vocabulary.js';
import type { DrawnMesh, DrawnTask } from '../drawn-meshes.js';
import { fromStoredText } from './stored-text.js';

/**
 * One statement sees one moment, so that whoever listens behind `seq` misses nothing and hears nothing twice. Tasks and
 * edges travel as one JSON value each, so that a mesh without any is still a row.
 */
const DRAWN_MESH = {
  name: 'drawn_mesh',
  text: `
    WITH member AS MATERIALIZED (
      SELECT task.id, task.ordinal, task.key, task.name, task.work_kind, task.priority, task.tags, state.*
      FROM task
      JOIN LATERAL (
        SELECT status, attempt, placed_on, queued_at, started_at, finished_at, deleted_at FROM task_state
        WHERE task_state.task_id = task.id
      ) AS state ON state.deleted_at IS NULL
      WHERE task.mesh_id = $1::uuid
      ORDER BY task.ordinal DESC, task.id DESC LIMIT $2
    )
    SELECT (SELECT last_event_seq FROM leader_lease) AS seq,
           round(extract(epoch FROM clock_timestamp()) * 1000) AS at,
           mesh.status,
           (SELECT count(*) FROM task JOIN task_state ON task_state.task_id = task.id
            WHERE task.mesh_id = $1::uuid AND task_state.deleted_at IS NULL) AS total,
           (SELECT json_agg(json_build_object(
              'id', id, 'key', key, 'name', name, 'workKind', work_kind, 'priority', priority, 'tags', tags,
              'status', status, 'attempt', attempt, 'layer', placed_on,
              'queuedAt', round(extract(epoch FROM queued_at) * 1000),
              'startedAt', round(extract(epoch FROM started_at) * 1000),
              'finishedAt', round(extract(epoch FROM finished_at) * 1000)) ORDER BY ordinal, id) FROM member) AS tasks,
           (SELECT json_agg(json_build_object('sourceId', edge.source_id, 'targetId', edge.target_id, 'type', edge.type))
            FROM task AS source JOIN edge ON edge.source_id = source.id
            WHERE source.mesh_id = $1::uuid AND edge.removed_seq = 0) AS edges
    FROM mesh WHERE mesh.id = $1::uuid`,
} as const;

interface DrawnRow {
  readonly seq: string;
  readonly at: string;
  readonly status: MeshStatus;
  readonly total: string;
  readonly tasks: readonly DrawnTask[] | null;
  readonly edges: DrawnMesh['edges'] | null;
}

export async function drawnMesh(
  pool: pg.Pool,
  meshId: string,
  tasksMax: number,
): Promise<DrawnMesh | undefined> {
  const { rows } = await pool.query<DrawnRow>({ ...DRAWN_MESH, values: [meshId, tasksMax] });
  const [row] = rows;
  if (row === undefined) return undefined;
  const tasks = (row.tasks ?? []).map((task) => ({
    ...task,
    key: fromStoredText(task.key),
    name: fromStoredText(task.name),
    tags: task.tags.map(fromStoredText),
  }));
  const drawn = new Set(tasks.map(({ id }) => id));
  return {
    seq: Number(row.seq),
    at: Number(row.at),
    status: row.status,
    total: Number(row.total),
    tasks,
    edges: (row.edges ?? []).filter(({ sourceId, targetId }) => drawn.has(sourceId) && drawn.has(targetId)),
  };
}
