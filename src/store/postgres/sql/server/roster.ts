/** Who leads, and every server on the list, in one look; a row without a server when there is none. */
export const ROSTER = {
  name: 'taskmesh_roster',
  text: `
    SELECT l.epoch AS lease_epoch, l.holder, l.acquired_at, l.last_event_seq, s.id, s.instance_name, s.version, s.url, s.state,
           s.epoch, s.lag_events, s.layers, s.started_at, extract(epoch FROM clock_timestamp() - s.seen_at) * 1000 AS silent_ms
    FROM leader_lease AS l LEFT JOIN server AS s ON true
    ORDER BY s.started_at, s.id`,
} as const;
