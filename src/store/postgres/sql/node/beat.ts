/** A sign of life of one incarnation. No row: it is dead. DRAINING is a one-way street within an incarnation. */
import { NODE_COLUMNS } from './columns.js';

export const BEAT = {
  name: 'taskmesh_node_beat',
  text: `
    UPDATE node SET
      state = CASE WHEN state = 'DRAINING' THEN state ELSE $3 END,
      changed_at = CASE WHEN state IN ('DRAINING', $3) THEN changed_at ELSE clock_timestamp() END,
      seen_at = clock_timestamp(), load_cpu = $4, load_memory_bytes = $5, load_running = $6
    WHERE name = $1 AND incarnation = $2 AND state <> 'LOST'
    RETURNING ${NODE_COLUMNS}`,
} as const;
