-- The core: meshes, tasks, edges, attempts, history, and the row of leadership. Rules of state are CHECKs, unique
-- indexes and triggers, so that no bug above can write a state that must not be. Applied by
-- src/store/postgres/migrate.ts, or by `prisma migrate deploy`.
--
-- Text that people give may hold what PostgreSQL's text cannot (NUL, lone surrogates): src/store/postgres/stored-text.ts
-- escapes it. Free JSON is of type json, not jsonb: it keeps every value as JavaScript printed it, "\u0000" included.
-- Milliseconds everywhere: an instant read back is the one that was announced.

CREATE TABLE "leader_lease" (
    "id" SMALLINT NOT NULL DEFAULT 1,
    "epoch" BIGINT NOT NULL DEFAULT 0,
    "holder" TEXT,
    "acquired_at" TIMESTAMPTZ(3),
    "last_batch_seq" BIGINT NOT NULL DEFAULT 0,
    "last_batch_epoch" BIGINT NOT NULL DEFAULT 0,
    "last_batch_at" TIMESTAMPTZ(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    "last_event_seq" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "leader_lease_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "leader_lease_one_row" CHECK ("id" = 1)
);

CREATE TABLE "mesh" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "status" TEXT NOT NULL,
    "parent_mesh_id" UUID,
    "rerun_strategy" TEXT,
    "created_by" TEXT NOT NULL,
    "tags" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "metadata" JSON NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "mesh_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "mesh_status" CHECK ("status" IN ('RUNNING', 'PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED')),
    CONSTRAINT "mesh_rerun_strategy" CHECK ("rerun_strategy" IN ('FROM_FAILURE', 'FROM_TASK', 'ALL')),
    CONSTRAINT "mesh_finished_when_terminal" CHECK (("finished_at" IS NOT NULL) = ("status" IN ('COMPLETED', 'FAILED', 'CANCELLED'))),
    CONSTRAINT "mesh_not_its_own_parent" CHECK ("parent_mesh_id" <> "id")
);

-- What a task is. Written once (and when it is respecified before its start); everything that its life changes is in
-- task_state. Split because every version of a row enters all indexes of its table: with one table an update cost
-- 40-50 us for seven indexes and a copy of the spec, with two it costs 5-15.
CREATE TABLE "task" (
    "id" UUID NOT NULL,
    "mesh_id" UUID NOT NULL,
    "ordinal" INTEGER NOT NULL,
    -- Projections of "spec" for filters and orders; the commit function is their only writer.
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "priority" TEXT NOT NULL,
    "task_type" TEXT NOT NULL,
    "layer" TEXT,
    "type_key" TEXT NOT NULL,
    "work_kind" TEXT,
    "tags" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "spec" JSON NOT NULL,
    "rerun_of" UUID,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "task_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "task_priority" CHECK ("priority" IN ('LOW', 'NORMAL', 'HIGH', 'CRITICAL')),
    CONSTRAINT "task_task_type" CHECK ("task_type" IN ('MICRO', 'SMALL', 'MEDIUM', 'LARGE')),
    CONSTRAINT "task_layer" CHECK ("layer" IN ('LOCAL', 'CLUSTER', 'QUANTUM_SIM'))
);

-- How a task fares: one row for each, with room on its page for a second version of all of them (HOT updates: with a
-- fillfactor of 60 two starts of three were, with 35 all are).
CREATE TABLE "task_state" (
    "task_id" UUID NOT NULL,
    "status" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "crashes" INTEGER NOT NULL,
    "failure" JSON,
    "reason" TEXT,
    "output" JSON,
    "output_bytes" INTEGER,
    "placed_on" TEXT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "available_at" TIMESTAMPTZ(3),
    "queued_at" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "task_state_pkey" PRIMARY KEY ("task_id"),
    CONSTRAINT "task_state_status" CHECK ("status" IN ('PENDING', 'HELD', 'QUEUED', 'RUNNING', 'RETRYING', 'COMPLETED', 'FAILED', 'CANCELLED', 'SKIPPED', 'UPSTREAM_FAILED')),
    CONSTRAINT "task_state_placed_on" CHECK ("placed_on" IN ('LOCAL', 'CLUSTER', 'QUANTUM_SIM')),
    CONSTRAINT "task_state_finished_when_terminal" CHECK (("finished_at" IS NOT NULL) = ("status" IN ('COMPLETED', 'FAILED', 'CANCELLED', 'SKIPPED', 'UPSTREAM_FAILED'))),
    CONSTRAINT "task_state_output_when_completed" CHECK (("output" IS NOT NULL) = ("status" = 'COMPLETED') AND ("output" IS NULL) = ("output_bytes" IS NULL)),
    CONSTRAINT "task_state_failure_when_failed" CHECK ("status" <> 'FAILED' OR "failure" IS NOT NULL),
    CONSTRAINT "task_state_running_was_started" CHECK ("status" <> 'RUNNING' OR ("attempt" > 0 AND "started_at" IS NOT NULL AND "placed_on" IS NOT NULL)),
    CONSTRAINT "task_state_queued_was_queued" CHECK ("status" <> 'QUEUED' OR "queued_at" IS NOT NULL),
    CONSTRAINT "task_state_crashes_are_attempts" CHECK ("crashes" >= 0 AND "attempt" >= "crashes")
) WITH (fillfactor = 35);

