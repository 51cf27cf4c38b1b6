/** What subscribers are replayed from: the history by seq, the lines of a task by id. */

/**
 * One index range per way of asking (mesh, task, everything); types and statuses filter within it. `$2` and `$3` are null
 * when not asked for. The last seq is read first: what is committed later is for the next look.
 */
export const EVENTS_AFTER = {
  name: 'taskmesh_events_after',
  text: `
    SELECT seq, extract(epoch FROM at) * 1000 AS at, type, mesh_id, task_id, from_status, to_status, payload::text AS payload
    FROM event
    WHERE seq > $1 AND seq <= $7 AND ($2::uuid IS NULL OR mesh_id = $2) AND ($3::uuid IS NULL OR task_id = $3)
      AND ($4::text[] IS NULL OR type = ANY($4)) AND ($5::text[] IS NULL OR to_status = ANY($5))
    ORDER BY seq LIMIT $6`,
} as const;

export const LAST_EVENT = { name: 'taskmesh_last_event', text: 'SELECT last_event_seq AS seq FROM leader_lease' } as const;

export const LOG_INSERT = {
  name: 'taskmesh_log_insert',
  text: `
    INSERT INTO attempt_log (task_id, attempt, line, at, stream, level, text)
    SELECT task_id, attempt, line, to_timestamp(at / 1000), stream, level, text
    FROM unnest($1::uuid[], $2::int[], $3::int[], $4::float8[], $5::text[], $6::text[], $7::text[])
      WITH ORDINALITY AS u(task_id, attempt, line, at, stream, level, text, place)
    ORDER BY place
    ON CONFLICT (task_id, attempt, line) DO NOTHING
    RETURNING id, task_id, attempt, line`,
} as const;

export const LOGS_AFTER = {
  name: 'taskmesh_logs_after',
  text: `
    SELECT id, task_id, attempt, line, extract(epoch FROM at) * 1000 AS at, stream, level, text
    FROM attempt_log WHERE task_id = $1 AND id > $2 ORDER BY id LIMIT $3`,
} as const;
