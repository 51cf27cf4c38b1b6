/** Wires schedules: the scheduler of the server that leads. */
import type { Clock } from '../kit/clock.js';
import type { Commands } from '../orchestrator/commands.js';
import type { LeadershipEvent } from '../orchestrator/orchestrator-options.js';
import { Scheduler } from '../orchestrator/schedule/scheduler.js';
import type { CoreParts } from './core-parts.js';
import type { Started } from './started.js';

export interface ScheduleParts extends Pick<CoreParts, 'options' | 'database' | 'metrics'> {
  readonly clock: Clock;
  readonly commands: () => Pick<Commands, 'instantiateTemplate'>;
}

export interface OpenSchedules {
  told(event: LeadershipEvent): void;
}

export function openSchedules(
  { options: { log }, database, metrics, clock, commands }: ScheduleParts,
  started: Started,
): OpenSchedules {
  const failed = (error: unknown): void => log.warn({ err: error }, 'schedules are in trouble; trying again');
  const scheduler = new Scheduler({
    ...{ store: database.schedules, commands, clock, failed },
    told: (outcome, count, lateMs) => metrics.schedules.decided(outcome, count, lateMs),
  });
  started.add('schedules', () => scheduler.follow());
  return {
    told: (event) => {
      if (event.kind === 'leading') scheduler.lead(event.epoch);
      else void scheduler.follow().catch(failed);
    },
  };
}
