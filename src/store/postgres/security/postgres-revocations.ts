/** Revoked JWTs in the table `revoked_identity`. Made by the composition root over the shared pool. */
import type { AuditRow } from '../../../lifecycle/batch.js';
import type { NewRevocation, Revocation, Revocations } from '../../api-tokens.js';
import { auditEntry } from '../commit/audit-columns.js';
import type { Queries } from '../sessions/queries.js';
import { ADD_REVOCATION, REVOCATIONS_AFTER, SWEEP_REVOCATIONS } from '../sql/security/revocations.js';
import { fromStoredText, toStoredText } from '../stored-text.js';

interface Row {
  readonly number: string;
  readonly tenant_id: string;
  readonly subject: string;
  readonly token_id: string | null;
  readonly revoked_at: Date;
  readonly revoked_by: string;
  readonly until: Date;
}

export class PostgresRevocations implements Revocations {
  readonly #pool: Queries;

  constructor(pool: Queries) {
    this.#pool = pool;
  }

  async add(revocation: NewRevocation, keptMs: number, audit: AuditRow): Promise<Revocation> {
    await this.#pool.query(SWEEP_REVOCATIONS);
    const { tenant, subject, tokenId, revokedBy } = revocation;
    const which = [tenant, toStoredText(subject), tokenId === null ? null : toStoredText(tokenId)];
    const values = [...which, toStoredText(revokedBy), keptMs, auditEntry(audit)];
    const { rows } = await this.#pool.query<Row>({ ...ADD_REVOCATION, values });
    return revocationFrom(rows[0] as Row);
  }

  async after(number: number): Promise<Revocation[]> {
    const { rows } = await this.#pool.query<Row>({ ...REVOCATIONS_AFTER, values: [number] });
    return rows.map(revocationFrom);
  }
}

function revocationFrom(row: Row): Revocation {
  return {
    number: Number(row.number),
    tenant: row.tenant_id,
    subject: fromStoredText(row.subject),
    tokenId: row.token_id === null ? null : fromStoredText(row.token_id),
    revokedAt: new Date(row.revoked_at),
    revokedBy: fromStoredText(row.revoked_by),
    until: new Date(row.until),
  };
}
