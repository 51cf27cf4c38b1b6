/** Callers as the doors know them. */
import type { Visitor } from '../../../src/api/door.js';
import { isRole, type Role } from '../../../src/lifecycle/role.js';
import type { Credential } from '../../../src/security/credential.js';
import type { Identities } from '../../../src/security/identity.js';

const HOLDS: Credential = { expiresAt: null, over: undefined, whenOver: () => () => undefined };

export const OWNER: Visitor = {
  id: 'owner',
  role: 'ADMIN',
  tenant: 'default',
  trusted: true,
  changesAll: true,
  isAnonymous: false,
  address: '127.0.0.1',
};

export const ANONYMOUS: Visitor = {
  id: 'anonymous',
  role: 'OPERATOR',
  tenant: 'default',
  trusted: false,
  changesAll: false,
  isAnonymous: true,
  address: '127.0.0.1',
};

/** A token that says itself who it is: `as-<role>-<tenant>`. */
export function tokenOf(role: Role, tenant = 'default'): string {
  return `as-${role}-${tenant}`;
}

/** Takes the tokens of `tokenOf` at their word. */
export const spoken: Identities = {
  async find(token) {
    const [, role, tenant = ''] = /^as-([A-Z]+)-(.+)$/.exec(token) ?? [];
    if (!isRole(role)) return { ok: false, why: 'unknown' };
    return { ok: true, identity: { id: `user:${role}`, role, tenant, credential: HOLDS } };
  },
};
