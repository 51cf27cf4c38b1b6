/** How far the history goes. */
export const LAST_EVENT = {
  name: 'taskmesh_last_event',
  text: 'SELECT last_event_seq AS seq FROM leader_lease',
} as const;
