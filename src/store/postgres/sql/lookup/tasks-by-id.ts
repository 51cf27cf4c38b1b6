/** Task references by id, deleted ones left out. */
export const TASKS_BY_ID = {
  name: 'taskmesh_tasks_by_id',
  text: `
    SELECT t.id, t.mesh_id, t.key, t.name, s.status, s.attempt, t.created_by
    FROM task t JOIN task_state s ON s.task_id = t.id
    WHERE t.id = ANY($1::uuid[]) AND s.deleted_at IS NULL`,
} as const;
