/** The tasks of a mesh; with $2 only those, and the direct sources of the edges into them that wait for an outcome. */
export const DEFINITION_TASKS = {
  name: 'taskmesh_definition_tasks',
  text: `
    SELECT t.id, t.spec, s.status, t.ordinal
    FROM task t JOIN task_state s ON s.task_id = t.id
    WHERE t.mesh_id = $1 AND s.deleted_at IS NULL AND ($2::uuid[] IS NULL OR t.id = ANY($2) OR t.id IN (
      SELECT e.source_id FROM edge e WHERE e.target_id = ANY($2) AND e.removed_seq = 0 AND e.type <> 'RESOURCE'))
    ORDER BY t.ordinal`,
} as const;
