/** The loaded tasks; of ended ones no specification, because nothing will run them again. */
export const LOADED_TASKS = `
  SELECT t.id, t.mesh_id, t.key, s.status, s.attempt, s.crashes, t.ordinal,
         (SELECT count(*)::int FROM attempt a WHERE a.task_id = t.id AND a.outcome IN ('FAILED', 'TIMED_OUT')) AS spent, t.created_by, s.placed_on,
         s.deleted_at IS NOT NULL AS deleted,
         CASE WHEN s.finished_at IS NULL THEN t.spec END AS spec,
         extract(epoch FROM s.available_at - now()) * 1000 AS available_in_ms,
         CASE WHEN s.status = 'QUEUED' THEN extract(epoch FROM now() - s.queued_at) * 1000 END AS queued_for_ms
  FROM loaded_task l JOIN task t ON t.id = l.id JOIN task_state s ON s.task_id = l.id
  ORDER BY t.id`;
