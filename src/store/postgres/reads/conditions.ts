/**
 * The WHERE clause of a page or count under construction: conditions and their numbered parameters. Values never become
 * part of the text.
 *
 * Such statements are sent unnamed on purpose: planned for the values at hand, they can use partial indexes (open tasks,
 * failed tasks) that a prepared, generic plan could not.
 */
import { DEFAULT_TENANT } from '../../../lifecycle/role.js';

export class Conditions {
  readonly values: unknown[] = [];
  readonly #all: string[] = [];

  /** `value` is bound where the text says `?`. */
  add(text: string, value?: unknown): void {
    if (value === undefined) return void this.#all.push(text);
    const placeholder = this.bind(value);
    this.#all.push(text.replaceAll('?', () => placeholder));
  }

  /** As `add`, unless the filter leaves the field out. */
  addIf(value: unknown, text: string): void {
    if (value !== undefined && value !== null) this.add(text, value);
  }

  /** The placeholder of the value. */
  bind(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  get where(): string {
    return this.#all.length === 0 ? '' : `WHERE ${this.#all.join(' AND ')}`;
  }
}

/**
 * "Belongs to the tenant", of a row with the id of a mesh. Of the default tenant nearly all rows are: a probe for each row
 * that is read leaves the plan as it is. The comparison stands within the probe, which the planner takes to hold for half of
 * the rows; outside of it for one in 200, and then a page reads and sorts thousands of rows instead of the first few of an
 * index. The rows of another tenant may be few among many: a set of its meshes lets the planner begin there. Counts read all
 * rows, for which the set is right as well.
 */
export function addTenant(conditions: Conditions, tenant: string | undefined, meshId: string): void {
  if (tenant === DEFAULT_TENANT)
    conditions.add(`(SELECT tenant_id = ? FROM mesh WHERE mesh.id = ${meshId})`, tenant);
  else addTenantSet(conditions, tenant, meshId);
}

export function addTenantSet(conditions: Conditions, tenant: string | undefined, meshId: string): void {
  conditions.addIf(tenant, `${meshId} IN (SELECT id FROM mesh WHERE tenant_id = ?)`);
}
