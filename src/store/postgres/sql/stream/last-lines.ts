/** The last line of each of these tasks: one step down an index for each. */
export const LAST_LINES = {
  name: 'taskmesh_last_lines',
  text: `
    SELECT t.id AS task_id, l.id
    FROM unnest($1::uuid[]) AS t(id),
      LATERAL (SELECT id FROM attempt_log WHERE task_id = t.id ORDER BY id DESC LIMIT 1) AS l`,
} as const;
