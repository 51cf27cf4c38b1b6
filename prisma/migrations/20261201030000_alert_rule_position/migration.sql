-- Where the history and the insights were when a rule was made: it tells of what lies behind. By times it would miss what came right
-- after it wherever the clock of the leader is behind that of the database.
ALTER TABLE "alert_rule"
    ADD COLUMN "from_event_seq" BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN "from_insight_number" BIGINT NOT NULL DEFAULT 0;
