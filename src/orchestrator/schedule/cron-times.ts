/**
 * When a cron expression is due in a time zone, by croner. Five fields (minute hour day month weekday), six with seconds in front, or
 * `@daily` and the like. Where clocks go forward, a time that does not exist is due when they have; where they go back, a fixed
 * hour is due once, at its first occurrence, and what is due every hour or more often goes on without a gap.
 */
import { Cron } from 'croner';
import type { Fault } from '../../lifecycle/refusal.js';

const CRON_MAX = 100;

export class CronTimes {
  readonly #cron: Cron;

  /** Throws what croner says where either is none. */
  constructor(cron: string, timeZone: string) {
    this.#cron = new Cron(cron, { timezone: timeZone, paused: true });
    this.#cron.nextRun();
  }

  /** Strictly after; null: never again. */
  after(instant: Date): Date | null {
    return this.#cron.nextRun(instant);
  }

  /** The last that is due before, or null. */
  before(instant: Date): Date | null {
    return this.#cron.previousRuns(1, instant)[0] ?? null;
  }
}

export function timingFaults({
  cron,
  timeZone,
}: {
  readonly cron: string;
  readonly timeZone: string;
}): Fault[] {
  if (!isTimeZone(timeZone))
    return [
      {
        path: 'timeZone',
        message: `must be a time zone such as Europe/Berlin or UTC, got ${JSON.stringify(timeZone.slice(0, 64))}`,
      },
    ];
  const fault = (message: string): Fault[] => [{ path: 'cron', message }];
  if (cron.length > CRON_MAX) return fault(`must have at most ${CRON_MAX} characters`);
  try {
    const times = new CronTimes(cron, timeZone);
    return times.after(new Date()) === null ? fault('is never due again') : [];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fault(`must be a cron expression such as "30 2 * * *" (minute hour day month weekday): ${why}`);
  }
}

function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}
