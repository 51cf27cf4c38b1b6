/** An entry of the audit as `taskmesh_audit` takes it: by the commit function, and by whoever writes one beside a change of its own. */
import type { Json, JsonObject } from '../../../kit/json.js';
import type { AuditRow } from '../../../lifecycle/batch.js';
import type { Query } from '../fenced-write.js';
import { APPEND_AUDITS } from '../sql/security/audit.js';
import { toStoredText } from '../stored-text.js';

const stored = (text: string | null): string | null => (text === null ? null : toStoredText(text));
const written = (value: Json | null): string | null => (value === null ? null : JSON.stringify(value));

/** As a parameter of a statement that tells of its own change; null: nobody asked for it. */
export function auditEntry(row: AuditRow | undefined): string | null {
  return row === undefined ? null : JSON.stringify(auditColumns(row));
}

/** The last of a transaction: the end of the chain is locked from here on, and no longer than until the commit. */
export function appendAudits(rows: readonly AuditRow[]): Query[] {
  return rows.length === 0 ? [] : [{ ...APPEND_AUDITS, values: [JSON.stringify(rows.map(auditColumns))] }];
}

/** `before` and `after` are texts, which the chain covers byte by byte. */
export function auditColumns(row: AuditRow): JsonObject {
  return {
    tenant_id: row.tenant,
    actor: toStoredText(row.actor),
    role: row.role,
    address: stored(row.address),
    action: row.action,
    subject: stored(row.subject),
    before: written(row.before),
    after: written(row.after),
    ...(row.refusal !== undefined && { refusal: row.refusal }),
  };
}
