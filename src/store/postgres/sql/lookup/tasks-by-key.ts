/** Task references by key within a mesh, deleted ones too: their keys stay taken. */
export const TASKS_BY_KEY = {
  name: 'taskmesh_tasks_by_key',
  text: `
    SELECT t.id, t.mesh_id, t.key, t.name, s.status, s.attempt, t.created_by
    FROM task t JOIN task_state s ON s.task_id = t.id
    WHERE t.mesh_id = $1 AND t.key = ANY($2::text[])`,
} as const;
