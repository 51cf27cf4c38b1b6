/** A new leader's first act: from here on every batch of an older epoch is fenced. */
export const NEXT_EPOCH = `
  UPDATE leader_lease SET epoch = epoch + 1, holder = $1, acquired_at = date_trunc('milliseconds', clock_timestamp())
  RETURNING epoch`;
