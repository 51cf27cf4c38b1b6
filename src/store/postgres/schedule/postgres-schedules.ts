/** Schedules in the table `schedule`. Made by the composition root over the shared pool. */
import type { JsonObject } from '../../../kit/json.js';
import type { AuditRow } from '../../../lifecycle/batch.js';
import type { Page, PageRequest } from '../../reads.js';
import type {
  CatchUp,
  Due,
  DueDecision,
  DueOutcome,
  Overlap,
  ScheduleChange,
  ScheduleFilter,
  ScheduleKey,
  ScheduleRow,
  ScheduleStore,
} from '../../schedules.js';
import { auditColumns } from '../commit/audit-columns.js';
import type { Queries } from '../sessions/queries.js';
import { decodeCursor, encodeCursor, pageOf } from '../reads/page-cursor.js';
import { literalPattern } from '../reads/search-pattern.js';
import {
  ADD_SCHEDULE,
  CHANGE_SCHEDULE,
  DELETE_SCHEDULE,
  DUE_SCHEDULES,
  FIND_SCHEDULE,
  PAUSE_SCHEDULE,
  SCHEDULE_CLOCK,
  SCHEDULE_DECIDED,
  SCHEDULES_OF_TENANT,
} from '../sql/schedule/schedules.js';
import { fromStoredText, toStoredText } from '../stored-text.js';

const BY_NAME = 'schedules NAME ASC';

interface Row {
  readonly id: string;
  readonly tenant_id: string;
  readonly name: string;
  readonly revision: number;
  readonly template: string;
  readonly version: number | null;
  readonly params: JsonObject;
  readonly cron: string;
  readonly time_zone: string;
  readonly overlap: Overlap;
  readonly catch_up: CatchUp;
  readonly starts_at: Date | null;
  readonly ends_at: Date | null;
  readonly paused: boolean;
  readonly trusted: boolean;
  readonly created_by: string;
  readonly created_at: Date;
  readonly changed_by: string;
  readonly changed_at: Date;
  readonly next_at: Date | null;
  readonly pending_at: Date | null;
  readonly last_at: Date | null;
  readonly last_outcome: DueOutcome | null;
  readonly last_message: string | null;
  readonly last_mesh_id: string | null;
  readonly started: string;
  readonly skipped: string;
  readonly missed: string;
  readonly refused: string;
}

export class PostgresSchedules implements ScheduleStore {
  readonly #pool: Queries;

  constructor(pool: Queries) {
    this.#pool = pool;
  }

  async now(): Promise<Date> {
    return (await this.#clock()).now;
  }

  async list({ tenant, search }: ScheduleFilter, page: PageRequest): Promise<Page<ScheduleRow>> {
    const [after] = decodeCursor(page.after, BY_NAME, ['text']) ?? [null];
    const part = search === undefined ? null : `%${literalPattern(search)}%`;
    const values = [tenant, part, after, page.first + 1];
    const { rows } = await this.#pool.query<Row>({ ...SCHEDULES_OF_TENANT, values });
    return pageOf(rows.map(rowOf), page.first, ({ name }) => encodeCursor(BY_NAME, [name]));
  }

  find({ tenant, name }: ScheduleKey): Promise<ScheduleRow | undefined> {
    return this.#one(FIND_SCHEDULE, [tenant, toStoredText(name)]);
  }

  add(
    key: ScheduleKey,
    schedule: ScheduleChange & { readonly id: string },
    audit: AuditRow,
  ): Promise<ScheduleRow | undefined> {
    return this.#one(ADD_SCHEDULE, [...keyed(key, audit), ...valuesOf(schedule), schedule.id]);
  }

  change(
    key: ScheduleKey,
    schedule: ScheduleChange & { readonly expected: number },
    audit: AuditRow,
  ): Promise<ScheduleRow | undefined> {
    return this.#one(CHANGE_SCHEDULE, [...keyed(key, audit), ...valuesOf(schedule), schedule.expected]);
  }

  pause(
    key: ScheduleKey,
    { expected, paused, nextAt }: Parameters<ScheduleStore['pause']>[1],
    audit: AuditRow,
  ): Promise<ScheduleRow | undefined> {
    return this.#one(PAUSE_SCHEDULE, [...keyed(key, audit), paused, nextAt, expected]);
  }

  async remove(key: ScheduleKey, audit: AuditRow): Promise<boolean> {
    const values = keyed(key, audit);
    return (await this.#pool.query<{ id: string }>({ ...DELETE_SCHEDULE, values })).rows.length === 1;
  }

  async due(limit: number): Promise<Due> {
    const { now, soonest } = await this.#clock();
    const { rows } = await this.#pool.query<Row & { open: (string | null)[] }>({
      ...DUE_SCHEDULES,
      values: [now, limit],
    });
    return { now, soonest, schedules: rows.map((row) => ({ ...rowOf(row), open: row.open })) };
  }

  async decided(
    epoch: number,
    { id, revision }: ScheduleRow,
    { nextAt, pendingAt, lastAt, outcome, message, meshId, missed }: DueDecision,
  ): Promise<boolean> {
    const said = message === null ? null : toStoredText(message);
    const values = [epoch, id, revision, nextAt, pendingAt, lastAt, outcome, said, meshId, missed];
    const { rows } = await this.#pool.query<{ current: boolean }>({ ...SCHEDULE_DECIDED, values });
    return rows[0]?.current === true;
  }

  async #clock(): Promise<{ now: Date; soonest: Date | null }> {
    const { rows } = await this.#pool.query<{ now: Date; soonest: Date | null }>(SCHEDULE_CLOCK);
    return rows[0] as { now: Date; soonest: Date | null };
  }

  async #one(
    query: { readonly name: string; readonly text: string },
    values: unknown[],
  ): Promise<ScheduleRow | undefined> {
    const { rows } = await this.#pool.query<Row>({ ...query, values });
    return rows[0] && rowOf(rows[0]);
  }
}

function keyed({ tenant, name }: ScheduleKey, audit: AuditRow): unknown[] {
  return [JSON.stringify(auditColumns(audit)), tenant, toStoredText(name)];
}

function valuesOf(schedule: ScheduleChange): unknown[] {
  const { template, version, params, cron, timeZone, overlap, catchUp, startsAt, endsAt } = schedule;
  return [
    ...[toStoredText(template), version, JSON.stringify(params), cron, timeZone, overlap, catchUp],
    ...[startsAt, endsAt, toStoredText(schedule.by), schedule.trusted, schedule.nextAt],
  ];
}

function rowOf(row: Row): ScheduleRow {
  const { id, revision, version, params, cron, overlap, paused, trusted } = row;
  return {
    ...{ id, revision, version, params, cron, overlap, paused, trusted },
    tenant: row.tenant_id,
    name: fromStoredText(row.name),
    template: fromStoredText(row.template),
    timeZone: row.time_zone,
    catchUp: row.catch_up,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    createdBy: fromStoredText(row.created_by),
    createdAt: row.created_at,
    changedBy: fromStoredText(row.changed_by),
    changedAt: row.changed_at,
    nextAt: row.next_at,
    pendingAt: row.pending_at,
    lastAt: row.last_at,
    lastOutcome: row.last_outcome,
    lastMessage: row.last_message === null ? null : fromStoredText(row.last_message),
    lastMeshId: row.last_mesh_id,
    started: Number(row.started),
    skipped: Number(row.skipped),
    missed: Number(row.missed),
    refused: Number(row.refused),
  };
}
