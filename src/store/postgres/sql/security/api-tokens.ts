/** API tokens, one statement each. Those that change something write their entry of the audit in the same statement. */
const COLUMNS = 'id, name, tenant_id, role, created_by, created_at, expires_at, revoked_at, last_used_at';

const AUDITED = `told AS (SELECT taskmesh_audit(json_build_array($1::json), date_trunc('milliseconds', clock_timestamp())))`;

export const ADD_TOKEN = {
  name: 'taskmesh_add_api_token',
  text: `
    WITH ${AUDITED},
    made AS (
      INSERT INTO api_token (id, name, hash, tenant_id, role, created_by, expires_at)
      VALUES ($2, $3, $4, $5, $6, $7, clock_timestamp() + $8 * interval '1 millisecond') RETURNING ${COLUMNS}
    )
    SELECT made.* FROM made, told`,
} as const;

/** The entry is written only where something is revoked. */
export const REVOKE_TOKEN = {
  name: 'taskmesh_revoke_api_token',
  text: `
    WITH revoked AS (
      UPDATE api_token SET revoked_at = clock_timestamp()
      WHERE id = $2 AND tenant_id = $3 AND revoked_at IS NULL RETURNING ${COLUMNS}
    ),
    told AS (
      SELECT taskmesh_audit(json_agg($1::json), date_trunc('milliseconds', clock_timestamp())) FROM revoked
    )
    SELECT revoked.* FROM revoked, told`,
} as const;

export const TOKEN_BY_ID = {
  name: 'taskmesh_api_token_by_id',
  text: `SELECT ${COLUMNS} FROM api_token WHERE id = $1 AND tenant_id = $2`,
} as const;

export const TOKENS_OF_TENANT = {
  name: 'taskmesh_api_tokens_of_tenant',
  text: `
    SELECT ${COLUMNS} FROM api_token
    WHERE tenant_id = $1 AND expires_at > clock_timestamp() - interval '30 days'
    ORDER BY created_at DESC, id DESC LIMIT 1000`,
} as const;

export const TOKEN_BY_HASH = {
  name: 'taskmesh_api_token_by_hash',
  text: `
    SELECT ${COLUMNS}, revoked_at IS NOT NULL OR expires_at <= clock_timestamp() AS is_over
    FROM api_token WHERE hash = $1`,
} as const;

export const REVOKED_AMONG = {
  name: 'taskmesh_revoked_api_tokens',
  text: 'SELECT id FROM api_token WHERE id = ANY($1::uuid[]) AND revoked_at IS NOT NULL',
} as const;

export const TOKEN_USED = {
  name: 'taskmesh_api_token_used',
  text: 'UPDATE api_token SET last_used_at = clock_timestamp() WHERE id = $1',
} as const;
