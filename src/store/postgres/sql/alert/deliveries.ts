/** What is to be told through a channel. Written with the alert, ended by who delivers it. */

export const ADD_DELIVERY = {
  name: 'taskmesh_alert_add_delivery',
  text: `
    INSERT INTO alert_delivery (id, alert_id, phase, channel)
    SELECT $1, $2, $3, $4::json WHERE EXISTS (SELECT FROM alert WHERE id = $2)
    ON CONFLICT (id) DO NOTHING`,
} as const;

/**
 * $1 at most, $2 of one channel: a receiver that is away leaves room for others. What comes later of an alert waits, in each
 * channel, for what came before: whoever hears of the end before the beginning has an alert that never ends.
 */
export const DUE = {
  name: 'taskmesh_alert_due',
  text: `
    SELECT d.id AS delivery_id, d.alert_id, d.phase, d.channel, d.tries, a.*
    FROM (
      SELECT d.*, row_number() OVER (PARTITION BY d.channel::text ORDER BY d.next_at, d.id) AS place
      FROM alert_delivery AS d
      WHERE d.ended_at IS NULL AND d.next_at <= clock_timestamp() AND NOT EXISTS (
        SELECT FROM alert_delivery AS b
        WHERE b.alert_id = d.alert_id AND b.ended_at IS NULL AND b.channel::text = d.channel::text AND b.phase <> d.phase
          AND (d.phase = 'RESOLVED' OR d.phase = 'REPEATED' AND b.phase = 'RAISED'))
    ) AS d JOIN alert AS a ON a.id = d.alert_id
    WHERE d.place <= $2
    ORDER BY d.place, d.next_at, d.id LIMIT $1`,
} as const;

/** $2 why it failed, or null; $3 seconds to the next try, or null: it has ended. */
export const TRIED = {
  name: 'taskmesh_alert_tried',
  text: `
    UPDATE alert_delivery SET
      tries = tries + 1, failure = $2,
      ended_at = CASE WHEN $3::float8 IS NULL THEN clock_timestamp() END,
      next_at = CASE WHEN $3::float8 IS NULL THEN next_at ELSE clock_timestamp() + $3::float8 * interval '1 second' END
    WHERE id = $1 AND ended_at IS NULL`,
} as const;

export const DELIVERIES_OF = {
  name: 'taskmesh_alert_deliveries_of',
  text: `
    SELECT id, alert_id, phase, channel, tries, ended_at, failure
    FROM alert_delivery WHERE alert_id = ANY ($1::uuid[]) ORDER BY next_at, id`,
} as const;
