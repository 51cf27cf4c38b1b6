/** What people ask of schedules and do about them, on any server: checked, permitted, and written with an entry of the audit. */
import type { Json, JsonObject } from '../../kit/json.js';
import type { AuditRow } from '../../lifecycle/batch.js';
import { asked } from '../../lifecycle/person.js';
import { redacted } from '../../lifecycle/redacted.js';
import { type Fault, RefusedError } from '../../lifecycle/refusal.js';
import { runsCode } from '../../lifecycle/work.js';
import type { Page, PageRequest } from '../../store/reads.js';
import {
  type ScheduleFilter,
  type ScheduleRow,
  SCHEDULES_MAX,
  type ScheduleStore,
  type ScheduleText,
} from '../../store/schedules.js';
import { type Caller, type Commands, type Idempotency, tenantOf } from '../commands.js';
import { mayChange, refuse, TOKEN } from '../permissions.js';
import type { TemplateSource } from '../template/bind-template.js';
import { NAME, NAME_RULE } from '../template/template-desk.js';
import { timingFaults } from './cron-times.js';
import { nextDue } from './due-times.js';
import type { Schedules } from './schedules.js';

export interface ScheduleDeskOptions {
  readonly store: ScheduleStore;
  readonly newId: () => string;
  readonly templates: Pick<TemplateSource, 'check'>;
  readonly commands: Pick<Commands, 'instantiateTemplate'>;
}

export class ScheduleDesk implements Schedules {
  readonly #options: ScheduleDeskOptions;

  constructor(options: ScheduleDeskOptions) {
    this.#options = options;
  }

  list(filter: ScheduleFilter, page: PageRequest): Promise<Page<ScheduleRow>> {
    return this.#options.store.list(filter, page);
  }

  async find(tenant: string, name: string): Promise<ScheduleRow> {
    const row = await this.#options.store.find({ tenant, name });
    return row ?? refuse('NOT_FOUND', `no schedule ${JSON.stringify(name)}; \`schedules\` lists them`);
  }

  async upcoming(schedule: ScheduleRow, count: number): Promise<readonly Date[]> {
    const times: Date[] = [];
    let next = schedule.nextAt ?? nextDue(schedule, await this.#options.store.now());
    for (; next !== null && times.length < count; next = nextDue(schedule, next)) times.push(next);
    return times;
  }

  async create(caller: Caller, name: string, schedule: ScheduleText): Promise<ScheduleRow> {
    if (!NAME.test(name))
      refuse('INVALID_INPUT', `name ${NAME_RULE}`, [{ path: 'name', message: NAME_RULE }]);
    await this.#check(caller, schedule);
    const { store, newId } = this.#options;
    const key = { tenant: tenantOf(caller), name };
    const audit = entry(caller, 'createSchedule', name, { before: null, after: told(schedule) });
    const nextAt = nextDue(schedule, await store.now());
    const made = await store.add(key, { ...schedule, ...authority(caller), id: newId(), nextAt }, audit);
    if (made !== undefined) return made;
    if ((await store.find(key)) === undefined)
      refuse(
        'LIMIT_EXCEEDED',
        `there are ${SCHEDULES_MAX} schedules, as many as there may be; delete one first`,
      );
    refuse('CONFLICT', `schedule "${name}" exists; change it with updateSchedule`);
  }

  async change(caller: Caller, name: string, expected: number, schedule: ScheduleText): Promise<ScheduleRow> {
    const known = await this.#changeable(caller, name);
    await this.#check(caller, schedule);
    const { store } = this.#options;
    // what is due and not decided yet stays so, as long as the times are the same
    const nextAt = isSameTiming(known, schedule) ? known.nextAt : nextDue(schedule, await store.now());
    const audit = entry(caller, 'updateSchedule', name, { before: told(known), after: told(schedule) });
    const change = { ...schedule, ...authority(caller), expected, nextAt };
    return (await store.change({ tenant: tenantOf(caller), name }, change, audit)) ?? changed(name, expected);
  }

  pause(caller: Caller, name: string): Promise<ScheduleRow> {
    return this.#pause(caller, name, 'pauseSchedule');
  }

  resume(caller: Caller, name: string): Promise<ScheduleRow> {
    return this.#pause(caller, name, 'resumeSchedule');
  }

  async #pause(
    caller: Caller,
    name: string,
    action: 'pauseSchedule' | 'resumeSchedule',
  ): Promise<ScheduleRow> {
    const known = await this.#changeable(caller, name);
    const paused = action === 'pauseSchedule';
    if (known.paused === paused) return known;
    const { store } = this.#options;
    const nextAt = paused ? null : nextDue(known, await store.now());
    const audit = entry(caller, action, name, { before: { paused: !paused }, after: { paused } });
    const change = { expected: known.revision, paused, nextAt };
    const done = await store.pause({ tenant: tenantOf(caller), name }, change, audit);
    return done ?? changed(name, known.revision);
  }

