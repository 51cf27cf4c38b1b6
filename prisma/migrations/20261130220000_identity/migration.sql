-- Whose things are (tenants), who may come in with a token of this system (API tokens), and what people changed (the audit).

-- Of a mesh and of all that hangs on it. It never changes.
ALTER TABLE "mesh" ADD COLUMN "tenant_id" TEXT NOT NULL DEFAULT 'default';
CREATE INDEX "mesh_tenant_id_created_at_id_idx" ON "mesh"("tenant_id", "created_at", "id");
CREATE TRIGGER "mesh_keeps_its_tenant" BEFORE UPDATE ON "mesh" FOR EACH ROW
    WHEN (NEW."tenant_id" <> OLD."tenant_id")
    EXECUTE FUNCTION "taskmesh_refuse"('a mesh keeps its tenant');

-- A token is kept as its hash only (SHA-256 of 256 random bits, in hex), so that nobody can use what is read here.
CREATE TABLE "api_token" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_token_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "api_token_role" CHECK ("role" IN ('VIEWER', 'OPERATOR', 'DEVELOPER', 'ADMIN')),
    CONSTRAINT "api_token_hash" CHECK ("hash" ~ '^[0-9a-f]{64}$')
);
CREATE UNIQUE INDEX "api_token_hash_key" ON "api_token"("hash");
CREATE INDEX "api_token_tenant_id_created_at_idx" ON "api_token"("tenant_id", "created_at");
-- What was granted stays as it was; a revocation is for good.
CREATE TRIGGER "api_token_is_granted_once" BEFORE UPDATE ON "api_token" FOR EACH ROW
    WHEN ((NEW."hash", NEW."tenant_id", NEW."role", NEW."expires_at") IS DISTINCT FROM (OLD."hash", OLD."tenant_id", OLD."role", OLD."expires_at")
          OR (OLD."revoked_at" IS NOT NULL AND NEW."revoked_at" IS DISTINCT FROM OLD."revoked_at"))
    EXECUTE FUNCTION "taskmesh_refuse"('a token keeps what it was granted, and a revoked one stays revoked');

-- What people changed, each entry chained to the one before it by its hash. `audit_head` holds the end of the chain: an entry that
-- is cut off there is missed.
CREATE TABLE "audit_entry" (
    "seq" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "role" TEXT,
    "address" TEXT,
    "action" TEXT NOT NULL,
    "subject" TEXT,
    "before" JSON,
    "after" JSON,
    "hash" TEXT NOT NULL,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("seq")
);
CREATE INDEX "audit_entry_tenant_id_seq_idx" ON "audit_entry"("tenant_id", "seq");
CREATE INDEX "audit_entry_subject_seq_idx" ON "audit_entry"("subject", "seq");
CREATE TRIGGER "audit_entry_is_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_entry" FOR EACH STATEMENT
    EXECUTE FUNCTION "taskmesh_refuse"('the audit is append-only');

CREATE TABLE "audit_head" (
    "id" SMALLINT NOT NULL DEFAULT 1,
    "seq" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "audit_head_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "audit_head_single" CHECK ("id" = 1)
);
INSERT INTO "audit_head" ("seq", "hash") VALUES (0, repeat('0', 64));
CREATE TRIGGER "audit_head_stays" BEFORE DELETE OR TRUNCATE ON "audit_head" FOR EACH STATEMENT
    EXECUTE FUNCTION "taskmesh_refuse"('the audit is append-only');
CREATE TRIGGER "audit_head_goes_on" BEFORE UPDATE ON "audit_head" FOR EACH ROW
    WHEN (NEW."seq" <> OLD."seq" + 1)
    EXECUTE FUNCTION "taskmesh_refuse"('the audit is append-only');

