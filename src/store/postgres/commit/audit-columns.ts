/** An entry of the audit as `taskmesh_audit` takes it: by the commit function, and by whoever writes one beside a change of its own. */
import type { Json, JsonObject } from '../../../kit/json.js';
import type { AuditRow } from '../../../lifecycle/batch.js';
import { toStoredText } from '../stored-text.js';

const stored = (text: string | null): string | null => (text === null ? null : toStoredText(text));
const written = (value: Json | null): string | null => (value === null ? null : JSON.stringify(value));

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
  };
}