-- A removed edge stays, under the seq of the last event of the batch that removed it: time travel needs it. Live ones have
-- 0 there, so that the primary key allows one live edge per pair.
CREATE TABLE "edge" (
    "id" UUID NOT NULL,
    "mesh_id" UUID NOT NULL,
    "source_id" UUID NOT NULL,
    "target_id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "weight" DOUBLE PRECISION NOT NULL,
    "created_seq" BIGINT NOT NULL,
    "removed_seq" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "edge_pkey" PRIMARY KEY ("source_id", "target_id", "removed_seq"),
    CONSTRAINT "edge_type" CHECK ("type" IN ('HARD', 'SOFT', 'DATA', 'RESOURCE')),
    CONSTRAINT "edge_not_to_itself" CHECK ("source_id" <> "target_id"),
    CONSTRAINT "edge_weight" CHECK ("weight" >= 0)
);

CREATE TABLE "attempt" (
    "task_id" UUID NOT NULL,
    "attempt" INTEGER NOT NULL,
    "mesh_id" UUID NOT NULL,
    "token" BIGINT NOT NULL,
    "layer" TEXT NOT NULL,
    "node" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "failure" JSON,
    "wait_ms" DOUBLE PRECISION NOT NULL,
    "run_ms" DOUBLE PRECISION,
    "cpu_ms" DOUBLE PRECISION,
    "memory_peak_bytes" BIGINT,
    "exit_code" INTEGER,

    CONSTRAINT "attempt_pkey" PRIMARY KEY ("task_id", "attempt"),
    CONSTRAINT "attempt_counts_from_one" CHECK ("attempt" > 0),
    CONSTRAINT "attempt_layer" CHECK ("layer" IN ('LOCAL', 'CLUSTER', 'QUANTUM_SIM')),
    CONSTRAINT "attempt_outcome" CHECK ("outcome" IN ('COMPLETED', 'FAILED', 'TIMED_OUT', 'CRASHED', 'CANCELLED')),
    CONSTRAINT "attempt_finished_with_outcome" CHECK (("outcome" IS NULL) = ("finished_at" IS NULL)),
    CONSTRAINT "attempt_failure_unless_completed" CHECK ("outcome" <> 'COMPLETED' OR "failure" IS NULL)
);

CREATE TABLE "attempt_log" (
    "id" BIGINT GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    "task_id" UUID NOT NULL,
    "attempt" INTEGER NOT NULL,
    "line" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "stream" TEXT NOT NULL,
    "level" TEXT NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "attempt_log_pkey" PRIMARY KEY ("task_id", "id"),
    CONSTRAINT "attempt_log_stream" CHECK ("stream" IN ('STDOUT', 'STDERR', 'LOG')),
    CONSTRAINT "attempt_log_level" CHECK ("level" IN ('DEBUG', 'INFO', 'WARN', 'ERROR'))
);

CREATE TABLE "event" (
    "seq" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "type" TEXT NOT NULL,
    "mesh_id" UUID NOT NULL,
    "task_id" UUID,
    "attempt" INTEGER,
    "from_status" TEXT,
    "to_status" TEXT,
    "payload" JSON NOT NULL,

    CONSTRAINT "event_pkey" PRIMARY KEY ("seq")
);

CREATE TABLE "command" (
    "key" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "request_hash" TEXT NOT NULL,
    "mesh_id" UUID,
    "task_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "command_pkey" PRIMARY KEY ("key")
);

-- Pages of meshes, and the few that are open.
CREATE INDEX "mesh_created_at_id_idx" ON "mesh"("created_at", "id");
CREATE INDEX "mesh_parent_mesh_id_idx" ON "mesh"("parent_mesh_id");
CREATE INDEX "mesh_open_idx" ON "mesh"("id") WHERE "status" IN ('RUNNING', 'PAUSED');

-- A key stays taken when its task is deleted: history speaks of it.
CREATE UNIQUE INDEX "task_mesh_id_key_key" ON "task"("mesh_id", "key");
CREATE INDEX "task_mesh_id_ordinal_idx" ON "task"("mesh_id", "ordinal");
CREATE INDEX "task_created_at_id_idx" ON "task"("created_at", "id");
CREATE INDEX "task_tags_idx" ON "task" USING GIN ("tags") WHERE "tags" <> '{}';

