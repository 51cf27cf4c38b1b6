/**
 * Empties answered requests, those of $1, by their keys. Of none, which is asked once a minute: looks through all and removes those
 * that were emptied a minute ago, because one that is sent again meanwhile, by a statement that was on its way for long, is still
 * the same request. Answers for which nobody has come are kept for ten minutes; a request to a certain server is of no use any
 * more when that has not taken it in such a time.
 */
export const DISCARD_REQUESTS = {
  name: 'taskmesh_discard_requests',
  text: `
    WITH emptied AS (
      UPDATE relayed_request SET body = 'null', bytes = 0, answer = 'null'
      WHERE id = ANY ($1::uuid[]) AND answered_at IS NOT NULL
    )
    DELETE FROM relayed_request
    WHERE cardinality($1::uuid[]) = 0
      AND (answered_at < clock_timestamp() - CASE WHEN answer::text = 'null' THEN interval '1 minute' ELSE interval '10 minutes' END
           OR recipient IS NOT NULL AND sent_at < clock_timestamp() - interval '10 minutes')`,
} as const;
