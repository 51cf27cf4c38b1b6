/**
 * Who a caller is to the system: a role, each holding all that the ones before it may, and the tenant that owns what the
 * caller makes. Doors decide the role; permissions and the store ask for role and tenant.
 */

/** VIEWER watches, OPERATOR changes what runs no code, DEVELOPER runs code here, ADMIN decides for all of it. */
export const ROLES = ['VIEWER', 'OPERATOR', 'DEVELOPER', 'ADMIN'] as const;
export type Role = (typeof ROLES)[number];

export function isRole(value: unknown): value is Role {
  return (ROLES as readonly unknown[]).includes(value);
}

export function isAtLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Of everything that nobody has given to another. Its people also run the system itself. */
export const DEFAULT_TENANT = 'default';

/** What a tenant may be called. */
export const TENANT_PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
export const TENANT_RULE = 'lower-case letters, digits and hyphens, 1 to 63, with neither end a hyphen';

/**
 * A kind of task, as what is learned and decided of it is kept: that of another tenant has its name in front (`acme/command:report`),
 * so that no tenant's work tells of another's. A kind has a colon before any slash, and the name of a tenant has none.
 */
export function kindOfTenant(tenant: string, kind: string): string {
  return tenant === DEFAULT_TENANT || tenantOfKind(kind) === tenant ? kind : `${tenant}/${kind}`;
}

export function tenantOfKind(kind: string): string {
  const slash = kind.indexOf('/');
  return slash < 0 || slash > kind.indexOf(':') ? DEFAULT_TENANT : kind.slice(0, slash);
}

/** A name that people of any tenant may choose, so that those of different tenants never meet. Texts from outside hold no NUL. */
export function keyOfTenant(tenant: string, key: string): string {
  return tenant === DEFAULT_TENANT && !key.includes('\0') ? key : `${tenant}\0${key}`;
}