-- Their keys and predicates change only when a task ends: no status in them, or no update would be HOT.
CREATE INDEX "task_state_open_idx" ON "task_state"("task_id") WHERE "finished_at" IS NULL;
CREATE INDEX "task_state_finished_idx" ON "task_state"("finished_at", "task_id") WHERE "finished_at" IS NOT NULL;
CREATE INDEX "task_state_unsuccessful_idx" ON "task_state"("finished_at", "task_id") WHERE "finished_at" IS NOT NULL AND "output_bytes" IS NULL;

CREATE INDEX "edge_live_target_idx" ON "edge"("target_id") WHERE "removed_seq" = 0;

CREATE INDEX "attempt_finished_idx" ON "attempt"("finished_at") WHERE "finished_at" IS NOT NULL;
CREATE UNIQUE INDEX "attempt_log_task_id_attempt_line_key" ON "attempt_log"("task_id", "attempt", "line");

CREATE INDEX "event_mesh_id_seq_idx" ON "event"("mesh_id", "seq");
CREATE INDEX "event_task_id_seq_idx" ON "event"("task_id", "seq");
CREATE INDEX "event_of_mesh_itself_idx" ON "event"("mesh_id", "seq") WHERE "task_id" IS NULL;
-- The history tells of one start per attempt and of one end per task.
CREATE UNIQUE INDEX "event_one_start_key" ON "event"("task_id", "attempt") WHERE "type" = 'TASK_STARTED';
CREATE UNIQUE INDEX "event_one_end_key" ON "event"("task_id") WHERE "to_status" IN ('COMPLETED', 'FAILED', 'CANCELLED', 'SKIPPED', 'UPSTREAM_FAILED');

-- Terminal states are absorbing, an outcome is given once, history is append-only.
CREATE FUNCTION "taskmesh_refuse"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'TM002', MESSAGE = format('%s of %I refused: %s', TG_OP, TG_TABLE_NAME, TG_ARGV[0]);
END $$;

CREATE TRIGGER "task_state_terminal_is_absorbing" BEFORE UPDATE ON "task_state" FOR EACH ROW
    WHEN (OLD."status" IN ('COMPLETED', 'FAILED', 'CANCELLED', 'SKIPPED', 'UPSTREAM_FAILED') AND NEW."status" <> OLD."status")
    EXECUTE FUNCTION "taskmesh_refuse"('a terminal task keeps its status');

CREATE TRIGGER "mesh_terminal_is_absorbing" BEFORE UPDATE ON "mesh" FOR EACH ROW
    WHEN (OLD."status" IN ('COMPLETED', 'FAILED', 'CANCELLED') AND NEW."status" <> OLD."status")
    EXECUTE FUNCTION "taskmesh_refuse"('a terminal mesh keeps its status');

CREATE TRIGGER "attempt_outcome_is_final" BEFORE UPDATE ON "attempt" FOR EACH ROW
    WHEN (OLD."outcome" IS NOT NULL AND NEW."outcome" IS DISTINCT FROM OLD."outcome")
    EXECUTE FUNCTION "taskmesh_refuse"('an attempt has one outcome');

CREATE TRIGGER "event_is_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "event" FOR EACH STATEMENT
    EXECUTE FUNCTION "taskmesh_refuse"('history is append-only');

-- The last event at or before an instant (0 when none). Needs no index on "at": seq has no gaps and "at" never
-- decreases along it, so a binary search over the primary key finds it in some 25 probes (0.1 ms at 10 million events),
-- where an index would cost every event its upkeep.
CREATE FUNCTION "taskmesh_event_seq_at"(instant timestamptz) RETURNS bigint LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    low bigint := 0;
    high bigint;
    middle bigint;
BEGIN
    SELECT COALESCE(max("seq"), 0) INTO high FROM "event";
    WHILE low < high LOOP
        middle := (low + high + 1) / 2;
        IF (SELECT "at" <= instant FROM "event" WHERE "seq" = middle) THEN low := middle; ELSE high := middle - 1; END IF;
    END LOOP;
    RETURN low;
END $$;

INSERT INTO "leader_lease" DEFAULT VALUES;

-- The mesh of tasks that name none; it never ends. Its id is DEFAULT_MESH_ID in src/lifecycle/default-mesh.ts.
INSERT INTO "mesh" ("id", "name", "status", "created_by", "metadata", "created_at")
VALUES ('00000000-0000-7000-8000-000000000000', 'default', 'RUNNING', 'system', '{}', date_trunc('milliseconds', clock_timestamp()));
