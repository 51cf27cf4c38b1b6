-- What people want to be told of, what was found of it, and what is on its way to them. The leader writes alerts and their
-- deliveries in one transaction behind a fence of its own, so that nothing is told twice or forgotten; rules are changed by any
-- server. See src/store/alerts.ts.

CREATE TABLE "alert_rule" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "severity" TEXT NOT NULL,
    "condition" JSON NOT NULL,
    "channels" JSON NOT NULL,
    "for_seconds" DOUBLE PRECISION NOT NULL,
    "quiet_seconds" DOUBLE PRECISION NOT NULL,
    "repeat_seconds" DOUBLE PRECISION,
    "enabled" BOOLEAN NOT NULL,
    "silenced_until" TIMESTAMPTZ(3),
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),

    CONSTRAINT "alert_rule_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "alert_rule_severity" CHECK ("severity" IN ('INFO', 'WARNING', 'CRITICAL'))
);
CREATE UNIQUE INDEX "alert_rule_name_key" ON "alert_rule"("name");

-- "number": in the order of commits, because only the leader writes.
CREATE TABLE "alert" (
    "id" UUID NOT NULL,
    "number" BIGSERIAL NOT NULL,
    "rule_id" UUID NOT NULL,
    "rule_name" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "value" DOUBLE PRECISION,
    "occurrences" INTEGER NOT NULL DEFAULT 1,
    "raised_at" TIMESTAMPTZ(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    "last_at" TIMESTAMPTZ(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    "told_at" TIMESTAMPTZ(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    "resolved_at" TIMESTAMPTZ(3),
    "acknowledged_at" TIMESTAMPTZ(3),
    "acknowledged_by" TEXT,
    "note" TEXT,

    CONSTRAINT "alert_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "alert_acknowledged_by_somebody" CHECK (("acknowledged_at" IS NULL) = ("acknowledged_by" IS NULL))
);
CREATE UNIQUE INDEX "alert_number_key" ON "alert"("number");
CREATE INDEX "alert_rule_id_number_idx" ON "alert"("rule_id", "number");
-- One open alert for each rule and subject, whatever two leaders believe.
CREATE UNIQUE INDEX "alert_open_idx" ON "alert"("rule_id", "subject") WHERE "resolved_at" IS NULL;

-- "id" is what receivers know it by: alert, what is told of it, and through which channel. Trying again keeps it.
CREATE TABLE "alert_delivery" (
    "id" TEXT NOT NULL,
    "alert_id" UUID NOT NULL,
    "phase" TEXT NOT NULL,
    "channel" JSON NOT NULL,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    "ended_at" TIMESTAMPTZ(3),
    "failure" TEXT,

    CONSTRAINT "alert_delivery_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "alert_delivery_phase" CHECK ("phase" IN ('RAISED', 'REPEATED', 'RESOLVED'))
);
CREATE INDEX "alert_delivery_alert_id_idx" ON "alert_delivery"("alert_id");
CREATE INDEX "alert_delivery_due_idx" ON "alert_delivery"("next_at") WHERE "ended_at" IS NULL;

-- How far in the history and in what consciousness says it was looked. "epoch" fences.
CREATE TABLE "alert_watch" (
    "id" SMALLINT NOT NULL DEFAULT 1,
    "epoch" BIGINT NOT NULL,
    "event_seq" BIGINT,
    "insight_number" BIGINT,

    CONSTRAINT "alert_watch_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "alert_watch_one_row" CHECK ("id" = 1)
);
