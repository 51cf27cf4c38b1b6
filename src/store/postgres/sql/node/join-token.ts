/** One-time tokens by which nodes join; those that are over are swept out whenever a new one is made. */
import { audited } from '../security/audited.js';

export const SWEEP_JOIN_TOKENS = {
  name: 'taskmesh_sweep_join_tokens',
  text: `DELETE FROM join_token WHERE expires_at < clock_timestamp() - interval '1 day'`,
} as const;

export const ADD_JOIN_TOKEN = audited(
  {
    name: 'taskmesh_add_join_token',
    text: `
    INSERT INTO join_token (hash, created_by, created_at, expires_at)
    VALUES ($1, $2, clock_timestamp(), clock_timestamp() + $3 * interval '1 millisecond') RETURNING hash`,
  },
  { entry: 4 },
);

export const USE_JOIN_TOKEN = audited(
  {
    name: 'taskmesh_use_join_token',
    text: `
    UPDATE join_token SET used_at = clock_timestamp(), used_by = $2
    WHERE hash = $1 AND used_at IS NULL AND expires_at > clock_timestamp() RETURNING hash`,
  },
  { entry: 3 },
);
