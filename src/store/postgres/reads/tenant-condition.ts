/**
 * "Belongs to the tenant" in SQL, of a row with the id of a mesh. Of the default tenant nearly all rows are: a probe for
 * each row that is read leaves the plan as it is. The rows of another may be few among many: a set of its meshes lets the
 * planner begin there. Counts read all rows, for which the set is right as well.
 */
import { DEFAULT_TENANT } from '../../../lifecycle/role.js';
import type { Conditions } from './conditions.js';

export function addTenant(conditions: Conditions, tenant: string | undefined, meshId: string): void {
  if (tenant === DEFAULT_TENANT)
    conditions.add(`(SELECT tenant_id FROM mesh WHERE mesh.id = ${meshId}) = ?`, tenant);
  else addTenantSet(conditions, tenant, meshId);
}

export function addTenantSet(conditions: Conditions, tenant: string | undefined, meshId: string): void {
  conditions.addIf(tenant, `${meshId} IN (SELECT id FROM mesh WHERE tenant_id = ?)`);
}