-- SHA-256 of the hash before and of every column, each with its length in front, so that no two entries read alike.
-- src/security/audit-chain.ts computes the same.
CREATE FUNCTION "taskmesh_audit_hash"(previous text, VARIADIC columns text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT encode(sha256(convert_to(previous || string_agg(
        CASE WHEN c IS NULL THEN '|-' ELSE '|' || octet_length(convert_to(c, 'UTF8')) || ':' || c END, '' ORDER BY n), 'UTF8')), 'hex')
    FROM unnest(columns) WITH ORDINALITY AS u(c, n)
$$;

-- Appends entries, in their order; called within the transaction of the change they tell of. The row of `audit_head` puts all of
-- them in one line.
CREATE FUNCTION "taskmesh_audit"(entries json, t timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    head audit_head%ROWTYPE;
    entry record;
BEGIN
    IF entries IS NULL OR json_array_length(entries) = 0 THEN
        RETURN;
    END IF;
    SELECT * INTO STRICT head FROM audit_head FOR UPDATE;
    FOR entry IN
        SELECT e.* FROM json_to_recordset(entries)
            AS e(tenant_id text, actor text, role text, address text, action text, subject text, before text, after text)
    LOOP
        head.seq := head.seq + 1;
        head.hash := taskmesh_audit_hash(head.hash, head.seq::text, (extract(epoch FROM t) * 1000)::bigint::text, entry.tenant_id, entry.actor,
                                         entry.role, entry.address, entry.action, entry.subject, entry.before, entry.after);
        INSERT INTO audit_entry (seq, at, tenant_id, actor, role, address, action, subject, before, after, hash)
        VALUES (head.seq, t, entry.tenant_id, entry.actor, entry.role, entry.address, entry.action, entry.subject, entry.before::json,
                entry.after::json, head.hash);
        UPDATE audit_head SET seq = head.seq, hash = head.hash;
    END LOOP;
END $$;

-- As before, and meshes have tenants, and in "commands" stand entries of the audit (audit) beside the answers.
CREATE OR REPLACE FUNCTION "taskmesh_commit"(
    batch_epoch bigint, batch_seq bigint,
    meshes json, mesh_transitions json, respecifications json, edge_removals json, commands json, deletions uuid[],
    nt_id uuid[], nt_mesh_id uuid[], nt_ordinal int[], nt_key text[], nt_name text[], nt_priority text[], nt_task_type text[],
    nt_layer text[], nt_type_key text[], nt_work_kind text[], nt_tags text[], nt_spec json[], nt_status text[], nt_attempt int[],
    nt_crashes int[], nt_available_in_ms float8[], nt_failure json[], nt_output json[], nt_reason text[], nt_placed_on text[],
    nt_stamps int[], nt_token bigint[], nt_node text[], nt_wait_ms float8[], nt_rerun_of uuid[], nt_output_from uuid[], nt_created_by text[],
    ne_id uuid[], ne_mesh_id uuid[], ne_source_id uuid[], ne_target_id uuid[], ne_type text[], ne_weight float8[],
    tk_from_status text[], tk_from_attempt int[], tk_status text[], tk_attempt int[], tk_crashes int[], tk_placed_on text[], tk_stamps int[],
    tk_node text[], tr_kind int[], tr_id uuid[], tr_available_in_ms float8[], tr_failure json[], tr_output json[], tr_reason text[],
    tr_token bigint[], tr_wait_ms float8[], tr_from_token bigint[],
    first_event_seq bigint, events int, ek_type text[], ek_from text[], ek_to text[], ev_kind int[], ev_mesh_id uuid[], ev_task_id uuid[],
    ev_payload text[],
    oc_task_id uuid[], oc_mesh_id uuid[], oc_attempt int[], oc_token bigint[], oc_layer text[], oc_node text[], oc_wait_ms float8[],
    oc_started_ms bigint[], oc_outcome text[], oc_failure text[], oc_run_ms float8[], oc_cpu_ms float8[], oc_memory_peak_bytes bigint[], oc_exit_code int[],
    OUT kind text, OUT at_ms bigint, OUT reason text
) LANGUAGE plpgsql AS $$
DECLARE
    lease leader_lease%ROWTYPE;
    t timestamptz(3);
    affected bigint;
    -- The seq after this batch: what edges remember as their time.
    batch_end bigint;
    -- Bits of nt_stamps and tr_stamps.
    queued CONSTANT int := 1;
    started CONSTANT int := 2;
    finished CONSTANT int := 4;
BEGIN
    -- Time never goes back along the history, whatever the machine's clock does.
    UPDATE leader_lease SET last_batch_seq = batch_seq, last_batch_epoch = batch_epoch, last_event_seq = last_event_seq + events,
                            last_batch_at = greatest(date_trunc('milliseconds', clock_timestamp()), last_batch_at)
    WHERE epoch = batch_epoch AND last_batch_seq = batch_seq - 1 AND (events = 0 OR last_event_seq = first_event_seq - 1)
    RETURNING last_batch_at, last_event_seq INTO t, batch_end;
    IF NOT FOUND THEN
        SELECT * INTO STRICT lease FROM leader_lease FOR UPDATE;
        IF lease.epoch <> batch_epoch THEN
            kind := 'fenced';
        ELSIF lease.last_batch_seq = batch_seq AND lease.last_batch_epoch = batch_epoch THEN
            kind := 'applied';
            at_ms := extract(epoch FROM lease.last_batch_at) * 1000;
        ELSE
            kind := 'rejected';
            reason := format('batch %s after batch %s, event %s after event %s', batch_seq, lease.last_batch_seq, first_event_seq, lease.last_event_seq);
        END IF;
        RETURN;
    END IF;

    IF meshes IS NOT NULL THEN
        INSERT INTO mesh (id, tenant_id, name, description, status, parent_mesh_id, rerun_strategy, created_by, tags, metadata, created_at, finished_at)
        SELECT m.id, m.tenant_id, m.name, m.description, m.status, m.parent_mesh_id, m.rerun_strategy, m.created_by,
               ARRAY(SELECT json_array_elements_text(m.tags)), m.metadata::json, t, CASE WHEN m.finished THEN t END
        FROM json_to_recordset(meshes) AS m(id uuid, tenant_id text, name text, description text, status text, parent_mesh_id uuid,
             rerun_strategy text, created_by text, tags json, metadata text, finished boolean);
    END IF;

    IF nt_id IS NOT NULL THEN
        INSERT INTO task (id, mesh_id, ordinal, key, name, priority, task_type, layer, type_key, work_kind, tags, spec, rerun_of,
                          created_by, created_at)
        SELECT u.id, u.mesh_id, u.ordinal, u.key, u.name, u.priority, u.task_type, u.layer, u.type_key, u.work_kind, u.tags::text[],
               u.spec, u.rerun_of, u.created_by, t
        FROM unnest(nt_id, nt_mesh_id, nt_ordinal, nt_key, nt_name, nt_priority, nt_task_type, nt_layer, nt_type_key, nt_work_kind,
                    nt_tags, nt_spec, nt_rerun_of, nt_created_by)
             AS u(id, mesh_id, ordinal, key, name, priority, task_type, layer, type_key, work_kind, tags, spec, rerun_of, created_by);

        INSERT INTO task_state (task_id, status, attempt, crashes, failure, reason, output, output_bytes, placed_on, token, node, wait_ms,
                                updated_at, available_at, queued_at, started_at, finished_at)
        SELECT n.id, n.status, n.attempt, n.crashes, n.failure, n.reason, n.output, octet_length(n.output::text), n.placed_on, n.token, n.node, n.wait_ms,
               t, t + n.available_in_ms * interval '1 millisecond', CASE WHEN n.stamps & queued > 0 THEN t END,
               CASE WHEN n.stamps & started > 0 THEN t END, CASE WHEN n.stamps & finished > 0 THEN t END
        FROM (
            SELECT u.*, CASE WHEN u.output_from IS NULL THEN u.own_output
                             ELSE (SELECT s.output FROM task_state s WHERE s.task_id = u.output_from) END AS output
            FROM unnest(nt_id, nt_status, nt_attempt, nt_crashes, nt_available_in_ms, nt_failure, nt_output, nt_reason, nt_placed_on,
                        nt_stamps, nt_token, nt_node, nt_wait_ms, nt_output_from)
                 AS u(id, status, attempt, crashes, available_in_ms, failure, own_output, reason, placed_on, stamps, token, node, wait_ms, output_from)
        ) AS n;

        IF EXISTS (SELECT FROM (SELECT DISTINCT u.id FROM unnest(nt_mesh_id) AS u(id)) AS u WHERE NOT EXISTS (SELECT FROM mesh WHERE mesh.id = u.id)) THEN
            RAISE EXCEPTION USING ERRCODE = 'TM001', MESSAGE = 'a task names a mesh that does not exist';
        END IF;
    END IF;

    IF edge_removals IS NOT NULL THEN
        UPDATE edge SET removed_seq = batch_end
        FROM json_to_recordset(edge_removals) AS r(source_id uuid, target_id uuid)
        WHERE edge.source_id = r.source_id AND edge.target_id = r.target_id AND edge.removed_seq = 0;
        GET DIAGNOSTICS affected = ROW_COUNT;
        -- A removal is told of, or removed_seq would not say when it was.
        IF affected <> json_array_length(edge_removals) OR events = 0 THEN
            RAISE EXCEPTION USING ERRCODE = 'TM001', MESSAGE = format('%s of %s edges to remove exist, %s events tell of it', affected, json_array_length(edge_removals), events);
        END IF;
    END IF;

    IF ne_id IS NOT NULL THEN
        INSERT INTO edge (id, mesh_id, source_id, target_id, type, weight, created_seq)
        SELECT u.id, u.mesh_id, u.source_id, u.target_id, u.type, u.weight, batch_end
        FROM unnest(ne_id, ne_mesh_id, ne_source_id, ne_target_id, ne_type, ne_weight) AS u(id, mesh_id, source_id, target_id, type, weight);
        IF EXISTS (
            SELECT FROM (SELECT * FROM unnest(ne_mesh_id, ne_source_id) UNION SELECT * FROM unnest(ne_mesh_id, ne_target_id)) AS u(mesh_id, task_id)
            WHERE NOT EXISTS (SELECT FROM task WHERE task.id = u.task_id AND task.mesh_id = u.mesh_id)
        ) THEN
            RAISE EXCEPTION USING ERRCODE = 'TM001', MESSAGE = 'an edge names a task that its mesh does not have';
        END IF;
    END IF;

    IF tr_id IS NOT NULL THEN
        UPDATE task_state AS s SET
            status = tk_status[u.kind], attempt = tk_attempt[u.kind], crashes = tk_crashes[u.kind], placed_on = tk_placed_on[u.kind],
            node = COALESCE(tk_node[u.kind], s.node), token = COALESCE(u.token, s.token), wait_ms = COALESCE(u.wait_ms, s.wait_ms),
            failure = u.failure, reason = u.reason, updated_at = t, available_at = t + u.available_in_ms * interval '1 millisecond',
            output = COALESCE(u.output, s.output), output_bytes = COALESCE(octet_length(u.output::text), s.output_bytes),
            queued_at = CASE WHEN tk_stamps[u.kind] & queued > 0 THEN t ELSE s.queued_at END,
            started_at = CASE WHEN tk_stamps[u.kind] & started > 0 THEN t ELSE s.started_at END,
            finished_at = CASE WHEN tk_stamps[u.kind] & finished > 0 THEN t ELSE s.finished_at END
        FROM unnest(tr_kind, tr_id, tr_available_in_ms, tr_failure, tr_output, tr_reason, tr_token, tr_wait_ms, tr_from_token)
             AS u(kind, id, available_in_ms, failure, output, reason, token, wait_ms, from_token)
        WHERE s.task_id = u.id AND s.status = tk_from_status[u.kind] AND s.attempt = tk_from_attempt[u.kind] AND s.deleted_at IS NULL
          AND (u.from_token IS NULL OR s.token = u.from_token);
        GET DIAGNOSTICS affected = ROW_COUNT;
        IF affected <> cardinality(tr_id) THEN
            RAISE EXCEPTION USING ERRCODE = 'TM001', MESSAGE = format('%s of %s tasks are in the state their transition leaves', affected, cardinality(tr_id));
        END IF;
    END IF;

    IF respecifications IS NOT NULL THEN
        UPDATE task_state AS s SET updated_at = t
        FROM json_to_recordset(respecifications) AS r(id uuid)
        WHERE s.task_id = r.id AND s.deleted_at IS NULL;
        GET DIAGNOSTICS affected = ROW_COUNT;
        IF affected <> json_array_length(respecifications) THEN
            RAISE EXCEPTION USING ERRCODE = 'TM001', MESSAGE = format('%s of %s tasks to respecify exist', affected, json_array_length(respecifications));
        END IF;
        UPDATE task SET
            key = r.key, name = r.name, priority = r.priority, task_type = r.task_type, layer = r.layer, type_key = r.type_key,
            work_kind = r.work_kind, tags = ARRAY(SELECT json_array_elements_text(r.tags)), spec = r.spec::json
        FROM json_to_recordset(respecifications) AS r(id uuid, key text, name text, priority text, task_type text, layer text,
             type_key text, work_kind text, tags json, spec text)
        WHERE task.id = r.id;
    END IF;

    IF deletions IS NOT NULL THEN
        UPDATE task_state AS s SET deleted_at = t, updated_at = t
        FROM unnest(deletions) AS u(id)
        WHERE s.task_id = u.id AND s.deleted_at IS NULL;
        GET DIAGNOSTICS affected = ROW_COUNT;
        IF affected <> cardinality(deletions) THEN
            RAISE EXCEPTION USING ERRCODE = 'TM001', MESSAGE = format('%s of %s tasks to delete exist', affected, cardinality(deletions));
        END IF;
    END IF;

    IF mesh_transitions IS NOT NULL THEN
        UPDATE mesh SET status = m.status, finished_at = CASE WHEN m.finished THEN t ELSE mesh.finished_at END
        FROM json_to_recordset(mesh_transitions) AS m(id uuid, from_status text, status text, finished boolean)
        WHERE mesh.id = m.id AND mesh.status = m.from_status;
        GET DIAGNOSTICS affected = ROW_COUNT;
        IF affected <> json_array_length(mesh_transitions) THEN
            RAISE EXCEPTION USING ERRCODE = 'TM001', MESSAGE = format('%s of %s meshes are in the state their transition leaves', affected, json_array_length(mesh_transitions));
        END IF;
    END IF;

    IF commands IS NOT NULL THEN
        INSERT INTO command (key, kind, request_hash, mesh_id, task_id, created_at)
        SELECT c.key, c.kind, c.request_hash, c.mesh_id, c.task_id, t
        FROM json_to_recordset(commands) AS c(key text, kind text, request_hash text, mesh_id uuid, task_id uuid)
        WHERE c.key IS NOT NULL;

        UPDATE relayed_request AS r SET answer = a.answer::json, answered_at = t
        FROM json_to_recordset(commands) AS a(relay_id uuid, answer text)
        WHERE r.id = a.relay_id AND r.answered_at IS NULL;
        GET DIAGNOSTICS affected = ROW_COUNT;
        IF affected <> (SELECT count(a.relay_id) FROM json_to_recordset(commands) AS a(relay_id uuid)) THEN
            RAISE EXCEPTION USING ERRCODE = 'TM001', MESSAGE = format('%s relayed requests of this batch wait for their answer', affected);
        END IF;
        IF affected > 0 THEN
            PERFORM pg_notify('taskmesh', 'answers');
        END IF;

        PERFORM taskmesh_audit((SELECT json_agg(a.audit) FROM json_to_recordset(commands) AS a(audit json) WHERE a.audit IS NOT NULL), t);
    END IF;

    IF events > 0 OR oc_task_id IS NOT NULL THEN
        INSERT INTO history_tail (batch, first_seq, at, kind_type, kind_from, kind_to, ev_kind, ev_mesh_id, ev_task_id, ev_payload,
                                  oc_task_id, oc_mesh_id, oc_attempt, oc_token, oc_layer, oc_node, oc_wait_ms, oc_started_ms, oc_outcome,
                                  oc_failure, oc_run_ms, oc_cpu_ms, oc_memory_peak_bytes, oc_exit_code)
        VALUES (batch_seq, first_event_seq, t, ek_type, ek_from, ek_to, ev_kind, ev_mesh_id, ev_task_id, ev_payload,
                oc_task_id, oc_mesh_id, oc_attempt, oc_token, oc_layer, oc_node, oc_wait_ms, oc_started_ms, oc_outcome,
                oc_failure, oc_run_ms, oc_cpu_ms, oc_memory_peak_bytes, oc_exit_code);
    END IF;

    kind := 'applied';
    at_ms := extract(epoch FROM t) * 1000;
END $$;
