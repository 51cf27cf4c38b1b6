-- What was learned belongs to the tenant whose work it was learned from: a fold for each, and rows that say whose they are.

CREATE TABLE "learning_fold" (
    "tenant_id" TEXT NOT NULL,
    "observations" BIGINT NOT NULL,
    "features_version" INTEGER NOT NULL,
    "snapshot" JSON NOT NULL,

    CONSTRAINT "learning_fold_pkey" PRIMARY KEY ("tenant_id")
);
INSERT INTO "learning_fold" ("tenant_id", "observations", "features_version", "snapshot")
SELECT 'default', "observations", "features_version", "snapshot" FROM "learning_state" WHERE "snapshot" IS NOT NULL;
ALTER TABLE "learning_state" DROP COLUMN "observations", DROP COLUMN "features_version", DROP COLUMN "snapshot";

ALTER TABLE "learning_model" ADD COLUMN "tenant_id" TEXT NOT NULL DEFAULT 'default', DROP CONSTRAINT "learning_model_pkey",
    ADD CONSTRAINT "learning_model_pkey" PRIMARY KEY ("tenant_id", "name", "target", "version");
ALTER TABLE "training_run" ADD COLUMN "tenant_id" TEXT NOT NULL DEFAULT 'default', DROP CONSTRAINT "training_run_pkey",
    ADD CONSTRAINT "training_run_pkey" PRIMARY KEY ("tenant_id", "target", "id");
ALTER TABLE "prediction" ADD COLUMN "tenant_id" TEXT NOT NULL DEFAULT 'default';
CREATE INDEX "prediction_tenant_id_at_task_id_idx" ON "prediction"("tenant_id", "at", "task_id");
ALTER TABLE "drift_alarm" ADD COLUMN "tenant_id" TEXT NOT NULL DEFAULT 'default';
ALTER TABLE "tuning_change" ADD COLUMN "tenant_id" TEXT NOT NULL DEFAULT 'default';

-- The kind of a task of another tenant has its name in front (src/lifecycle/role.ts). In the specification, "typeKey" is the last of
-- that name: what people write there comes before it.
UPDATE "task" AS t SET
    "type_key" = m."tenant_id" || '/' || t."type_key",
    "spec" = regexp_replace(t."spec"::text, '^(.*)"typeKey":"', '\1"typeKey":"' || m."tenant_id" || '/')::json
FROM "mesh" AS m WHERE m."id" = t."mesh_id" AND m."tenant_id" <> 'default';
UPDATE "prediction" AS p SET "tenant_id" = m."tenant_id", "type_key" = m."tenant_id" || '/' || p."type_key"
FROM "mesh" AS m WHERE m."id" = p."mesh_id" AND m."tenant_id" <> 'default';

-- Where several tenants have worked, what was learned and found of them together is learned and found anew from the history, apart.
DO $$ BEGIN
    IF EXISTS (SELECT FROM "mesh" WHERE "tenant_id" <> 'default') THEN
        UPDATE "learning_state" SET "seq" = 0;
        DELETE FROM "learning_fold";
        DELETE FROM "training_sample";
        DELETE FROM "learning_model";
        UPDATE "consciousness_state" SET "seq" = 0, "snapshot" = NULL;
        DELETE FROM "pattern";
        DELETE FROM "episode";
    END IF;
END $$;
