/** Open tasks of open meshes and all that is downstream of them, into a table of this transaction that the other reads join. */
export const LOAD_TASKS = `
  CREATE TEMPORARY TABLE loaded_task ON COMMIT DROP AS
  WITH RECURSIVE loaded(id) AS (
    SELECT s.task_id FROM open_task_candidate c JOIN task_state s ON s.task_id = c.task_id JOIN task t ON t.id = s.task_id
    JOIN mesh m ON m.id = t.mesh_id
    WHERE s.finished_at IS NULL AND m.status IN ('RUNNING', 'PAUSED')
    UNION
    SELECT e.target_id FROM loaded l JOIN edge e ON e.source_id = l.id AND e.removed_seq = 0
  )
  SELECT id FROM loaded`;
