/** What people do to nodes and to the way they are chosen; each with its entry of the audit as the last parameter. */
import { audited } from '../security/audited.js';
import { NODE_COLUMNS } from './columns.js';

export const DRAIN = audited(
  {
    name: 'taskmesh_node_drain',
    text: `
    UPDATE node SET
      changed_at = CASE WHEN state IN ('DRAINING', 'LOST') THEN changed_at ELSE clock_timestamp() END,
      state = CASE WHEN state = 'LOST' THEN state ELSE 'DRAINING' END
    WHERE name = $1 RETURNING ${NODE_COLUMNS}`,
  },
  { entry: 2, before: `SELECT json_build_object('state', state) FROM node WHERE name = $1` },
);

export const CORDON = audited(
  {
    name: 'taskmesh_node_cordon',
    text: `UPDATE node SET cordoned = $2 WHERE name = $1 RETURNING ${NODE_COLUMNS}`,
  },
  { entry: 3, before: `SELECT json_build_object('cordoned', cordoned) FROM node WHERE name = $1` },
);

export const LEAVE = {
  name: 'taskmesh_node_leave',
  text: 'DELETE FROM node WHERE name = $1 AND incarnation = $2',
} as const;

export const SET_POLICY = audited(
  {
    name: 'taskmesh_set_placement_policy',
    text: `
    INSERT INTO cluster_setting (policy) VALUES ($1)
    ON CONFLICT (id) DO UPDATE SET policy = EXCLUDED.policy RETURNING policy`,
  },
  { entry: 2, before: `SELECT json_build_object('policy', policy) FROM cluster_setting` },
);
