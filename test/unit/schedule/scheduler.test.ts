/** The scheduler against a leader that dies between what it decides and what it writes. */
import { expect, it } from 'vitest';
import { VirtualClock } from '../../../src/kit/clock.js';
import { Scheduler } from '../../../src/orchestrator/schedule/scheduler.js';
import type { DueDecision, DueSchedule, ScheduleRow } from '../../../src/store/schedules.js';

const BEGIN = Date.parse('2030-01-01T00:00:00Z');
const SCHEDULE: ScheduleRow = {
  ...{ id: 's', tenant: 'default', name: 'often', revision: 1, template: 't', version: null, params: {} },
  ...{
    cron: '* * * * * *',
    timeZone: 'UTC',
    overlap: 'QUEUE',
    catchUp: 'NONE',
    startsAt: null,
    endsAt: null,
  },
  ...{
    paused: false,
    trusted: true,
    createdBy: 'me',
    createdAt: new Date(0),
    changedBy: 'me',
    changedAt: new Date(0),
  },
  ...{
    nextAt: new Date(BEGIN),
    pendingAt: null,
    lastAt: null,
    lastOutcome: null,
    lastMessage: null,
    lastMeshId: null,
  },
  ...{ started: 0, skipped: 0, missed: 0, refused: 0 },
};

/** Database and core in one, as far as a scheduler sees them: meshes by key, and one row. */
class World {
  row = SCHEDULE;
  epoch = 1;
  readonly meshes = new Map<string, { dueAt: string; isOpen: boolean }>();
  readonly outcomes: string[] = [];
  dies: 'before' | 'after' | undefined;

  constructor(readonly now: () => Date) {}

  due = async () => {
    const open = [...this.meshes.values()].filter(({ isOpen }) => isOpen).map(({ dueAt }) => dueAt);
    const { nextAt, pendingAt } = this.row;
    const isDue = (nextAt !== null && nextAt <= this.now()) || (pendingAt !== null && open.length === 0);
    const schedules: DueSchedule[] = isDue ? [{ ...this.row, open }] : [];
    return { now: this.now(), soonest: null, schedules };
  };

  decided = async (epoch: number, { revision }: ScheduleRow, decision: DueDecision) => {
    if (epoch !== this.epoch || revision !== this.row.revision) return false;
    const { nextAt, pendingAt, outcome, lastAt } = decision;
    this.row = { ...this.row, nextAt, pendingAt };
    this.outcomes.push(`${lastAt.getUTCSeconds()} ${outcome}`);
    return true;
  };

  instantiateTemplate = async (
    _: unknown,
    { schedule }: { schedule?: { dueAt: string | null } },
    once?: { key: string },
  ) => {
    const { dies } = this;
    this.dies = undefined;
    if (dies === 'before') throw new Error('killed before the submission');
    const key = once?.key as string;
    if (!this.meshes.has(key)) this.meshes.set(key, { dueAt: schedule?.dueAt as string, isOpen: true });
    if (dies === 'after') throw new Error('killed after the submission');
    return { meshId: key };
  };

  end(): void {
    for (const mesh of this.meshes.values()) mesh.isOpen = false;
  }
}

it('makes one mesh for each due time, whatever dies in between', async () => {
  const clock = new VirtualClock();
  const world = new World(() => new Date(BEGIN + clock.monotonic()));
  const failures: unknown[] = [];
  const scheduler = () =>
    new Scheduler({
      store: world,
      commands: () => world,
      clock,
      failed: (error) => failures.push(error),
      told: () => undefined,
    });
  for (const dies of ['before', 'after', undefined] as const) {
    world.dies = dies;
    const leader = scheduler();
    leader.lead(world.epoch);
    await until(() => world.dies === undefined && (failures.length > 0 || world.outcomes.length > 0));
    await leader.follow();
    world.epoch++;
    failures.length = 0;
  }
  expect([...world.meshes.values()].map(({ dueAt }) => dueAt)).toEqual(['2030-01-01T00:00:00.000Z']);
  expect(world.outcomes).toEqual(['0 STARTED']);
});

it('lets one due time wait for the mesh before it, and those behind it go', async () => {
  const clock = new VirtualClock();
  const world = new World(() => new Date(BEGIN + clock.monotonic()));
  const scheduler = new Scheduler({
    store: world,
    commands: () => world,
    clock,
    failed: fail,
    told: () => undefined,
  });
  scheduler.lead(world.epoch);
  await until(() => world.outcomes.length === 1);
  for (let second = 2; second <= 4; second++) {
    await clock.advance(1000);
    await until(() => world.outcomes.length === second);
  }
  expect(world.outcomes).toEqual(['0 STARTED', '1 QUEUED', '2 SKIPPED', '3 SKIPPED']);
  world.end();
  await clock.advance(1000);
  await until(() => world.outcomes.length === 6);
  await scheduler.follow();
  expect(world.outcomes.slice(4)).toEqual(['1 STARTED', '4 QUEUED']);
});

it('goes on with the others where one cannot be carried out', async () => {
  const clock = new VirtualClock();
  const world = new World(() => new Date(BEGIN + clock.monotonic()));
  const failures: unknown[] = [];
  // its time zone is not known to this Node any more
  const gone = { ...SCHEDULE, id: 'gone', timeZone: 'Nowhere/Gone', open: [] };
  const scheduler = new Scheduler({
    store: {
      due: async () => {
        const { schedules, ...all } = await world.due();
        return { ...all, schedules: [gone, ...schedules] };
      },
      decided: world.decided,
    },
    commands: () => world,
    clock,
    failed: (error) => failures.push(error),
    told: () => undefined,
  });
  scheduler.lead(world.epoch);
  await until(() => world.outcomes.length === 1 && failures.length === 1);
  await clock.advance(2000);
  await until(() => world.outcomes.length > 1 && failures.length === 2);
  await scheduler.follow();
  expect(world.outcomes[0]).toBe('0 STARTED');
});

function fail(error: unknown): never {
  throw error;
}

async function until(holds: () => boolean): Promise<void> {
  await expect.poll(holds, { timeout: 20_000, interval: 1 }).toBe(true);
}
