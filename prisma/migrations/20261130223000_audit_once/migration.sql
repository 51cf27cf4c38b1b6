-- Entries of the audit are appended with one update of the end of the chain, however many they are: a row that is updated for each
-- of them leaves a version for each, which the next has to walk past. The text that is hashed is put together in one expression.

DROP TRIGGER "audit_head_goes_on" ON "audit_head";
CREATE TRIGGER "audit_head_goes_on" BEFORE UPDATE ON "audit_head" FOR EACH ROW
    WHEN (NEW."seq" <= OLD."seq")
    EXECUTE FUNCTION "taskmesh_refuse"('the audit is append-only');

-- A column as it is hashed: with its length in bytes in front.
CREATE FUNCTION "taskmesh_audit_part"(c text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN c IS NULL THEN '|-' ELSE '|' || length(convert_to(c, 'UTF8')) || ':' || c END
$$;

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
            AS e(tenant_id text, actor text, role text, address text, action text, subject text, before text, after text)
    LOOP
        head.seq := head.seq + 1;
        head.hash := encode(sha256(convert_to(
            head.hash || taskmesh_audit_part(head.seq::text) || taskmesh_audit_part(at_ms) || taskmesh_audit_part(entry.tenant_id)
            || taskmesh_audit_part(entry.actor) || taskmesh_audit_part(entry.role) || taskmesh_audit_part(entry.address)
            || taskmesh_audit_part(entry.action) || taskmesh_audit_part(entry.subject) || taskmesh_audit_part(entry.before)
            || taskmesh_audit_part(entry.after), 'UTF8')), 'hex');
        hashes := hashes || head.hash;
    END LOOP;
    INSERT INTO audit_entry (seq, at, tenant_id, actor, role, address, action, subject, before, after, hash)
    SELECT first_seq + e.n - 1, t, e.tenant_id, e.actor, e.role, e.address, e.action, e.subject, e.before::json, e.after::json, hashes[e.n]
    FROM ROWS FROM (json_to_recordset(entries)
            AS (tenant_id text, actor text, role text, address text, action text, subject text, before text, after text))
         WITH ORDINALITY AS e(tenant_id, actor, role, address, action, subject, before, after, n);
    UPDATE audit_head SET seq = head.seq, hash = head.hash;
END $$;

DROP FUNCTION "taskmesh_audit_hash";
