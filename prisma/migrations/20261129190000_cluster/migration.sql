-- The cluster: who is a node, how nodes are chosen, and by which one-time tokens they join. Not on the way of a task: a node
-- writes its row once a second, and an attempt names its node as it names every other process.
CREATE TABLE "node" (
    "name" TEXT NOT NULL,
    -- Drawn anew with every join, and never twice in the life of the database: results of an earlier one are known as such.
    "incarnation" BIGSERIAL NOT NULL,
    "instance" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'JOINING',
    "cordoned" BOOLEAN NOT NULL DEFAULT false,
    "address" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "labels" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "slots" INTEGER NOT NULL,
    "cores" DOUBLE PRECISION NOT NULL,
    "memory_bytes" BIGINT NOT NULL,
    "load_cpu" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "load_memory_bytes" BIGINT NOT NULL DEFAULT 0,
    "load_running" INTEGER NOT NULL DEFAULT 0,
    "lease_ms" INTEGER NOT NULL,
    "joined_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "node_pkey" PRIMARY KEY ("name"),
    CONSTRAINT "node_state" CHECK ("state" = ANY ('{JOINING,READY,DRAINING,LOST}'::text[])),
    CONSTRAINT "node_capacity" CHECK ("slots" > 0 AND "cores" > 0 AND "memory_bytes" > 0),
    CONSTRAINT "node_lease" CHECK ("lease_ms" > 0)
) WITH (fillfactor = 50);

CREATE UNIQUE INDEX "node_incarnation_key" ON "node"("incarnation");

-- A dead incarnation never lives again; only a new one takes its row.
CREATE TRIGGER "node_lost_is_absorbing" BEFORE UPDATE ON "node" FOR EACH ROW
    WHEN (OLD."state" = 'LOST' AND NEW."state" <> 'LOST' AND NEW."incarnation" = OLD."incarnation")
    EXECUTE FUNCTION "taskmesh_refuse"('a lost incarnation stays lost');

CREATE TABLE "cluster_setting" (
    "id" SMALLINT NOT NULL DEFAULT 1,
    "policy" TEXT,

    CONSTRAINT "cluster_setting_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "cluster_setting_one_row" CHECK ("id" = 1),
    CONSTRAINT "cluster_setting_policy" CHECK ("policy" = ANY ('{ROUND_ROBIN,LEAST_CONNECTIONS,RESOURCE_BASED,LEARNED}'::text[]))
);

CREATE TABLE "join_token" (
    "hash" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "used_by" TEXT,

    CONSTRAINT "join_token_pkey" PRIMARY KEY ("hash")
);
