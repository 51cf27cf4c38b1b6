/**
 * The contract of API tokens in the durable memory, and of JWTs that were revoked. A token is known by its hash; what was granted
 * never changes, and a revocation is for good. Whoever grants or revokes is in the audit by the same transaction. `postgres/`
 * implements it, `security/` uses it.
 */
import type { AuditRow } from '../lifecycle/batch.js';
import type { Role } from '../lifecycle/role.js';

export interface ApiTokenRecord {
  readonly id: string;
  /** What it is for, in its owner's words. */
  readonly name: string;
  readonly tenant: string;
  readonly role: Role;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  /** Within a minute. */
  readonly lastUsedAt: Date | null;
}

export interface NewApiToken {
  readonly id: string;
  readonly name: string;
  /** SHA-256 in hex. */
  readonly hash: string;
  readonly tenant: string;
  readonly role: Role;
  readonly createdBy: string;
  readonly lifetimeMs: number;
}

/** `isOver`: revoked, or expired by the database's clock. */
export type FoundApiToken = ApiTokenRecord & { readonly isOver: boolean };

export interface ApiTokens {
  add(token: NewApiToken, audit: AuditRow): Promise<ApiTokenRecord>;
  /** The tokens of a tenant, newest first; expired ones for a month. */
  list(tenant: string): Promise<ApiTokenRecord[]>;
  /** Undefined where the tenant has none with that id. One that is revoked already stays as it is, and nothing is written. */
  revoke(id: string, tenant: string, audit: AuditRow): Promise<ApiTokenRecord | undefined>;
  byHash(hash: string): Promise<FoundApiToken | undefined>;
  /** Those of these that were revoked. */
  revokedAmong(ids: readonly string[]): Promise<string[]>;
  /** It was used, now. */
  used(id: string): Promise<void>;
}

/** JWTs of an identity provider that hold no longer. */
export interface Revocation {
  /** Grows from one to the next. */
  readonly number: number;
  readonly tenant: string;
  /** `sub` of the tokens. */
  readonly subject: string;
  /** `jti` of the only one that is meant; null: all that were issued until then. */
  readonly tokenId: string | null;
  readonly revokedAt: Date;
  readonly revokedBy: string;
  /** When the last such token has expired by itself. */
  readonly until: Date;
}

export type NewRevocation = Pick<Revocation, 'tenant' | 'subject' | 'tokenId' | 'revokedBy'>;

export interface Revocations {
  /** Forgets those whose tokens have expired, too. */
  add(revocation: NewRevocation, keptMs: number, audit: AuditRow): Promise<Revocation>;
  /** Those after that number and those of the last minute, which may have been committed out of order; none whose time is over. */
  after(number: number): Promise<Revocation[]>;
}
