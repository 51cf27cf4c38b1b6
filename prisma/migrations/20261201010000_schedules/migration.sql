-- Templates that are run at times. What is due is decided by the leader, which writes how far it has come behind the fence of its
-- epoch; a mesh carries the schedule and the due time in its origin, and there is one for each, whatever two leaders believe.
-- See src/store/schedules.ts.

CREATE TABLE "schedule" (
    "id" UUID NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "template" TEXT NOT NULL,
    "version" INTEGER,
    "params" JSON NOT NULL,
    "cron" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "overlap" TEXT NOT NULL,
    "catch_up" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3),
    "ends_at" TIMESTAMPTZ(3),
    "paused" BOOLEAN NOT NULL DEFAULT false,
    "trusted" BOOLEAN NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    "changed_by" TEXT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    "next_at" TIMESTAMPTZ(3),
    "pending_at" TIMESTAMPTZ(3),
    "last_at" TIMESTAMPTZ(3),
    "last_outcome" TEXT,
    "last_message" TEXT,
    "last_mesh_id" UUID,
    "started" BIGINT NOT NULL DEFAULT 0,
    "skipped" BIGINT NOT NULL DEFAULT 0,
    "missed" BIGINT NOT NULL DEFAULT 0,
    "refused" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "schedule_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "schedule_overlap" CHECK ("overlap" IN ('SKIP', 'QUEUE', 'ALLOW')),
    CONSTRAINT "schedule_catch_up" CHECK ("catch_up" IN ('NONE', 'LAST')),
    CONSTRAINT "schedule_last_outcome" CHECK ("last_outcome" IN ('STARTED', 'QUEUED', 'SKIPPED', 'MISSED', 'REFUSED')),
    CONSTRAINT "schedule_paused_is_not_due" CHECK (NOT "paused" OR ("next_at" IS NULL AND "pending_at" IS NULL))
);
CREATE UNIQUE INDEX "schedule_tenant_id_name_key" ON "schedule"("tenant_id", "name");
CREATE INDEX "schedule_next_at_idx" ON "schedule"("next_at");

-- One mesh for each due time; those that were asked for in between have none.
CREATE UNIQUE INDEX "mesh_schedule_due_at_key" ON "mesh"(("origin" #>> '{schedule,id}'), ("origin" #>> '{schedule,dueAt}'))
    WHERE ("origin" #>> '{schedule,id}') IS NOT NULL;
