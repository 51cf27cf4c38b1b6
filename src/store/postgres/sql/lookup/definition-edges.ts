/** The live edges among the given tasks. */
export const DEFINITION_EDGES = {
  name: 'taskmesh_definition_edges',
  text: `
    SELECT e.id, e.mesh_id, e.source_id, e.target_id, e.type, e.weight
    FROM unnest($1::uuid[]) AS target(id) JOIN edge e ON e.target_id = target.id AND e.removed_seq = 0
    WHERE e.source_id IN (SELECT source.id FROM unnest($1::uuid[]) AS source(id))`,
} as const;
