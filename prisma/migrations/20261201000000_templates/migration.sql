-- Stored definitions with parameters: a head for each name of a tenant, and every version that it ever had. A name that was deleted
-- keeps its versions, because meshes remember theirs; made again it goes on counting. See src/store/templates.ts.

CREATE TABLE "template" (
    "id" UUID NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "template_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "template_version_from_one" CHECK ("version" >= 1)
);
CREATE UNIQUE INDEX "template_tenant_id_name_key" ON "template"("tenant_id", "name");

CREATE TABLE "template_version" (
    "template_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "description" TEXT,
    "parameters" JSON NOT NULL,
    "definition" JSON NOT NULL,
    "changed_by" TEXT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),

    CONSTRAINT "template_version_pkey" PRIMARY KEY ("template_id", "version")
);

-- What was run stays readable as it was.
CREATE TRIGGER "template_version_stays" BEFORE UPDATE OR DELETE ON "template_version" FOR EACH ROW
    EXECUTE FUNCTION "taskmesh_refuse"('versions of templates stay as they are');

-- Where a mesh comes from: the template with version and parameters. The name stands beside it, to be looked for.
ALTER TABLE "mesh" ADD COLUMN "template" TEXT, ADD COLUMN "origin" JSON;
CREATE INDEX "mesh_tenant_id_template_created_at_id_idx" ON "mesh"("tenant_id", "template", "created_at", "id") WHERE "template" IS NOT NULL;

-- As before, and meshes may have an origin.
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
        INSERT INTO mesh (id, tenant_id, name, description, status, parent_mesh_id, rerun_strategy, created_by, tags, metadata, template, origin,
                          created_at, finished_at)
        SELECT m.id, m.tenant_id, m.name, m.description, m.status, m.parent_mesh_id, m.rerun_strategy, m.created_by,
               ARRAY(SELECT json_array_elements_text(m.tags)), m.metadata::json, m.template, m.origin::json, t,
               CASE WHEN m.finished THEN t END
        FROM json_to_recordset(meshes) AS m(id uuid, tenant_id text, name text, description text, status text, parent_mesh_id uuid,
             rerun_strategy text, created_by text, tags json, metadata text, template text, origin text, finished boolean);
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
