/** Tokens and the audit in memory, for servers without a database. */
import type { AuditRow } from '../../../src/lifecycle/batch.js';
import type { ApiTokenRecord, ApiTokens, FoundApiToken, NewApiToken } from '../../../src/store/api-tokens.js';
import type { Audit, AuditRecord, ChainedEntry, ChainHead } from '../../../src/store/audit.js';
import type { Page } from '../../../src/store/reads.js';

export class MemoryTokens implements ApiTokens {
  readonly #rows = new Map<string, ApiTokenRecord & { readonly hash: string }>();

  async add({ lifetimeMs, ...token }: NewApiToken): Promise<ApiTokenRecord> {
    const now = Date.now();
    const times = { createdAt: new Date(now), expiresAt: new Date(now + lifetimeMs) };
    const row = { ...token, ...times, revokedAt: null, lastUsedAt: null };
    this.#rows.set(token.id, row);
    return row;
  }

  async list(tenant: string): Promise<ApiTokenRecord[]> {
    return [...this.#rows.values()].filter((row) => row.tenant === tenant);
  }

  async revoke(id: string, tenant: string): Promise<ApiTokenRecord | undefined> {
    const row = this.#rows.get(id);
    if (row?.tenant !== tenant) return undefined;
    const revoked = { ...row, revokedAt: row.revokedAt ?? new Date() };
    this.#rows.set(id, revoked);
    return revoked;
  }

  async byHash(hash: string): Promise<FoundApiToken | undefined> {
    const row = [...this.#rows.values()].find((one) => one.hash === hash);
    return row && { ...row, isOver: row.revokedAt !== null || row.expiresAt.getTime() <= Date.now() };
  }

  async revokedAmong(ids: readonly string[]): Promise<string[]> {
    return ids.filter((id) => this.#rows.get(id)?.revokedAt !== null);
  }

  async used(): Promise<void> {}
}

export class MemoryAudit implements Audit {
  readonly rows: AuditRow[] = [];

  async append(rows: readonly AuditRow[]): Promise<void> {
    this.rows.push(...rows);
  }

  async entries(): Promise<Page<AuditRecord>> {
    return { nodes: [], cursors: [], hasNextPage: false };
  }

  async head(): Promise<ChainHead> {
    return { seq: 0, hash: '0'.repeat(64) };
  }

  async chain(): Promise<ChainedEntry[]> {
    return [];
  }
}
