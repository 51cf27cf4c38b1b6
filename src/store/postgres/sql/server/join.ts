/** Puts a server on the list, in place of whoever lived in its home before. */
export const JOIN = {
  name: 'taskmesh_join',
  text: `
    WITH past AS (DELETE FROM server WHERE home = $2 AND id <> $1)
    INSERT INTO server (id, home, instance_name, version, url, state, epoch, lag_events, layers, seen_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, date_trunc('milliseconds', clock_timestamp()))
    ON CONFLICT (id) DO UPDATE SET url = excluded.url, state = excluded.state, epoch = excluded.epoch, layers = excluded.layers,
      lag_events = 0, seen_at = excluded.seen_at`,
} as const;
