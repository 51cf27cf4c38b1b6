/** Every live edge into a loaded task. */
export const LOADED_EDGES = `
  SELECT e.id, e.mesh_id, e.source_id, e.target_id, e.type, e.weight
  FROM loaded_task l JOIN edge e ON e.target_id = l.id AND e.removed_seq = 0`;
