/**
 * Makes a statement that changes rows write the entry of the audit of it as well, or neither: one statement is one transaction,
 * so the end of the chain is locked for no round trip. Used by the statements of what people change beside the commits.
 */
interface Statement {
  readonly name: string;
  readonly text: string;
}

interface AuditedBy {
  /** Number of the parameter that holds the entry, as `auditColumns` makes it; null: nobody asked, and nothing is told. */
  readonly entry: number;
  /** A query of one JSON value: what it was before, as the statement found it. */
  readonly before?: string;
}

/** `text` changes rows and answers them (RETURNING); where it changes none, nothing is told. */
export function audited({ name, text }: Statement, { entry, before }: AuditedBy): Statement {
  const told =
    before === undefined
      ? `$${entry}::json`
      : `($${entry}::jsonb || jsonb_build_object('before', ((${before})::json)::text))::json`;
  return {
    name,
    text: `
      WITH changed AS (${text}),
      told AS (
        SELECT taskmesh_audit(json_agg(${told}) FILTER (WHERE $${entry}::text IS NOT NULL), date_trunc('milliseconds', clock_timestamp()))
        FROM (SELECT FROM changed LIMIT 1) AS once
      )
      SELECT changed.* FROM changed, told`,
  };
}
