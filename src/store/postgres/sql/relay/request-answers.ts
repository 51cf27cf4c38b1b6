/** The answers to those of these requests that have one. */
export const REQUEST_ANSWERS = {
  name: 'taskmesh_request_answers',
  text: `SELECT id, answer FROM relayed_request WHERE id = ANY ($1::uuid[]) AND answered_at IS NOT NULL AND answer::text <> 'null'`,
} as const;
