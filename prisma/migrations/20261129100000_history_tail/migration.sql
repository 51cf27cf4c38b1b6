-- The way of a batch, shorter: what decides (the states of tasks, with their guards) is written at once; what only tells
-- (events, attempts that ended) is made durable as one row of arrays in the same transaction, and folded into its tables
-- by another connection, many batches at a time. Nothing that tells can be refused later: its guards are those of the states.
-- Measured on a graph of 10,000 tasks that do nothing, batches of 100: 45 us of PostgreSQL's time per task before, 13 after,
-- with 20 more beside it (docs/decisions/0007).

CREATE TABLE "history_tail" (
    "batch" BIGINT NOT NULL,
    "first_seq" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    -- What the events of the batch have in common, a few kinds; "ev_kind" says which each of them is, from 1.
    "kind_type" TEXT[],
    "kind_from" TEXT[],
    "kind_to" TEXT[],
    "ev_kind" INTEGER[],
    "ev_mesh_id" UUID[],
    "ev_task_id" UUID[],
    "ev_payload" TEXT[],
    "oc_task_id" UUID[],
    "oc_mesh_id" UUID[],
    "oc_attempt" INTEGER[],
    "oc_token" BIGINT[],
    "oc_layer" TEXT[],
    "oc_node" TEXT[],
    "oc_wait_ms" DOUBLE PRECISION[],
    "oc_started_ms" BIGINT[],
    "oc_outcome" TEXT[],
    "oc_failure" TEXT[],
    "oc_run_ms" DOUBLE PRECISION[],
    "oc_cpu_ms" DOUBLE PRECISION[],
    "oc_memory_peak_bytes" BIGINT[],
    "oc_exit_code" INTEGER[],

    CONSTRAINT "history_tail_pkey" PRIMARY KEY ("batch")
);

-- Rows live for moments: packing them would cost more than it saves.
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT attname FROM pg_attribute WHERE attrelid = 'history_tail'::regclass AND attnum > 3 LOOP
        EXECUTE format('ALTER TABLE "history_tail" ALTER COLUMN %I SET STORAGE EXTERNAL', name);
    END LOOP;
END $$;

-- Guards of the states are what keeps an attempt from starting or ending twice; the index only finds a task's history.
DROP INDEX "event_once_key";
ALTER TABLE "event" DROP COLUMN "attempt";
CREATE INDEX "event_task_id_seq_idx" ON "event"("task_id", "seq") WHERE "task_id" IS NOT NULL;
-- Tasks in the order of their end.
CREATE INDEX "event_end_idx" ON "event"("seq") WHERE "to_status" = ANY ('{COMPLETED,FAILED,CANCELLED,SKIPPED,UPSTREAM_FAILED}'::text[]) AND "task_id" IS NOT NULL;
CREATE INDEX "event_unsuccessful_end_idx" ON "event"("seq") WHERE "to_status" = ANY ('{FAILED,CANCELLED,SKIPPED,UPSTREAM_FAILED}'::text[]) AND "task_id" IS NOT NULL;

-- Arrays that are shorter than the others: an empty payload, and what is the same in all rows, stand there once.
CREATE VIEW "event_tail" AS
SELECT h."batch", h."first_seq" + u."position" - 1 AS "seq", h."at", h."kind_type"[u."kind"] AS "type",
       COALESCE(u."mesh_id", h."ev_mesh_id"[1]) AS "mesh_id", u."task_id", h."kind_from"[u."kind"] AS "from_status",
       h."kind_to"[u."kind"] AS "to_status", COALESCE(u."payload", '{}')::json AS "payload"
FROM "history_tail" AS h
CROSS JOIN LATERAL unnest(h."ev_kind", h."ev_mesh_id", h."ev_task_id", h."ev_payload") WITH ORDINALITY
     AS u("kind", "mesh_id", "task_id", "payload", "position");

CREATE VIEW "attempt_tail" AS
SELECT h."batch", u."task_id", COALESCE(u."mesh_id", h."oc_mesh_id"[1]) AS "mesh_id", u."attempt", u."token",
       COALESCE(u."layer", h."oc_layer"[1]) AS "layer", COALESCE(u."node", h."oc_node"[1]) AS "node", u."wait_ms",
       CASE WHEN u."started_ms" IS NULL THEN h."at" ELSE to_timestamp(u."started_ms" / 1000.0) END AS "started_at", h."at" AS "finished_at",
       COALESCE(u."outcome", h."oc_outcome"[1]) AS "outcome", u."failure"::json AS "failure", u."run_ms", u."cpu_ms", u."memory_peak_bytes",
       u."exit_code"
