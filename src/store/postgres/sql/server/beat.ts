/** A server on the list says that it lives; $5 is how far in the history its subscribers are. */
export const BEAT = {
  name: 'taskmesh_beat',
  text: `
    UPDATE server SET url = $2, state = $3, epoch = $4, layers = $6, seen_at = date_trunc('milliseconds', clock_timestamp()),
      lag_events = COALESCE((SELECT greatest(0, last_event_seq - $5::bigint) FROM leader_lease), 0)
    WHERE id = $1`,
} as const;
