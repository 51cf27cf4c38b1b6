-- What learning keeps: how far in the history it has come, rows to train on, versions of models, trainings, predictions with
-- what came, alarms, changes of parameters. Not on the way of a task: the leader writes it beside the commits, a few
-- statements a second at most, and cuts each table to its newest rows. See src/store/learning.ts.

-- One row. "epoch" fences: a leader of an older one writes nothing any more.
CREATE TABLE "learning_state" (
    "id" SMALLINT NOT NULL DEFAULT 1,
    "epoch" BIGINT NOT NULL,
    "seq" BIGINT NOT NULL DEFAULT 0,
    "observations" BIGINT NOT NULL DEFAULT 0,
    "features_version" INTEGER NOT NULL DEFAULT 0,
    -- NULL: nothing has been learned yet.
    "snapshot" JSON,

    CONSTRAINT "learning_state_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "learning_state_one_row" CHECK ("id" = 1)
);

-- Named by the event that tells of the end of the attempt: written again, a row is the same.
CREATE TABLE "training_sample" (
    "seq" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "task_id" UUID NOT NULL,
    "attempt" INTEGER NOT NULL,
    "type_key" TEXT NOT NULL,
    "machine" TEXT NOT NULL,
    "features_version" INTEGER NOT NULL,
    "view" JSON NOT NULL,
    "run_seconds" DOUBLE PRECISION NOT NULL,
    "memory_peak_bytes" BIGINT,
    "output_bytes" BIGINT,
    "failed" BOOLEAN NOT NULL,

    CONSTRAINT "training_sample_pkey" PRIMARY KEY ("seq")
);
CREATE INDEX "training_sample_type_key_seq_idx" ON "training_sample"("type_key", "seq");

CREATE TABLE "learning_model" (
    "name" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "family" TEXT NOT NULL,
    "features_version" INTEGER NOT NULL,
    "trained_at" TIMESTAMPTZ(3) NOT NULL,
    "seq" BIGINT NOT NULL,
    "rows" BIGINT NOT NULL,
    "metrics" JSON NOT NULL,
    "champion_of" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "parameters" JSON NOT NULL,

    CONSTRAINT "learning_model_pkey" PRIMARY KEY ("name", "target", "version"),
    CONSTRAINT "learning_model_version" CHECK ("version" > 0)
);

CREATE TABLE "training_run" (
    "target" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "requested_by" TEXT,
    "options" JSON NOT NULL,
    "rows" BIGINT NOT NULL,
    "seq" BIGINT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "seconds" DOUBLE PRECISION NOT NULL,
    "outcome" TEXT NOT NULL,
    "reason" TEXT,
    "steps" INTEGER NOT NULL,
    "loss" DOUBLE PRECISION,
    "curve" DOUBLE PRECISION[] NOT NULL DEFAULT ARRAY[]::DOUBLE PRECISION[],

    CONSTRAINT "training_run_pkey" PRIMARY KEY ("target", "id"),
    CONSTRAINT "training_run_outcome" CHECK ("outcome" IN ('TRAINED', 'FAILED', 'CANCELLED'))
);
CREATE INDEX "training_run_started_at_idx" ON "training_run"("started_at");

CREATE TABLE "prediction" (
    "task_id" UUID NOT NULL,
    "attempt" INTEGER NOT NULL,
    "mesh_id" UUID NOT NULL,
    "type_key" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "layer" TEXT NOT NULL,
    "node" TEXT NOT NULL,
    "p05" DOUBLE PRECISION NOT NULL,
    "p50" DOUBLE PRECISION NOT NULL,
    "p95" DOUBLE PRECISION NOT NULL,
    "model" TEXT NOT NULL,
    "model_version" INTEGER NOT NULL,
    "medians" JSON NOT NULL,
    "policy" TEXT NOT NULL,
    "candidates" JSON NOT NULL,
    "actual" DOUBLE PRECISION,
    "regret" DOUBLE PRECISION,

    CONSTRAINT "prediction_pkey" PRIMARY KEY ("task_id", "attempt"),
    CONSTRAINT "prediction_interval" CHECK ("p05" <= "p50" AND "p50" <= "p95")
);
CREATE INDEX "prediction_at_task_id_idx" ON "prediction"("at", "task_id");

CREATE TABLE "drift_alarm" (
    "seq" BIGINT NOT NULL,
    "machine" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "factor_before" DOUBLE PRECISION NOT NULL,
    "factor_after" DOUBLE PRECISION NOT NULL,
    "error_before" DOUBLE PRECISION NOT NULL,
    "error_after" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "drift_alarm_pkey" PRIMARY KEY ("seq", "machine")
);

CREATE TABLE "tuning_change" (
    "id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "parameter" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "before" DOUBLE PRECISION NOT NULL,
    "after" DOUBLE PRECISION NOT NULL,
    "predicted_gain" DOUBLE PRECISION NOT NULL,
    "realised_gain" DOUBLE PRECISION,
    "reverted_at" TIMESTAMPTZ(3),

    CONSTRAINT "tuning_change_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "tuning_change_at_idx" ON "tuning_change"("at");
