/** Who has been silent longer than its lease is lost; who has been lost for a day is forgotten. Then the nodes, by name. */
import { NODE_COLUMNS } from './columns.js';

export const EXPIRE = {
  name: 'taskmesh_node_expire',
  text: `
    WITH forgotten AS (
      DELETE FROM node WHERE state = 'LOST' AND changed_at < clock_timestamp() - interval '1 day'
    )
    UPDATE node SET state = 'LOST', changed_at = clock_timestamp()
    WHERE state <> 'LOST' AND seen_at < clock_timestamp() - lease_ms * interval '1 millisecond'`,
} as const;

export const NODES = {
  name: 'taskmesh_nodes',
  text: `SELECT ${NODE_COLUMNS}, key, (SELECT policy FROM cluster_setting) AS policy FROM node ORDER BY name COLLATE "C"`,
} as const;

/** Also where there is no node. */
export const POLICY = {
  name: 'taskmesh_placement_policy',
  text: 'SELECT policy FROM cluster_setting',
} as const;
