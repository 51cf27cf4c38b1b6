/** The id of the mesh of a tenant's tasks that name none. It follows from the tenant's name, so that every server knows it. */
import { createHash } from 'node:crypto';
import { DEFAULT_MESH_ID, TENANT_MESH_PREFIX } from '../../lifecycle/default-mesh.js';
import { DEFAULT_TENANT } from '../../lifecycle/role.js';

/** UUID v8 (RFC 9562): 72 bits are of the SHA-256 of the name, the rest says what it is. */
export function defaultMeshOf(tenant: string): string {
  if (tenant === DEFAULT_TENANT) return DEFAULT_MESH_ID;
  const hash = createHash('sha256').update(tenant).digest('hex');
  return `${TENANT_MESH_PREFIX}${hash.slice(0, 3)}-8${hash.slice(3, 6)}-${hash.slice(6, 18)}`;
}
