/** Attempts of loaded tasks that were running when the last leader ended: they stand in the rows of their tasks. */
export const OPEN_ATTEMPTS = `
  SELECT s.task_id, s.attempt, s.token, s.placed_on AS layer, s.node, s.wait_ms, extract(epoch FROM s.started_at) * 1000 AS started_at
  FROM task_state s JOIN loaded_task l ON l.id = s.task_id
  WHERE s.status = 'RUNNING'`;
