/**
 * Which due times of a schedule have come, and what becomes of them. A time that is looked at within a minute is on time; later it was
 * missed, because nobody led. Of what was missed nothing is run, or with LAST the last of it, unless something is due on time
 * anyway. Called by the scheduler and its tests; it knows no clock.
 */
import type { ScheduleRow } from '../../store/schedules.js';
import { CronTimes } from './cron-times.js';

export const LATE_MS = 60_000;
/** Counted one by one; of more that were missed only the last is known. */
const COUNTED_MAX = 200;

export type Timing = Pick<ScheduleRow, 'cron' | 'timeZone' | 'startsAt' | 'endsAt'>;

export interface DueTimes {
  /** To be run, in order. */
  readonly run: readonly Date[];
  /** Not to be run, beside those. */
  readonly missed: number;
  readonly lastMissed: Date | null;
  readonly nextAt: Date | null;
}

/** The first due time behind `instant` that the schedule has. */
export function nextDue({ cron, timeZone, startsAt, endsAt }: Timing, instant: Date): Date | null {
  const justBefore =
    startsAt === null ? instant : new Date(Math.max(instant.getTime(), startsAt.getTime() - 1));
  const next = new CronTimes(cron, timeZone).after(justBefore);
  return next !== null && (endsAt === null || next <= endsAt) ? next : null;
}

export function dueTimes(schedule: Timing & Pick<ScheduleRow, 'catchUp'>, nextAt: Date, now: Date): DueTimes {
  const late: Date[] = [];
  const onTime: Date[] = [];
  let next: Date | null = nextAt;
  while (next !== null && next <= now && late.length + onTime.length < COUNTED_MAX) {
    (now.getTime() - next.getTime() > LATE_MS ? late : onTime).push(next);
    next = nextDue(schedule, next);
  }
  if (next !== null && next <= now) return afterLong(schedule, late.length, now);
  return decided(schedule, { late, onTime, counted: late.length }, next);
}

/** So much was missed that only what is around now is looked at. */
function afterLong(schedule: Timing & Pick<ScheduleRow, 'catchUp'>, counted: number, now: Date): DueTimes {
  const from = new Date(now.getTime() - LATE_MS - 1);
  const onTime: Date[] = [];
  let next = nextDue(schedule, from);
  for (; next !== null && next <= now; next = nextDue(schedule, next)) onTime.push(next);
  const { cron, timeZone, endsAt } = schedule;
  const until =
    endsAt !== null && endsAt < from ? new Date(endsAt.getTime() + 1) : new Date(from.getTime() + 1);
  const last = new CronTimes(cron, timeZone).before(until);
  return decided(schedule, { late: last === null ? [] : [last], onTime, counted }, next);
}

function decided(
  { catchUp }: Pick<ScheduleRow, 'catchUp'>,
  {
    late,
    onTime,
    counted,
  }: { readonly late: readonly Date[]; readonly onTime: readonly Date[]; readonly counted: number },
  nextAt: Date | null,
): DueTimes {
  const lastMissed = late.at(-1) ?? null;
  const caughtUp = catchUp === 'LAST' && onTime.length === 0 && lastMissed !== null ? [lastMissed] : [];
  return { run: [...caughtUp, ...onTime], missed: counted - caughtUp.length, lastMissed, nextAt };
}
