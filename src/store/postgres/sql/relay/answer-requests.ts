/** Answers requests between two servers, which change nothing durable, and wakes their senders. */
export const ANSWER_REQUESTS = {
  name: 'taskmesh_answer_requests',
  text: `
    WITH answered AS (
      UPDATE relayed_request SET answer = '{"value":null}', answered_at = date_trunc('milliseconds', clock_timestamp())
      WHERE id = ANY ($1::uuid[]) AND answered_at IS NULL
      RETURNING id
    )
    SELECT pg_notify('taskmesh', 'answers') FROM (SELECT count(*) AS count FROM answered) AS s WHERE s.count > 0`,
} as const;