FROM "history_tail" AS h
CROSS JOIN LATERAL unnest(h."oc_task_id", h."oc_mesh_id", h."oc_attempt", h."oc_token", h."oc_layer", h."oc_node", h."oc_wait_ms",
                          h."oc_started_ms", h."oc_outcome", h."oc_failure", h."oc_run_ms", h."oc_cpu_ms", h."oc_memory_peak_bytes", h."oc_exit_code")
     AS u("task_id", "mesh_id", "attempt", "token", "layer", "node", "wait_ms", "started_ms", "outcome", "failure", "run_ms", "cpu_ms", "memory_peak_bytes", "exit_code");

-- Moves what is committed from the tail into the tables, the oldest batches first: as many whole batches as have about so many
-- events, or all. Answers up to which batch the tables hold everything. Whoever is about to read them may call it: one folds
-- at a time, the next finds what is left. It need not wait for the disk: what a crash takes back is still in the tail.
CREATE FUNCTION "taskmesh_fold_history"(events_max int DEFAULT NULL) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    last bigint;
BEGIN
    SELECT l.last_batch_seq INTO STRICT last FROM leader_lease AS l;
    IF NOT EXISTS (SELECT FROM history_tail) THEN
        RETURN last;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('taskmesh history', 0));
    PERFORM set_config('synchronous_commit', 'off', true);
    IF NOT EXISTS (SELECT FROM history_tail) THEN
        RETURN last;
    END IF;
    SELECT max(h.batch) INTO STRICT last FROM history_tail AS h
    WHERE events_max IS NULL OR h.first_seq <= (SELECT min(f.first_seq) FROM history_tail AS f) + events_max;
    INSERT INTO event (seq, at, type, mesh_id, task_id, from_status, to_status, payload)
    SELECT e.seq, e.at, e.type, e.mesh_id, e.task_id, e.from_status, e.to_status, e.payload FROM event_tail AS e WHERE e.batch <= last;
    INSERT INTO attempt (task_id, mesh_id, attempt, token, layer, node, wait_ms, started_at, finished_at, outcome, failure, run_ms,
                         cpu_ms, memory_peak_bytes, exit_code)
    SELECT a.task_id, a.mesh_id, a.attempt, a.token, a.layer, a.node, a.wait_ms, a.started_at, a.finished_at, a.outcome, a.failure,
           a.run_ms, a.cpu_ms, a.memory_peak_bytes, a.exit_code
    FROM attempt_tail AS a WHERE a.batch <= last;
    DELETE FROM history_tail WHERE batch <= last;
    RETURN last;
END $$;

-- No index on what changes when a task ends: both updates of a task's life stay on its page, and no page needs to be tidied
-- between them.
DROP INDEX "task_state_open_idx", "task_state_finished_idx", "task_state_unsuccessful_idx";
ALTER TABLE "task_state" SET (fillfactor = 18);

-- The tasks that may be open: those created since the last sweep, and those that the sweeps before found open. Keeps a new
-- leader from reading a long history to find the few that are.
ALTER TABLE "leader_lease" ADD COLUMN "swept_to" TIMESTAMPTZ(3) NOT NULL DEFAULT '-infinity';
CREATE TABLE "open_task" (
    "task_id" UUID NOT NULL,

    CONSTRAINT "open_task_pkey" PRIMARY KEY ("task_id")
);

CREATE VIEW "open_task_candidate" AS
SELECT "task"."id" AS "task_id" FROM "task" WHERE "task"."created_at" >= (SELECT "swept_to" FROM "leader_lease")
UNION ALL SELECT "open_task"."task_id" FROM "open_task";

