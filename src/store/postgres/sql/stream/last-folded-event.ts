/** How far the tables of history go. What is committed beyond is in the tail: a look must not claim to have seen it. */
export const LAST_FOLDED_EVENT = {
  name: 'taskmesh_last_folded_event',
  text: 'SELECT COALESCE(max(seq), 0) AS seq FROM event',
} as const;
