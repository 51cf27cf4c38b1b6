/** Who leads, how far the batches and the history go, and the database's clock as commits see it. */
export const LEASE_STATE = `
  SELECT epoch, last_batch_seq, last_event_seq, extract(epoch FROM greatest(now(), last_batch_at)) * 1000 AS now
  FROM leader_lease`;
