/**
 * The meshes of tasks that name none, one for each tenant. They are always RUNNING or PAUSED and never end; whoever
 * submits, reads or recovers tasks knows them by their ids. That of the default tenant exists from the first migration on,
 * those of others are made with their first such task.
 */

/** Of the default tenant. A UUID v7 of the beginning of time: it sorts before every other mesh. */
export const DEFAULT_MESH_ID = '00000000-0000-7000-8000-000000000000';

/** What the ids of those of other tenants begin with: UUIDs of version 8, which nothing else here is. */
export const TENANT_MESH_PREFIX = '00000000-0000-8';

export function isDefaultMesh(id: string): boolean {
  return id === DEFAULT_MESH_ID || id.startsWith(TENANT_MESH_PREFIX);
}
