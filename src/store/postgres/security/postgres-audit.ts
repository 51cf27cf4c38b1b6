/** The audit in the table `audit_entry`. Made by the composition root over the shared pool. */
import type pg from 'pg';
import type { JsonObject } from '../../../kit/json.js';
import type { AuditRow } from '../../../lifecycle/batch.js';
import type { Audit, AuditFilter, AuditRecord, ChainedEntry, ChainHead } from '../../audit.js';
import type { Page, PageRequest } from '../../reads.js';
import { appendAudits } from '../commit/audit-columns.js';
import { Conditions } from '../reads/conditions.js';
import { type Keyset, seek } from '../reads/keyset.js';
import { encodeCursor, pageOf } from '../reads/page-cursor.js';
import { AUDIT_CHAIN, AUDIT_HEAD } from '../sql/security/audit.js';
import { fromStoredText, toStoredText } from '../stored-text.js';

interface Row {
  readonly seq: string;
  readonly at: Date;
  readonly tenant_id: string;
  readonly actor: string;
  readonly role: string | null;
  readonly address: string | null;
  readonly action: string;
  readonly subject: string | null;
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
  readonly hash: string;
  readonly refusal: string | null;
}

const NEWEST_FIRST: Keyset = { name: 'audit', columns: [{ sql: 'seq', kind: 'seq' }], descending: true };

export class PostgresAudit implements Audit {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async append(rows: readonly AuditRow[]): Promise<void> {
    for (const query of appendAudits(rows)) await this.#pool.query({ ...query } as pg.QueryConfig);
  }

  async entries(filter: AuditFilter, page: PageRequest): Promise<Page<AuditRecord>> {
    const conditions = conditionsOf(filter);
    const rest = seek(NEWEST_FIRST, page, conditions);
    const text = `SELECT * FROM audit_entry ${conditions.where} ${rest}`;
    const { rows } = await this.#pool.query<Row>(text, conditions.values);
    return pageOf(rows.map(recordOf), page.first, ({ seq }) => encodeCursor(NEWEST_FIRST.name, [seq]));
  }

  async head(): Promise<ChainHead> {
    const { rows } = await this.#pool.query<{ seq: string; hash: string }>(AUDIT_HEAD);
    const [row] = rows;
    return { seq: Number(row?.seq ?? 0), hash: row?.hash ?? '' };
  }

  async chain(after: number, limit: number): Promise<ChainedEntry[]> {
    const { rows } = await this.#pool.query<{ seq: string; hash: string; columns: (string | null)[] }>({
      ...AUDIT_CHAIN,
      values: [after, limit],
    });
    return rows.map(({ seq, hash, columns }) => ({ seq: Number(seq), hash, columns }));
  }
}

function conditionsOf({ tenant, actor, action, subject, refused, since, until }: AuditFilter): Conditions {
  const conditions = new Conditions();
  conditions.addIf(tenant, 'tenant_id = ?');
  conditions.addIf(actor && toStoredText(actor), 'actor = ?');
  conditions.addIf(action, 'action = ?');
  conditions.addIf(subject && toStoredText(subject), 'subject = ?');
  conditions.addIf(refused, '(refusal IS NOT NULL) = ?');
  conditions.addIf(since, 'at >= ?::timestamptz');
  conditions.addIf(until, 'at < ?::timestamptz');
  return conditions;
}

function recordOf(row: Row): AuditRecord {
  return {
    seq: Number(row.seq),
    at: new Date(row.at),
    tenant: row.tenant_id,
    actor: fromStoredText(row.actor),
    role: row.role,
    address: row.address === null ? null : fromStoredText(row.address),
    action: row.action,
    subject: row.subject === null ? null : fromStoredText(row.subject),
    before: row.before,
    after: row.after,
    hash: row.hash,
    refusal: row.refusal,
  };
}
