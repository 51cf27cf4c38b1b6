/**
 * Removes answered requests: those of $1, and all whose sender has not come for the answer in ten minutes. A request to a
 * certain server is of no use any more when that has not taken it in such a time.
 */
export const DISCARD_REQUESTS = {
  name: 'taskmesh_discard_requests',
  text: `
    DELETE FROM relayed_request
    WHERE answered_at IS NOT NULL AND (id = ANY ($1::uuid[]) OR answered_at < clock_timestamp() - interval '10 minutes')
       OR recipient IS NOT NULL AND sent_at < clock_timestamp() - interval '10 minutes'`,
} as const;
