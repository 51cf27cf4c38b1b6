-- JWTs of an identity provider that hold no longer: one by its jti, or all that a subject of a tenant had until then. A row is
-- forgotten when the last such token has expired by itself.
CREATE TABLE "revoked_identity" (
    "number" BIGSERIAL NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    -- NULL: all of the subject.
    "token_id" TEXT,
    "revoked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    "revoked_by" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "revoked_identity_pkey" PRIMARY KEY ("number")
);
