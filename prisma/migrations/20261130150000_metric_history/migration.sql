-- What servers measured, all metrics of one moment in a row. Each server writes its own and removes what is older than it keeps.
CREATE TABLE "metric_sample" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    "server" TEXT NOT NULL,
    "metrics" JSONB NOT NULL,

    CONSTRAINT "metric_sample_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "metric_sample_at_idx" ON "metric_sample"("at");
