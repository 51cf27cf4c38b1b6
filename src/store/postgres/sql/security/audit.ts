/** The audit outside of commits: entries at the end of a transaction or on their own, the end of the chain, and the chain as the texts that are hashed. */
export const APPEND_AUDITS = {
  name: 'taskmesh_append_audits',
  text: `SELECT taskmesh_audit($1::json, date_trunc('milliseconds', clock_timestamp()))`,
} as const;

export const AUDIT_HEAD = { name: 'taskmesh_audit_head', text: 'SELECT seq, hash FROM audit_head' } as const;

/** In the order of `taskmesh_audit`. */
export const AUDIT_CHAIN = {
  name: 'taskmesh_audit_chain',
  text: `
    SELECT seq, hash, ARRAY[seq::text, (extract(epoch FROM at) * 1000)::bigint::text, tenant_id, actor, role, address, action,
                            subject, before::text, after::text]
                      || CASE WHEN refusal IS NULL THEN '{}'::text[] ELSE ARRAY[refusal] END AS columns
    FROM audit_entry WHERE seq > $1 ORDER BY seq LIMIT $2`,
} as const;
