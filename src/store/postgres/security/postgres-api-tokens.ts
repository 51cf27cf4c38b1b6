/** API tokens in the table `api_token`. Made by the composition root over the shared pool. */
import type { AuditRow } from '../../../lifecycle/batch.js';
import type { Role } from '../../../lifecycle/role.js';
import type { ApiTokenRecord, ApiTokens, FoundApiToken, NewApiToken } from '../../api-tokens.js';
import { auditColumns } from '../commit/audit-columns.js';
import type { Queries } from '../sessions/queries.js';
import {
  ADD_TOKEN,
  REVOKE_TOKEN,
  REVOKED_AMONG,
  TOKEN_BY_HASH,
  TOKEN_BY_ID,
  TOKEN_USED,
  TOKENS_OF_TENANT,
} from '../sql/security/api-tokens.js';
import { fromStoredText, toStoredText } from '../stored-text.js';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly tenant_id: string;
  readonly role: Role;
  readonly created_by: string;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly revoked_at: Date | null;
  readonly last_used_at: Date | null;
}

export class PostgresApiTokens implements ApiTokens {
  readonly #pool: Queries;

  constructor(pool: Queries) {
    this.#pool = pool;
  }

  async add(token: NewApiToken, audit: AuditRow): Promise<ApiTokenRecord> {
    const { id, name, hash, tenant, role, createdBy, lifetimeMs } = token;
    const columns = [id, toStoredText(name), hash, tenant, role, toStoredText(createdBy), lifetimeMs];
    const values = [JSON.stringify(auditColumns(audit)), ...columns];
    const { rows } = await this.#pool.query<Row>({ ...ADD_TOKEN, values });
    return recordOf(rows[0] as Row);
  }

  async list(tenant: string): Promise<ApiTokenRecord[]> {
    return (await this.#pool.query<Row>({ ...TOKENS_OF_TENANT, values: [tenant] })).rows.map(recordOf);
  }

  async revoke(id: string, tenant: string, audit: AuditRow): Promise<ApiTokenRecord | undefined> {
    const values = [JSON.stringify(auditColumns(audit)), id, tenant];
    const revoked = await this.#pool.query<Row>({ ...REVOKE_TOKEN, values });
    const [row] =
      revoked.rows.length > 0
        ? revoked.rows
        : (await this.#pool.query<Row>({ ...TOKEN_BY_ID, values: [id, tenant] })).rows;
    return row && recordOf(row);
  }

  async byHash(hash: string): Promise<FoundApiToken | undefined> {
    const found = await this.#pool.query<Row & { is_over: boolean }>({ ...TOKEN_BY_HASH, values: [hash] });
    const row = found.rows[0];
    return row && { ...recordOf(row), isOver: row.is_over };
  }

  async revokedAmong(ids: readonly string[]): Promise<string[]> {
    const { rows } = await this.#pool.query<{ id: string }>({ ...REVOKED_AMONG, values: [ids] });
    return rows.map(({ id }) => id);
  }

  async used(id: string): Promise<void> {
    await this.#pool.query({ ...TOKEN_USED, values: [id] });
  }
}

function recordOf(row: Row): ApiTokenRecord {
  return {
    id: row.id,
    name: fromStoredText(row.name),
    tenant: row.tenant_id,
    role: row.role,
    createdBy: fromStoredText(row.created_by),
    createdAt: new Date(row.created_at),
    expiresAt: new Date(row.expires_at),
    revokedAt: row.revoked_at && new Date(row.revoked_at),
    lastUsedAt: row.last_used_at && new Date(row.last_used_at),
  };
}
