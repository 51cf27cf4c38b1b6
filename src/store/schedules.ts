/**
 * The contract of templates that are run at times: what people say of a schedule, and how far the leader has come with it.
 * `postgres/` implements it. Any server changes what people say; the leader writes the rest behind the fence of its epoch.
 */
import type { JsonObject } from '../kit/json.js';
import type { AuditRow } from '../lifecycle/batch.js';
import type { Page, PageRequest } from './reads.js';

/** Of a tenant. */
export const SCHEDULES_MAX = 500;

/** What becomes of a due time while the mesh of an earlier one is open. */
export const OVERLAPS = ['SKIP', 'QUEUE', 'ALLOW'] as const;
export type Overlap = (typeof OVERLAPS)[number];
/** What becomes of due times that nobody looked at in time. */
export const CATCH_UPS = ['NONE', 'LAST'] as const;
export type CatchUp = (typeof CATCH_UPS)[number];
export const DUE_OUTCOMES = ['STARTED', 'QUEUED', 'SKIPPED', 'MISSED', 'REFUSED'] as const;
export type DueOutcome = (typeof DUE_OUTCOMES)[number];

/** What people say of a schedule. */
export interface ScheduleText {
  readonly template: string;
  /** Null: the newest at the due time. */
  readonly version: number | null;
  readonly params: JsonObject;
  readonly cron: string;
  readonly timeZone: string;
  readonly overlap: Overlap;
  readonly catchUp: CatchUp;
  readonly startsAt: Date | null;
  readonly endsAt: Date | null;
}

export interface ScheduleRow extends ScheduleText {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  /** Counted up by everything that people change. */
  readonly revision: number;
  readonly paused: boolean;
  /** Whether who changed it last may run code: its meshes may what they may. */
  readonly trusted: boolean;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly changedBy: string;
  readonly changedAt: Date;
  /** Null: paused, or over. */
  readonly nextAt: Date | null;
  /** A due time that waits for the end of the mesh before it. */
  readonly pendingAt: Date | null;
  readonly lastAt: Date | null;
  readonly lastOutcome: DueOutcome | null;
  readonly lastMessage: string | null;
  readonly lastMeshId: string | null;
  readonly started: number;
  readonly skipped: number;
  readonly missed: number;
  readonly refused: number;
}

export interface ScheduleKey {
  readonly tenant: string;
  readonly name: string;
}

export interface ScheduleFilter {
  readonly tenant: string;
  /** Part of the name, in any case. */
  readonly search?: string;
}

/** By whom, and when it is due next. */
export interface ScheduleChange extends ScheduleText {
  readonly by: string;
  readonly trusted: boolean;
  readonly nextAt: Date | null;
}

export interface DueSchedule extends ScheduleRow {
  /** Due times of its open meshes, as they are written in their origins; null for one that was asked for in between. */
  readonly open: readonly (string | null)[];
}

export interface Due {
  /** The database's clock. */
  readonly now: Date;
  /** When the next of all is due that is not yet. */
  readonly soonest: Date | null;
  readonly schedules: readonly DueSchedule[];
}

/** What was decided about one due time, and what is next. */
export interface DueDecision {
  readonly nextAt: Date | null;
  readonly pendingAt: Date | null;
  readonly lastAt: Date;
  readonly outcome: DueOutcome;
  readonly message: string | null;
  readonly meshId: string | null;
  /** Due times that nobody looked at, beside this one. */
  readonly missed: number;
}

export interface ScheduleStore {
  /** The database's clock. */
  now(): Promise<Date>;
  /** By name. */
  list(filter: ScheduleFilter, page: PageRequest): Promise<Page<ScheduleRow>>;
  find(key: ScheduleKey): Promise<ScheduleRow | undefined>;
  /** Undefined while the name is taken, or at the bound. */
  add(
    key: ScheduleKey,
    schedule: ScheduleChange & { readonly id: string },
    audit: AuditRow,
  ): Promise<ScheduleRow | undefined>;
  /** Undefined unless the revision is the one that was expected, as the next. */
  change(
    key: ScheduleKey,
    schedule: ScheduleChange & { readonly expected: number },
    audit: AuditRow,
  ): Promise<ScheduleRow | undefined>;
  pause(
    key: ScheduleKey,
    change: { readonly expected: number; readonly paused: boolean; readonly nextAt: Date | null },
    audit: AuditRow,
  ): Promise<ScheduleRow | undefined>;
  remove(key: ScheduleKey, audit: AuditRow): Promise<boolean>;
  /** Those that have something due, or something pending whose time has come. */
  due(limit: number): Promise<Due>;
  /** False: it was changed meanwhile, or another leads. */
  decided(epoch: number, schedule: ScheduleRow, decision: DueDecision): Promise<boolean>;
}
