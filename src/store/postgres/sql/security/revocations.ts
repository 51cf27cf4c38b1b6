/** Revoked JWTs, one statement each. */
import { audited } from './audited.js';

const COLUMNS = 'number, tenant_id, subject, token_id, revoked_at, revoked_by, until';

export const SWEEP_REVOCATIONS = {
  name: 'taskmesh_sweep_revocations',
  text: 'DELETE FROM revoked_identity WHERE until < clock_timestamp()',
} as const;

export const ADD_REVOCATION = audited(
  {
    name: 'taskmesh_add_revocation',
    text: `
    INSERT INTO revoked_identity (tenant_id, subject, token_id, revoked_by, until)
    VALUES ($1, $2, $3, $4, clock_timestamp() + $5 * interval '1 millisecond') RETURNING ${COLUMNS}`,
  },
  { entry: 6 },
);

export const REVOCATIONS_AFTER = {
  name: 'taskmesh_revocations_after',
  text: `
    SELECT ${COLUMNS} FROM revoked_identity
    WHERE (number > $1 OR revoked_at > clock_timestamp() - interval '1 minute') AND until > clock_timestamp() ORDER BY number`,
} as const;
