/** Rules of alerts. Any server changes them; each change has its entry of the audit as the last parameter. */
import { RULES_MAX } from '../../../alerts.js';
import { audited } from '../security/audited.js';

const COLUMNS = `id, name, description, severity, condition, channels, for_seconds, quiet_seconds, repeat_seconds, enabled,
  silenced_until, created_by, created_at, updated_at, from_event_seq, from_insight_number`;

/** What a rule says, for the audit. */
const WAS = `SELECT json_build_object('name', name, 'description', description, 'severity', severity, 'condition', condition, 'channels', channels,
  'forSeconds', for_seconds, 'quietSeconds', quiet_seconds, 'repeatSeconds', repeat_seconds, 'enabled', enabled)
  FROM alert_rule WHERE id = $1`;

export const RULES = {
  name: 'taskmesh_alert_rules',
  text: `SELECT ${COLUMNS} FROM alert_rule ORDER BY name`,
} as const;

/** None while its name is taken, or at the bound; two at once may pass the bound by one. */
export const ADD_RULE = audited(
  {
    name: 'taskmesh_alert_add_rule',
    text: `
    INSERT INTO alert_rule
      (id, name, description, severity, condition, channels, for_seconds, quiet_seconds, repeat_seconds, enabled, created_by,
       from_event_seq, from_insight_number)
    SELECT $1, $2, $3, $4, $5::json, $6::json, $7, $8, $9, $10, $11,
      coalesce((SELECT last_event_seq FROM leader_lease), 0), coalesce((SELECT max(number) FROM insight), 0)
    WHERE (SELECT count(*) FROM alert_rule) < ${RULES_MAX}
    ON CONFLICT DO NOTHING
    RETURNING ${COLUMNS}`,
  },
  { entry: 12 },
);

export const CHANGE_RULE = audited(
  {
    name: 'taskmesh_alert_change_rule',
    text: `
    UPDATE alert_rule SET
      name = $2, description = $3, severity = $4, condition = $5::json, channels = $6::json, for_seconds = $7,
      quiet_seconds = $8, repeat_seconds = $9, enabled = $10, updated_at = clock_timestamp()
    WHERE id = $1 AND NOT EXISTS (SELECT FROM alert_rule WHERE name = $2 AND id <> $1)
    RETURNING ${COLUMNS}`,
  },
  { entry: 11, before: WAS },
);

export const SILENCE_RULE = audited(
  {
    name: 'taskmesh_alert_silence_rule',
    text: `
    UPDATE alert_rule
    SET silenced_until = CASE WHEN $2::float8 > 0 THEN clock_timestamp() + $2::float8 * interval '1 second' END
    WHERE id = $1 RETURNING ${COLUMNS}`,
  },
  {
    entry: 3,
    before: `SELECT json_build_object('silencedUntil', silenced_until) FROM alert_rule WHERE id = $1`,
  },
);

export const DELETE_RULE = audited(
  {
    name: 'taskmesh_alert_delete_rule',
    text: 'DELETE FROM alert_rule WHERE id = $1 RETURNING id',
  },
  { entry: 2, before: WAS },
);
