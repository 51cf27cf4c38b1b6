/**
 * A node joins under a new incarnation. No row: a living node of another instance has the name. The number that the insert
 * drew is the one that the update takes.
 */
import { NODE_COLUMNS } from './columns.js';

export const JOIN = {
  name: 'taskmesh_node_join',
  text: `
    INSERT INTO node (name, instance, address, version, labels, slots, cores, memory_bytes, lease_ms, key)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (name) DO UPDATE SET
      incarnation = EXCLUDED.incarnation, instance = EXCLUDED.instance, address = EXCLUDED.address,
      version = EXCLUDED.version, labels = EXCLUDED.labels, slots = EXCLUDED.slots, cores = EXCLUDED.cores,
      memory_bytes = EXCLUDED.memory_bytes, lease_ms = EXCLUDED.lease_ms, key = EXCLUDED.key, state = 'JOINING',
      load_cpu = 0, load_memory_bytes = 0, load_running = 0,
      joined_at = clock_timestamp(), seen_at = clock_timestamp(), changed_at = clock_timestamp()
    WHERE node.instance = EXCLUDED.instance OR node.state = 'LOST'
      OR node.seen_at < clock_timestamp() - node.lease_ms * interval '1 millisecond'
    RETURNING ${NODE_COLUMNS}`,
} as const;
