/** Attempts of loaded tasks that were running when the last leader ended. By the primary key: an index of open ones would cost every start. */
export const OPEN_ATTEMPTS = `
  SELECT a.task_id, a.attempt, a.token, a.layer, a.node
  FROM attempt a JOIN loaded_task l ON l.id = a.task_id
  WHERE a.outcome IS NULL`;
