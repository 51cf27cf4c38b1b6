/** The lines of a task after the line with id $2, at most $3. */
export const LOGS_AFTER = {
  name: 'taskmesh_logs_after',
  text: `
    SELECT id, task_id, attempt, line, extract(epoch FROM at) * 1000 AS at, stream, level, text
    FROM attempt_log WHERE task_id = $1 AND id > $2 ORDER BY id LIMIT $3`,
} as const;
