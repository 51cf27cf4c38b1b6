/** `taskmesh audit list|verify`: what people changed, and whether the record of it is as it was written. */
import { AuditLogDocument, AuditVerdictDocument } from '../../../generated/graphql/graphql.js';
import { EXIT } from '../../cli-error.js';
import { connect } from '../../client/connect.js';
import { plainText } from '../../output/plain-text.js';
import { table } from '../../output/table.js';
import type { Verb } from '../../verb.js';

export interface AuditOptions {
  readonly actor?: string;
  readonly action?: string;
  readonly first?: number;
  readonly refused?: boolean;
}

export async function listAudit(
  verb: Verb,
  { actor, action, refused, first = 50 }: AuditOptions,
): Promise<void> {
  const client = await connect(verb.settings());
  const { auditLog } = await client.request(AuditLogDocument, { filter: { actor, action, refused }, first });
  verb.answer(auditLog.nodes, () =>
    table([
      ['SEQ', 'AT', 'WHO', 'FROM', 'WHAT', 'ABOUT', 'REFUSED'],
      ...auditLog.nodes.map((one) => [
        String(one.seq),
        one.at,
        plainText(one.actor),
        one.address ?? '-',
        one.action,
        plainText(one.subject ?? '-'),
        one.refusal ?? '-',
      ]),
    ]),
  );
}

/** Exit code 1 when it was tampered with. */
export async function verifyAudit(verb: Verb, { kept }: { readonly kept?: string }): Promise<number> {
  const client = await connect(verb.settings());
  const { auditVerdict } = await client.request(AuditVerdictDocument, { kept });
  const { intact, entries, fault, head } = auditVerdict;
  verb.answer(auditVerdict, () =>
    intact
      ? `intact: ${entries} entries; the end is ${head}\n`
      : `TAMPERED WITH: ${fault}; ${entries} entries before it are intact\n`,
  );
  if (intact) verb.note('keep the end elsewhere, and hand it in with --kept next time');
  return intact ? EXIT.ok : EXIT.failed;
}
