/** Schedules, one statement each. What people change has its entry of the audit in the same statement. */
import { SCHEDULES_MAX } from '../../../schedules.js';

const COLUMNS = `s.id, s.tenant_id, s.name, s.revision, s.template, s.version, s.params, s.cron, s.time_zone, s.overlap, s.catch_up,
  s.starts_at, s.ends_at, s.paused, s.trusted, s.created_by, s.created_at, s.changed_by, s.changed_at, s.next_at, s.pending_at, s.last_at,
  s.last_outcome, s.last_message, s.last_mesh_id, s.started, s.skipped, s.missed, s.refused`;

/** The entry is written only where something is changed. */
const TOLD = `told AS (SELECT taskmesh_audit(json_agg($1::json), date_trunc('milliseconds', clock_timestamp())) FROM s)`;

/** Of a schedule: meshes that are open. */
const OPEN = `SELECT m.origin #>> '{schedule,dueAt}' AS due_at FROM mesh AS m
  WHERE (m.origin #>> '{schedule,id}') = s.id::text AND (m.origin #>> '{schedule,id}') IS NOT NULL AND m.status IN ('RUNNING', 'PAUSED')`;

export const ADD_SCHEDULE = {
  name: 'taskmesh_add_schedule',
  text: `
    WITH s AS (
      INSERT INTO schedule (tenant_id, name, template, version, params, cron, time_zone, overlap, catch_up, starts_at, ends_at, created_by,
                            changed_by, trusted, next_at, id)
      SELECT $2, $3, $4, $5::int, $6::json, $7, $8, $9, $10, $11::timestamptz, $12::timestamptz, $13, $13, $14::boolean, $15::timestamptz,
             $16::uuid
      WHERE (SELECT count(*) FROM schedule WHERE tenant_id = $2) < ${SCHEDULES_MAX}
      ON CONFLICT DO NOTHING
      RETURNING *
    ),
    ${TOLD}
    SELECT ${COLUMNS} FROM s, told`,
} as const;

export const CHANGE_SCHEDULE = {
  name: 'taskmesh_change_schedule',
  text: `
    WITH s AS (
      UPDATE schedule SET
        template = $4, version = $5::int, params = $6::json, cron = $7, time_zone = $8, overlap = $9, catch_up = $10,
        starts_at = $11::timestamptz, ends_at = $12::timestamptz, changed_by = $13, trusted = $14::boolean,
        next_at = CASE WHEN paused THEN NULL ELSE $15::timestamptz END,
        changed_at = date_trunc('milliseconds', clock_timestamp()), revision = revision + 1
      WHERE tenant_id = $2 AND name = $3 AND revision = $16
      RETURNING *
    ),
    ${TOLD}
    SELECT ${COLUMNS} FROM s, told`,
} as const;

export const PAUSE_SCHEDULE = {
  name: 'taskmesh_pause_schedule',
  text: `
    WITH s AS (
      UPDATE schedule SET paused = $4::boolean, next_at = $5::timestamptz, pending_at = CASE WHEN $4::boolean THEN NULL ELSE pending_at END,
                          revision = revision + 1
      WHERE tenant_id = $2 AND name = $3 AND revision = $6
      RETURNING *
    ),
    ${TOLD}
    SELECT ${COLUMNS} FROM s, told`,
} as const;

export const DELETE_SCHEDULE = {
  name: 'taskmesh_delete_schedule',
  text: `
    WITH s AS (DELETE FROM schedule WHERE tenant_id = $2 AND name = $3 RETURNING id),
    ${TOLD}
    SELECT s.id FROM s, told`,
} as const;

export const SCHEDULES_OF_TENANT = {
  name: 'taskmesh_schedules_of_tenant',
  text: `
    SELECT ${COLUMNS} FROM schedule AS s
    WHERE s.tenant_id = $1 AND ($2::text IS NULL OR s.name ILIKE $2) AND ($3::text IS NULL OR s.name > $3)
    ORDER BY s.name LIMIT $4`,
} as const;

export const FIND_SCHEDULE = {
  name: 'taskmesh_find_schedule',
  text: `SELECT ${COLUMNS} FROM schedule AS s WHERE s.tenant_id = $1 AND s.name = $2`,
} as const;

export const DUE_SCHEDULES = {
  name: 'taskmesh_due_schedules',
  text: `
    SELECT ${COLUMNS}, ARRAY(${OPEN}) AS open FROM schedule AS s
    WHERE NOT s.paused AND (s.next_at <= $1 OR (s.pending_at IS NOT NULL AND NOT EXISTS (${OPEN})))
    ORDER BY s.next_at LIMIT $2`,
} as const;

export const SCHEDULE_CLOCK = {
  name: 'taskmesh_schedule_clock',
  text: `
    SELECT t.now, (SELECT min(next_at) FROM schedule WHERE next_at > t.now) AS soonest
    FROM (SELECT date_trunc('milliseconds', clock_timestamp()) AS now) AS t`,
} as const;

/** What was done is told, also of a schedule that was changed meanwhile; when that is due next is said by the change. */
export const SCHEDULE_DECIDED = {
  name: 'taskmesh_schedule_decided',
  text: `
    UPDATE schedule AS s SET
      next_at = CASE WHEN d.current THEN $4::timestamptz ELSE s.next_at END,
      pending_at = CASE WHEN d.current THEN $5::timestamptz ELSE s.pending_at END,
      last_at = $6::timestamptz, last_outcome = $7, last_message = $8, last_mesh_id = COALESCE($9::uuid, s.last_mesh_id),
      started = s.started + (d.fresh AND $7 = 'STARTED')::int, skipped = s.skipped + (d.fresh AND $7 = 'SKIPPED')::int,
      missed = s.missed + (d.fresh AND $7 = 'MISSED')::int + CASE WHEN d.fresh THEN $10::int ELSE 0 END,
      refused = s.refused + (d.fresh AND $7 = 'REFUSED')::int
    FROM (
      SELECT id, revision = $3 AS current, last_at IS DISTINCT FROM $6::timestamptz OR last_outcome IS DISTINCT FROM $7 AS fresh
      FROM schedule WHERE id = $2 FOR UPDATE
    ) AS d
    WHERE s.id = d.id AND EXISTS (SELECT FROM leader_lease WHERE epoch = $1)
    RETURNING d.current`,
} as const;
