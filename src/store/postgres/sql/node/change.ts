/** What people do to nodes and to the way they are chosen. */
import { NODE_COLUMNS } from './columns.js';

export const DRAIN = {
  name: 'taskmesh_node_drain',
  text: `
    UPDATE node SET
      changed_at = CASE WHEN state IN ('DRAINING', 'LOST') THEN changed_at ELSE clock_timestamp() END,
      state = CASE WHEN state = 'LOST' THEN state ELSE 'DRAINING' END
    WHERE name = $1 RETURNING ${NODE_COLUMNS}`,
} as const;

export const CORDON = {
  name: 'taskmesh_node_cordon',
  text: `UPDATE node SET cordoned = $2 WHERE name = $1 RETURNING ${NODE_COLUMNS}`,
} as const;

export const LEAVE = {
  name: 'taskmesh_node_leave',
  text: 'DELETE FROM node WHERE name = $1 AND incarnation = $2',
} as const;

export const SET_POLICY = {
  name: 'taskmesh_set_placement_policy',
  text: 'INSERT INTO cluster_setting (policy) VALUES ($1) ON CONFLICT (id) DO UPDATE SET policy = EXCLUDED.policy',
} as const;
