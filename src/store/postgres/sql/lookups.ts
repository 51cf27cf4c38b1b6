/** Lookups of the core, by key; every one is prepared once per connection. */

export const TASKS_BY_ID = {
  name: 'taskmesh_tasks_by_id',
  text: `
    SELECT t.id, t.mesh_id, t.key, t.name, i.status, i.attempt, t.created_by
    FROM task t JOIN task_state i ON i.task_id = t.id
    WHERE t.id = ANY($1::uuid[]) AND i.deleted_at IS NULL`,
} as const;

/** Deleted ones too: their keys stay taken. */
export const TASKS_BY_KEY = {
  name: 'taskmesh_tasks_by_key',
  text: `
    SELECT t.id, t.mesh_id, t.key, t.name, i.status, i.attempt, t.created_by
    FROM unnest($2::text[]) AS k(key) JOIN task t ON t.mesh_id = $1 AND t.key = k.key JOIN task_state i ON i.task_id = t.id`,
} as const;

export const MESH_BY_ID = {
  name: 'taskmesh_mesh_by_id',
  text: 'SELECT id, name, status, created_by, description, tags FROM mesh WHERE id = $1',
} as const;

export const COMMAND_BY_KEY = {
  name: 'taskmesh_command_by_key',
  text: 'SELECT key, kind, request_hash, mesh_id, task_id FROM command WHERE key = $1',
} as const;

/** With $2: those tasks and the sources of the edges into them that wait. */
export const DEFINITION_TASKS = {
  name: 'taskmesh_definition_tasks',
  text: `
    SELECT t.id, t.spec, i.status, t.ordinal FROM task t JOIN task_state i ON i.task_id = t.id
    WHERE t.mesh_id = $1 AND i.deleted_at IS NULL AND ($2::uuid[] IS NULL OR t.id = ANY($2) OR t.id IN (
      SELECT e.source_id FROM edge e WHERE e.target_id = ANY($2) AND e.removed_seq = 0 AND e.type <> 'RESOURCE'))
    ORDER BY t.ordinal`,
} as const;

export const DEFINITION_EDGES = {
  name: 'taskmesh_definition_edges',
  text: `
    SELECT e.id, e.mesh_id, e.source_id, e.target_id, e.type, e.weight
    FROM unnest($1::uuid[]) AS t(id) JOIN edge e ON e.target_id = t.id AND e.removed_seq = 0
    WHERE e.source_id = ANY($1)`,
} as const;

export const INPUTS_OF = {
  name: 'taskmesh_inputs_of',
  text: `
    SELECT s.key, i.output::text AS output
    FROM edge e JOIN task s ON s.id = e.source_id JOIN task_state i ON i.task_id = s.id
    WHERE e.target_id = $1 AND e.type = 'DATA' AND e.removed_seq = 0 AND i.output IS NOT NULL`,
} as const;

/** From the end of the history backwards, so that a long history costs no more than the newest part of it. */
export const DURATIONS = {
  name: 'taskmesh_durations',
  text: `
    WITH recent AS (
      SELECT t.type_key, a.run_ms, a.finished_at FROM attempt a JOIN task t ON t.id = a.task_id
      WHERE a.finished_at IS NOT NULL AND a.outcome = 'COMPLETED' AND a.run_ms IS NOT NULL
      ORDER BY a.finished_at DESC LIMIT 100000
    ), ranked AS (
      SELECT type_key, run_ms, row_number() OVER (PARTITION BY type_key ORDER BY finished_at DESC) AS place,
             max(finished_at) OVER (PARTITION BY type_key) AS last_at
      FROM recent
    )
    SELECT type_key, array_agg(run_ms ORDER BY place) AS run_ms FROM ranked WHERE place <= $2
    GROUP BY type_key, last_at ORDER BY last_at DESC LIMIT $1`,
} as const;
