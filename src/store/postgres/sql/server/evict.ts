/** Takes servers off the list that have been silent for $1 ms. */
export const EVICT = {
  name: 'taskmesh_evict',
  text: `DELETE FROM server WHERE seen_at < clock_timestamp() - $1 * interval '1 millisecond' RETURNING id`,
} as const;
