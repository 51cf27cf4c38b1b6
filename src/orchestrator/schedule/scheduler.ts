/**
 * Runs what is due while this server leads. A due time becomes a mesh by the command `instantiateTemplate` with a key that is made of
 * schedule and time, and only then is written how far it has come: whatever dies in between, the next leader asks for the same
 * and is answered with the same mesh.
 *
 * States: following; leading.
 */
import type { Clock } from '../../kit/clock.js';
import { LeadingLoop } from '../../kit/loop/leading-loop.js';
import { RefusedError, type RefusalCode } from '../../lifecycle/refusal.js';
import type {
  DueDecision,
  DueOutcome,
  DueSchedule,
  ScheduleRow,
  ScheduleStore,
} from '../../store/schedules.js';
import type { Commands } from '../commands.js';
import { type DueTimes, dueTimes } from './due-times.js';

export interface SchedulerOptions {
  readonly store: Pick<ScheduleStore, 'due' | 'decided'>;
  readonly commands: () => Pick<Commands, 'instantiateTemplate'>;
  readonly clock: Clock;
  readonly failed: (error: unknown) => void;
  /** `lateMs`: behind its time. */
  readonly told: (outcome: DueOutcome, count: number, lateMs: number) => void;
}

/** Schedules of other servers, and meshes that end, are seen after so long. */
const LOOK_MS = 1000;
const DUE_MAX = 1000;
/** In one look: one schedule that cannot be carried out stops no other, and where so many fail it is none of theirs. */
const FAULTS_MAX = 20;
/** Worth another try at the same due time. */
const PASSING: ReadonlySet<RefusalCode> = new Set(['OVERLOADED', 'UNAVAILABLE']);

interface Outcome {
  readonly outcome: DueOutcome;
  readonly message: string | null;
  readonly meshId: string | null;
}

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #loop: LeadingLoop;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    const { clock, failed } = options;
    this.#loop = new LeadingLoop({ clock, failed, run: (epoch, signal) => this.#run(epoch, signal) });
  }

  lead(epoch: number): void {
    this.#loop.lead(epoch);
  }

  follow(): Promise<void> {
    return this.#loop.follow();
  }

  async #run(epoch: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { now, soonest, schedules } = await this.#options.store.due(DUE_MAX);
      const faults: unknown[] = [];
      for (const schedule of schedules) {
        if (signal.aborted) return;
        await this.#look(epoch, schedule, now).catch((error: unknown) => faults.push(error));
        if (faults.length > FAULTS_MAX) break;
      }
      // tried again with the next look, behind a rest; the others have had their turn
      if (faults.length > 0) throw faults[0];
      const ms = soonest === null ? LOOK_MS : Math.min(LOOK_MS, soonest.getTime() - now.getTime());
      if (!signal.aborted) await this.#loop.pause(Math.max(1, ms));
    }
  }

  async #look(epoch: number, schedule: DueSchedule, now: Date): Promise<void> {
    const step = new Step(schedule, now);
    if (schedule.pendingAt !== null && step.isFree(schedule.pendingAt)) {
      const pending = schedule.pendingAt;
      const fired = await this.#fire(schedule, pending);
      const isWritten = await this.#write(epoch, step, pending, {
        ...fired,
        ...{ nextAt: schedule.nextAt, pendingAt: null, missed: 0 },
      });
      if (!isWritten) return;
      step.pendingAt = null;
    }
    const { nextAt } = schedule;
    if (nextAt === null || nextAt > now) return;
    await this.#runDue(epoch, step, dueTimes(schedule, nextAt, now));
  }

  async #runDue(epoch: number, step: Step, { run, missed, lastMissed, nextAt }: DueTimes): Promise<void> {
    if (run.length === 0 && lastMissed !== null) {
      const message = `${missed} due while no server led`;
      const none = { outcome: 'MISSED', message, meshId: null } as const;
      await this.#write(epoch, step, lastMissed, {
        ...{ ...none, nextAt, pendingAt: step.pendingAt, missed: missed - 1 },
      });
      return;
    }
    for (const [index, due] of run.entries()) {
      const done = step.isFree(due) ? await this.#fire(step.schedule, due) : step.keepBack(due);
      const decision = {
        ...done,
        ...{ nextAt: run[index + 1] ?? nextAt, pendingAt: step.pendingAt, missed: index === 0 ? missed : 0 },
      };
      if (!(await this.#write(epoch, step, due, decision))) return;
    }
  }

  async #fire(schedule: ScheduleRow, due: Date): Promise<Outcome> {
    const { id, name, template, version, params } = schedule;
    const dueAt = due.toISOString();
    const call = { template, version, params, name: null, schedule: { id, name, dueAt } };
    const caller = {
      ...{ id: schedule.changedBy, trusted: schedule.trusted, changesAll: schedule.trusted },
      ...{ tenant: schedule.tenant, address: `schedule ${name}` },
    };
    try {
      const once = { key: `schedule\0${id}\0${dueAt}`, requestHash: id };
      const { meshId } = await this.#options.commands().instantiateTemplate(caller, call, once);
      return { outcome: 'STARTED', message: null, meshId };
    } catch (error) {
      if (!(error instanceof RefusedError) || PASSING.has(error.code)) throw error;
      return { outcome: 'REFUSED', message: error.message.slice(0, 1000), meshId: null };
    }
  }

  async #write(
    epoch: number,
    step: Step,
    due: Date,
    decision: Omit<DueDecision, 'lastAt'>,
  ): Promise<boolean> {
    const { store, told } = this.#options;
    const isWritten = await store.decided(epoch, step.schedule, { ...decision, lastAt: due });
    if (!isWritten) return false;
    if (decision.outcome === 'STARTED') step.started();
    told(decision.outcome, 1, step.now.getTime() - due.getTime());
    if (decision.missed > 0) told('MISSED', decision.missed, 0);
    return true;
  }
}

/** One look at one schedule: what is open, and what waits. */
class Step {
  pendingAt: Date | null;
  #isOpen = false;

  constructor(
    readonly schedule: DueSchedule,
    readonly now: Date,
  ) {
    this.pendingAt = schedule.pendingAt;
  }

  started(): void {
    this.#isOpen = true;
  }

  /** Nothing but the mesh of that due time itself, begun before a crash, is open. */
  isFree(due: Date): boolean {
    const { overlap, open } = this.schedule;
    if (overlap === 'ALLOW') return true;
    const dueAt = due.toISOString();
    return open.includes(dueAt) || (!this.#isOpen && open.length === 0);
  }

  /** Buffers one, or lets it go. */
  keepBack(due: Date): Outcome {
    if (this.schedule.overlap === 'QUEUE' && this.pendingAt === null) {
      this.pendingAt = due;
      return { outcome: 'QUEUED', message: 'waits for the mesh before it', meshId: null };
    }
    return { outcome: 'SKIPPED', message: 'the mesh before it was still open', meshId: null };
  }
}
