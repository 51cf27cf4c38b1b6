/** What people ask of schedules and do about them; implemented by schedule-desk.ts, on any server. */
import type { Page, PageRequest } from '../../store/reads.js';
import type { ScheduleFilter, ScheduleRow, ScheduleText } from '../../store/schedules.js';
import type { Caller, Idempotency } from '../commands.js';

export interface Schedules {
  /** By name. */
  list(filter: ScheduleFilter, page: PageRequest): Promise<Page<ScheduleRow>>;
  find(tenant: string, name: string): Promise<ScheduleRow>;
  /** Due times from now on, or from when it goes on if it is paused. */
  upcoming(schedule: ScheduleRow, count: number): Promise<readonly Date[]>;
  create(caller: Caller, name: string, schedule: ScheduleText): Promise<ScheduleRow>;
  /** `expected`: the revision that the caller has seen. */
  change(caller: Caller, name: string, expected: number, schedule: ScheduleText): Promise<ScheduleRow>;
  /** What falls due meanwhile is not run, and not caught up. */
  pause(caller: Caller, name: string): Promise<ScheduleRow>;
  resume(caller: Caller, name: string): Promise<ScheduleRow>;
  /** Its meshes stay. */
  remove(caller: Caller, name: string): Promise<string>;
  /** A mesh now, beside the due times, with what the caller may. */
  trigger(caller: Caller, name: string, once?: Idempotency): Promise<{ meshId: string }>;
}
