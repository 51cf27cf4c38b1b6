-- What consciousness keeps: how far in the history it has come and what it knew there, its level and where it stands, and
-- rows of what it found, remembered, decided and was told. Not on the way of a task: the leader writes it beside the commits,
-- and cuts each table to its newest rows. See src/store/consciousness.ts.

-- One row. "epoch" fences: a leader of an older one writes nothing any more.
CREATE TABLE "consciousness_state" (
    "id" SMALLINT NOT NULL DEFAULT 1,
    "epoch" BIGINT NOT NULL,
    "seq" BIGINT NOT NULL DEFAULT 0,
    -- NULL: nothing was folded yet.
    "snapshot" JSON,
    -- NULL: it never ran.
    "standing" JSON,

    CONSTRAINT "consciousness_state_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "consciousness_state_one_row" CHECK ("id" = 1)
);

-- "number": in the order of writing, which is that of commits, because only the leader writes.
CREATE TABLE "pattern" (
    "id" TEXT NOT NULL,
    "number" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "evidence" JSON NOT NULL,
    "found_at" TIMESTAMPTZ(3) NOT NULL,
    "seq" BIGINT NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "pattern_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "pattern_number_key" ON "pattern"("number");

CREATE TABLE "insight" (
    "id" TEXT NOT NULL,
    "number" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "pattern_id" TEXT,
    "decision_id" UUID,

    CONSTRAINT "insight_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "insight_number_key" ON "insight"("number");

CREATE TABLE "external_event" (
    "id" TEXT NOT NULL,
    "number" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "payload" JSON NOT NULL,
    "told_by" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,

    CONSTRAINT "external_event_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "external_event_number_key" ON "external_event"("number");

-- The ledger of levels: what was put in, and what followed from it.
CREATE TABLE "level_line" (
    "number" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "entry" JSON NOT NULL,

    CONSTRAINT "level_line_pkey" PRIMARY KEY ("number")
);
CREATE INDEX "level_line_kind_number_idx" ON "level_line"("kind", "number");

-- Named by the event that tells of the end of the attempt: written again, a row is the same.
CREATE TABLE "episode" (
    "seq" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "signature" TEXT NOT NULL,
    "type_key" TEXT NOT NULL,
    "task_id" UUID NOT NULL,
    "attempt" INTEGER NOT NULL,
    "features" DOUBLE PRECISION[] NOT NULL DEFAULT ARRAY[]::DOUBLE PRECISION[],
    "terms" JSON NOT NULL,
    "text" TEXT NOT NULL,
    "failed" BOOLEAN NOT NULL,
    "seconds" DOUBLE PRECISION NOT NULL,
    "surprise" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "episode_pkey" PRIMARY KEY ("seq")
);
CREATE INDEX "episode_type_key_seq_idx" ON "episode"("type_key", "seq");

-- The columns from "ended_at" on: what came of it. NULL until then, and costs also where they cannot be known.
CREATE TABLE "decision" (
    "id" UUID NOT NULL,
    "number" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "level" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "candidates" JSON NOT NULL,
    "chosen" TEXT NOT NULL,
    "static_choice" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "expected_effect" DOUBLE PRECISION NOT NULL,
    "propensity" DOUBLE PRECISION NOT NULL,
    "parameters" JSON NOT NULL,
    "recalled" BIGINT[] NOT NULL DEFAULT ARRAY[]::BIGINT[],
    "rating" DOUBLE PRECISION,
    "rated_by" TEXT,
    "ended_at" TIMESTAMPTZ(3),
    "ended" TEXT,
    "ended_by" TEXT,
    "ended_why" TEXT,
    "cost" DOUBLE PRECISION,
    "static_cost" DOUBLE PRECISION,
    "regret" DOUBLE PRECISION,
    "pit" DOUBLE PRECISION,
    "covered" BOOLEAN,
    "affected" INTEGER NOT NULL DEFAULT 0,
    "saved" DOUBLE PRECISION NOT NULL DEFAULT 0,

    CONSTRAINT "decision_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "decision_mode" CHECK ("mode" IN ('ACTING', 'SHADOW')),
    CONSTRAINT "decision_ended" CHECK (("ended_at" IS NULL) = ("ended" IS NULL) AND "ended" IN ('DONE', 'VETOED', 'UNDONE')),
    CONSTRAINT "decision_propensity" CHECK ("propensity" > 0 AND "propensity" <= 1),
    CONSTRAINT "decision_rating" CHECK ("rating" BETWEEN -1 AND 1)
);
CREATE UNIQUE INDEX "decision_number_key" ON "decision"("number");
CREATE INDEX "decision_kind_number_idx" ON "decision"("kind", "number");
