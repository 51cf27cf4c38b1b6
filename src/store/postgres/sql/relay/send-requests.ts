/** Leaves requests for another server and wakes those who listen. Sent again under the same id, nothing happens twice. */
export const SEND_REQUESTS = {
  name: 'taskmesh_send_requests',
  text: `
    WITH sent AS (
      INSERT INTO relayed_request (id, sender, recipient, body, bytes)
      SELECT id, sender, recipient, body, octet_length(body::text)
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::json[]) AS u(id, sender, recipient, body)
      ON CONFLICT (id) DO NOTHING
      RETURNING id
    )
    SELECT pg_notify('taskmesh', 'requests') FROM (SELECT count(*) AS count FROM sent) AS s WHERE s.count > 0`,
} as const;