  async remove(caller: Caller, name: string): Promise<string> {
    const known = await this.#changeable(caller, name);
    const audit = entry(caller, 'deleteSchedule', name, { before: told(known), after: null });
    await this.#options.store.remove({ tenant: tenantOf(caller), name }, audit);
    return known.id;
  }

  async trigger(caller: Caller, name: string, once?: Idempotency): Promise<{ meshId: string }> {
    const { id, template, version, params } = await this.find(tenantOf(caller), name);
    const call = { template, version, params, name: null, schedule: { id, name, dueAt: null } };
    return await this.#options.commands.instantiateTemplate(caller, call, once);
  }

  async #changeable(caller: Caller, name: string): Promise<ScheduleRow> {
    const row = await this.find(tenantOf(caller), name);
    if (!mayChange(caller, row))
      refuse('FORBIDDEN', `schedule "${name}" was made by somebody else; ${TOKEN}`);
    return row;
  }

  /** As far as it can be said today: a newer version of the template may ask for other things when it is due. */
  async #check(caller: Caller, schedule: ScheduleText): Promise<void> {
    const { startsAt, endsAt, template, version, params } = schedule;
    const faults: Fault[] = timingFaults(schedule);
    if (startsAt !== null && endsAt !== null && endsAt <= startsAt)
      faults.push({ path: 'endsAt', message: 'must be after startsAt' });
    if (faults[0] !== undefined) refuse('INVALID_INPUT', `${faults[0].path} ${faults[0].message}`, faults);
    const call = { template, version, params, name: null };
    const bound = await this.#options.templates.check(tenantOf(caller), call);
    if (!bound.ok) throw new RefusedError(bound.refusal);
    if (!caller.trusted && bound.value.mesh.tasks.some(({ spec }) => runsCode(spec.work)))
      refuse('FORBIDDEN', `template: its work runs code on this machine and needs the owner; ${TOKEN}`);
  }
}

function authority({ id: by, trusted }: Caller): { readonly by: string; readonly trusted: boolean } {
  return { by, trusted };
}

function isSameTiming(a: ScheduleText, b: ScheduleText): boolean {
  const isSame = (x: Date | null, y: Date | null): boolean => x?.getTime() === y?.getTime();
  const { cron, timeZone } = a;
  return (
    cron === b.cron && timeZone === b.timeZone && isSame(a.startsAt, b.startsAt) && isSame(a.endsAt, b.endsAt)
  );
}

function changed(name: string, expected: number): never {
  refuse(
    'CONFLICT',
    `schedule "${name}" is not in revision ${expected} any more: somebody changed it; read it again and change that`,
  );
}

function told(schedule: ScheduleText): JsonObject {
  const { template, version, params, cron, timeZone, overlap, catchUp, startsAt, endsAt } = schedule;
  const times = { startsAt: startsAt?.toISOString() ?? null, endsAt: endsAt?.toISOString() ?? null };
  return { template, version, params, cron, timeZone, overlap, catchUp, ...times };
}

function entry(
  caller: Caller,
  action: string,
  name: string,
  change: Pick<AuditRow, 'before' | 'after'>,
): AuditRow {
  const shown = (value: Json | null): Json | null => (value === null ? null : redacted(value));
  const { before, after } = change;
  return {
    ...asked(caller, action),
    subject: `schedule ${name}`,
    before: shown(before),
    after: shown(after),
  };
}
