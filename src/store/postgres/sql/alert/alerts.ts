/** Alerts as the leader writes them, a look in one transaction behind the fence, and as people read them. */
import { audited } from '../security/audited.js';

const COLUMNS = [
  'id',
  'number',
  'rule_id',
  'rule_name',
  'severity',
  'subject',
  'text',
  'value',
  'occurrences',
  'raised_at',
  'last_at',
  'resolved_at',
  'acknowledged_at',
  'acknowledged_by',
  'note',
].join(', ');

/** One row when $1 leads or led last; none when a later epoch has written. Locks the row until the end of the transaction. */
export const CLAIM = {
  name: 'taskmesh_alert_claim',
  text: `
    INSERT INTO alert_watch (id, epoch) VALUES (1, $1)
    ON CONFLICT (id) DO UPDATE SET epoch = EXCLUDED.epoch WHERE alert_watch.epoch <= EXCLUDED.epoch
    RETURNING epoch`,
} as const;

export const POSITION = {
  name: 'taskmesh_alert_position',
  text: 'SELECT event_seq, insight_number FROM alert_watch',
} as const;

export const SAVE_POSITION = {
  name: 'taskmesh_alert_save_position',
  text: 'UPDATE alert_watch SET event_seq = $1, insight_number = $2 WHERE id = 1',
} as const;

export const RAISE = {
  name: 'taskmesh_alert_raise',
  text: `
    INSERT INTO alert (id, rule_id, rule_name, severity, subject, text, value, occurrences)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (rule_id, subject) WHERE resolved_at IS NULL DO NOTHING`,
} as const;

export const OCCUR = {
  name: 'taskmesh_alert_occur',
  text: `
    UPDATE alert SET text = $2, value = $3, occurrences = occurrences + $4, last_at = clock_timestamp()
    WHERE id = $1 AND resolved_at IS NULL`,
} as const;

export const RESOLVE = {
  name: 'taskmesh_alert_resolve',
  text: 'UPDATE alert SET resolved_at = clock_timestamp() WHERE id = ANY ($1::uuid[]) AND resolved_at IS NULL',
} as const;

export const REPEAT = {
  name: 'taskmesh_alert_repeat',
  text: 'UPDATE alert SET told_at = clock_timestamp() WHERE id = ANY ($1::uuid[])',
} as const;

export const OPEN = {
  name: 'taskmesh_alert_open',
  text: `
    SELECT id, rule_id, severity, subject, acknowledged_at IS NOT NULL AS acknowledged,
           extract(epoch FROM clock_timestamp() - last_at)::float8 AS quiet_seconds,
           extract(epoch FROM clock_timestamp() - told_at)::float8 AS untold_seconds
    FROM alert WHERE resolved_at IS NULL`,
} as const;

/** $1 id, $2 rule, $3 severity, $4 open, $5 acknowledged (each may be null), $6 < number < $7, at most $8. */
export function alertsIn(newestFirst: boolean): { readonly name: string; readonly text: string } {
  const order = newestFirst ? 'DESC' : 'ASC';
  return {
    name: `taskmesh_alerts_${order.toLowerCase()}`,
    text: `
      SELECT ${COLUMNS} FROM alert
      WHERE ($1::uuid IS NULL OR id = $1) AND ($2::uuid IS NULL OR rule_id = $2) AND ($3::text IS NULL OR severity = $3)
        AND ($4::boolean IS NULL OR (resolved_at IS NULL) = $4)
        AND ($5::boolean IS NULL OR (acknowledged_at IS NOT NULL) = $5)
        AND ($6::bigint IS NULL OR number > $6) AND ($7::bigint IS NULL OR number < $7)
      ORDER BY number ${order} LIMIT $8`,
  };
}

export const ACKNOWLEDGE = audited(
  {
    name: 'taskmesh_alert_acknowledge',
    text: `
    UPDATE alert SET
      acknowledged_at = coalesce(acknowledged_at, clock_timestamp()), acknowledged_by = coalesce(acknowledged_by, $2),
      note = CASE WHEN acknowledged_at IS NULL THEN $3 ELSE note END
    WHERE id = $1 RETURNING ${COLUMNS}`,
  },
  {
    entry: 4,
    before: `SELECT json_build_object('acknowledgedBy', acknowledged_by, 'note', note) FROM alert WHERE id = $1`,
  },
);

/** The default mesh never ends. $1 seconds, $2 a pattern or null, $3 at most. */
export const MESHES_OLDER_THAN = {
  name: 'taskmesh_alert_meshes_older_than',
  text: `
    SELECT id, name, extract(epoch FROM clock_timestamp() - created_at)::float8 AS seconds
    FROM mesh
    WHERE status IN ('RUNNING', 'PAUSED') AND created_at < clock_timestamp() - $1::float8 * interval '1 second'
      AND id <> $4 AND ($2::text IS NULL OR name LIKE $2)
    ORDER BY created_at, id LIMIT $3`,
} as const;

export const NAMES_OF_MESHES = {
  name: 'taskmesh_alert_names_of_meshes',
  text: 'SELECT id, name FROM mesh WHERE id = ANY ($1::uuid[])',
} as const;

/** At most a thousand at once. */
export const PRUNE = {
  name: 'taskmesh_alert_prune',
  text: `
    WITH old AS (
      SELECT id FROM alert WHERE resolved_at < clock_timestamp() - $1 * interval '1 day' ORDER BY number LIMIT 1000
    ), swept AS (
      DELETE FROM alert_delivery WHERE alert_id IN (SELECT id FROM old)
    )
    DELETE FROM alert WHERE id IN (SELECT id FROM old)`,
} as const;
