/**
 * Stores lines and answers all of them with their ids, those that were there already too: whoever repeats a call whose
 * answer was lost learns what he missed.
 */
export const APPEND_LOGS = {
  name: 'taskmesh_append_logs',
  text: `
    WITH given AS (
      SELECT * FROM unnest($1::uuid[], $2::int[], $3::int[], $4::float8[], $5::text[], $6::text[], $7::text[])
        WITH ORDINALITY AS u(task_id, attempt, line, at, stream, level, text, place)
    ), inserted AS (
      INSERT INTO attempt_log (task_id, attempt, line, at, stream, level, text)
      SELECT task_id, attempt, line, to_timestamp(at / 1000), stream, level, text FROM given ORDER BY place
      ON CONFLICT (task_id, attempt, line) DO NOTHING
      RETURNING id, task_id, attempt, line, at, stream, level, text
    )
    SELECT id, task_id, attempt, line, extract(epoch FROM at) * 1000 AS at, stream, level, text FROM (
      SELECT * FROM inserted
      UNION
      SELECT l.id, l.task_id, l.attempt, l.line, l.at, l.stream, l.level, l.text
      FROM given g JOIN attempt_log l ON l.task_id = g.task_id AND l.attempt = g.attempt AND l.line = g.line
    ) AS stored
    ORDER BY id`,
} as const;
