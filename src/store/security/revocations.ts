/**
 * The contract of revoked JWTs in the durable memory: rows that say which tokens of an identity provider hold no longer. Whoever
 * revokes is in the audit by the same transaction. `postgres/` implements it, `security/` uses it.
 */
import type { AuditRow } from '../../lifecycle/batch.js';

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
