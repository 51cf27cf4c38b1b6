/** Requests without an answer ($1: to whom, null for whoever leads), but for those of $2, oldest first and at most 32 MB. */
export const OPEN_REQUESTS = {
  name: 'taskmesh_open_requests',
  text: `
    SELECT r.id, r.sender, r.body, extract(epoch FROM clock_timestamp() - r.sent_at) * 1000 AS age_ms
    FROM (
      SELECT seq, sum(bytes) OVER (ORDER BY seq) - bytes AS before
      FROM relayed_request
      WHERE answered_at IS NULL AND recipient IS NOT DISTINCT FROM $1 AND id <> ALL ($2::uuid[])
      ORDER BY seq LIMIT 1000
    ) AS due JOIN relayed_request AS r ON r.seq = due.seq AND r.answered_at IS NULL
    WHERE due.before < 32 * 1024 * 1024
    ORDER BY r.seq`,
} as const;
