-- Attempts that were refused stand in the audit as well: with the code of the refusal, which is null where something was changed.
ALTER TABLE "audit_entry" ADD COLUMN "refusal" TEXT;

-- As before; the refusal is hashed where there is one, so that the hashes of entries without stay what they were.
CREATE OR REPLACE FUNCTION "taskmesh_audit"(entries json, t timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    head audit_head%ROWTYPE;
    entry record;
    at_ms text := (extract(epoch FROM t) * 1000)::bigint::text;
    hashes text[] := '{}';
    first_seq bigint;
BEGIN
    IF entries IS NULL OR json_array_length(entries) = 0 THEN
        RETURN;
    END IF;
    SELECT * INTO STRICT head FROM audit_head FOR UPDATE;
    first_seq := head.seq + 1;
    FOR entry IN
        SELECT e.* FROM json_to_recordset(entries)
            AS e(tenant_id text, actor text, role text, address text, action text, subject text, before text, after text, refusal text)
    LOOP
        head.seq := head.seq + 1;
        head.hash := encode(sha256(convert_to(
            head.hash || taskmesh_audit_part(head.seq::text) || taskmesh_audit_part(at_ms) || taskmesh_audit_part(entry.tenant_id)
            || taskmesh_audit_part(entry.actor) || taskmesh_audit_part(entry.role) || taskmesh_audit_part(entry.address)
            || taskmesh_audit_part(entry.action) || taskmesh_audit_part(entry.subject) || taskmesh_audit_part(entry.before)
            || taskmesh_audit_part(entry.after)
            || CASE WHEN entry.refusal IS NULL THEN '' ELSE taskmesh_audit_part(entry.refusal) END, 'UTF8')), 'hex');
        hashes := hashes || head.hash;
    END LOOP;
    INSERT INTO audit_entry (seq, at, tenant_id, actor, role, address, action, subject, before, after, hash, refusal)
    SELECT first_seq + e.n - 1, t, e.tenant_id, e.actor, e.role, e.address, e.action, e.subject, e.before::json, e.after::json,
           hashes[e.n], e.refusal
    FROM ROWS FROM (json_to_recordset(entries)
            AS (tenant_id text, actor text, role text, address text, action text, subject text, before text, after text, refusal text))
         WITH ORDINALITY AS e(tenant_id, actor, role, address, action, subject, before, after, refusal, n);
    UPDATE audit_head SET seq = head.seq, hash = head.hash;
END $$;
