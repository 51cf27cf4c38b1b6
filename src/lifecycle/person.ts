/**
 * Who asks for a change, as every part that carries one out is told, and what the audit says of it. Made by the doors from a
 * viewer; travels in letters between servers. It decides nothing.
 */
import type { Json, JsonObject } from '../kit/json.js';
import type { AuditRow } from './batch.js';
import { redacted } from './redacted.js';
import { DEFAULT_TENANT } from './role.js';

export interface Person {
  readonly id: string;
  /** May run code here. */
  readonly trusted: boolean;
  /** Of the default one when absent. */
  readonly tenant?: string;
  /** For the audit: in which role, and from where. */
  readonly role?: string;
  readonly address?: string;
}

/** Who asked, and for which operation of the API. */
export type Asked = Pick<AuditRow, 'tenant' | 'actor' | 'role' | 'address' | 'action'>;

export function asked({ id: actor, tenant = DEFAULT_TENANT, role, address }: Person, action: string): Asked {
  return { tenant, actor, role: role ?? null, address: address ?? null, action };
}

/** `after`: what was asked for, or what came of it; secrets are masked. */
export function auditOf(
  person: Person,
  action: string,
  { subject, after }: { readonly subject: string | null; readonly after: Json },
): AuditRow {
  return { ...asked(person, action), subject, before: null, after: redacted(after) };
}

/** Nothing else of a viewer goes into a letter. */
export function personJson({ id, trusted, tenant, role, address }: Person): JsonObject {
  return {
    ...{ id, trusted },
    ...(tenant !== undefined && { tenant }),
    ...(role !== undefined && { role }),
    ...(address !== undefined && { address }),
  };
}