-- Tasks of the last minute are left alone: most of them end by themselves, and one of a batch that is being committed is no
-- older than the last batch that is committed.
CREATE FUNCTION "taskmesh_sweep_open_tasks"() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    swept timestamptz(3);
    horizon timestamptz(3);
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('taskmesh open tasks', 0));
    SELECT l.swept_to, l.last_batch_at - interval '1 minute' INTO STRICT swept, horizon FROM leader_lease AS l;
    DELETE FROM open_task USING task_state AS s WHERE s.task_id = open_task.task_id AND s.finished_at IS NOT NULL;
    INSERT INTO open_task (task_id)
    SELECT t.id FROM task AS t JOIN task_state AS s ON s.task_id = t.id
    WHERE t.created_at >= swept AND t.created_at < horizon AND s.finished_at IS NULL;
    UPDATE leader_lease SET swept_to = greatest(swept_to, horizon);
END $$;

-- One rule instead of seven, the frequent statuses first: PostgreSQL parses the text of every CHECK anew for each statement
-- and evaluates each for each row (2 us of the 6 that an update took).
ALTER TABLE "task_state" DROP CONSTRAINT "task_state_status", DROP CONSTRAINT "task_state_placed_on",
    DROP CONSTRAINT "task_state_finished_when_terminal", DROP CONSTRAINT "task_state_output_when_completed",
    DROP CONSTRAINT "task_state_failure_when_failed", DROP CONSTRAINT "task_state_running_was_started",
    DROP CONSTRAINT "task_state_queued_was_queued", DROP CONSTRAINT "task_state_crashes_are_attempts",
    ADD CONSTRAINT "task_state_as_its_status_says" CHECK (CASE "status"
        WHEN 'RUNNING' THEN "finished_at" IS NULL AND "output" IS NULL AND "attempt" > 0 AND "started_at" IS NOT NULL
            AND "token" IS NOT NULL AND "node" IS NOT NULL AND "wait_ms" IS NOT NULL
            AND "placed_on" IS NOT NULL AND "placed_on" = ANY ('{LOCAL,CLUSTER,QUANTUM_SIM}'::text[])
        WHEN 'COMPLETED' THEN "finished_at" IS NOT NULL AND "output" IS NOT NULL AND "output_bytes" IS NOT NULL
        WHEN 'PENDING' THEN "finished_at" IS NULL AND "output" IS NULL
        WHEN 'QUEUED' THEN "finished_at" IS NULL AND "output" IS NULL AND "queued_at" IS NOT NULL
        WHEN 'RETRYING' THEN "finished_at" IS NULL AND "output" IS NULL
        WHEN 'HELD' THEN "finished_at" IS NULL AND "output" IS NULL
        WHEN 'FAILED' THEN "finished_at" IS NOT NULL AND "output" IS NULL AND "failure" IS NOT NULL
        WHEN 'CANCELLED' THEN "finished_at" IS NOT NULL AND "output" IS NULL
        WHEN 'SKIPPED' THEN "finished_at" IS NOT NULL AND "output" IS NULL
        WHEN 'UPSTREAM_FAILED' THEN "finished_at" IS NOT NULL AND "output" IS NULL
        ELSE false END),
    ADD CONSTRAINT "task_state_crashes_are_attempts" CHECK ("crashes" >= 0 AND "attempt" >= "crashes");

DROP FUNCTION "taskmesh_commit";

-- Parameters: nt_ new tasks, ne_ new edges, tr_ transitions, ev_ events, oc_ outcomes, each a set of parallel arrays; the rare
-- lists are one JSON document each. NULL stands for a list that is empty and for a column that is NULL in every row. What
-- transitions and events have in common comes once per kind (tk_, ek_), and each says which kind it is, from 1: a third of
-- the bytes on the way, and of the values to take apart.
CREATE FUNCTION "taskmesh_commit"(
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
        INSERT INTO mesh (id, name, description, status, parent_mesh_id, rerun_strategy, created_by, tags, metadata, created_at, finished_at)
        SELECT m.id, m.name, m.description, m.status, m.parent_mesh_id, m.rerun_strategy, m.created_by,
               ARRAY(SELECT json_array_elements_text(m.tags)), m.metadata::json, t, CASE WHEN m.finished THEN t END
        FROM json_to_recordset(meshes) AS m(id uuid, name text, description text, status text, parent_mesh_id uuid,
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
        FROM json_to_recordset(commands) AS c(key text, kind text, request_hash text, mesh_id uuid, task_id uuid);
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
