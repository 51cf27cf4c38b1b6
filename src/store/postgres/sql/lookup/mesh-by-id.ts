/** One mesh, open or ended. */
export const MESH_BY_ID = {
  name: 'taskmesh_mesh_by_id',
  text: 'SELECT id, tenant_id, name, status, created_by, description, tags, metadata::text AS metadata, origin FROM mesh WHERE id = $1',
} as const;
