/** Schedules on the real program: each due time one mesh across kills, and all that people can do about them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Person } from '../../support/identity/people.js';
import { freshDatabase } from '../../support/postgres.js';
import { graphql, type ServerProcess, serveProcess } from '../../support/server-process.js';

const PATIENCE = { timeout: 60_000, interval: 100 };

let stateDir: string;
let database: Awaited<ReturnType<typeof freshDatabase>>;
let server: ServerProcess;

beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'taskmesh-schedule-'));
  database = await freshDatabase();
  server = await serve();
  await ask('mutation ($input: CreateTemplateInput!) { createTemplate(input: $input) { id } }', {
    input: {
      name: 'pause',
      parameters: [{ name: 'pause', type: 'INTEGER', default: 1 }],
      definition: { name: 'pause', tasks: { only: { wait: '${params.pause}' } } },
    },
  });
}, 120_000);
afterAll(async () => {
  await server.stop();
  await database.drop();
  await rm(stateDir, { recursive: true, force: true });
});

const serve = (): Promise<ServerProcess> =>
  serveProcess(stateDir, { DATABASE_URL: database.url, TASKMESH_EXECUTION__DRAIN_SECONDS: '0' });

function ask<T>(query: string, variables: object = {}): Promise<T> {
  return graphql<T>(server, query, variables);
}

const FIELDS =
  'name revision paused nextAt pendingAt lastAt lastOutcome lastMessage started skipped missed refused';

interface Schedule {
  readonly revision: number;
  readonly paused: boolean;
  readonly nextAt: string | null;
  readonly pendingAt: string | null;
  readonly lastAt: string | null;
  readonly lastOutcome: string | null;
  readonly lastMessage: string | null;
  readonly started: number;
  readonly skipped: number;
  readonly missed: number;
  readonly upcoming: readonly string[];
}

async function create(name: string, more: object): Promise<void> {
  const input = { name, template: 'pause', cron: '* * * * * *', ...more };
  await ask('mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { id } }', { input });
}

async function read(name: string): Promise<Schedule> {
  const query = `query ($name: String!) { schedule(name: $name) { ${FIELDS} upcoming(count: 2) } }`;
  return (await ask<{ schedule: Schedule }>(query, { name })).schedule;
}

const change = (action: string, name: string): Promise<unknown> =>
  ask(`mutation ($name: String!) { ${action}(name: $name)${action.startsWith('delete') ? '' : ' { id }'} }`, {
    name,
  });

async function dueTimesOf(name: string): Promise<(string | null)[]> {
  type Found = { meshes: { nodes: { schedule: { name: string; dueAt: string | null } | null }[] } };
  const found = await ask<Found>(
    '{ meshes(first: 100, filter: { template: "pause" }, orderBy: { field: CREATED_AT }) { nodes { schedule { name dueAt } } } }',
  );
  return found.meshes.nodes.flatMap(({ schedule }) => (schedule?.name === name ? [schedule.dueAt] : []));
}

describe('a schedule', () => {
  it('makes one mesh for each due time, however often its server is killed', async () => {
    await create('often', { overlap: 'ALLOW' });
    for (let kills = 0; kills < 2; kills++) {
      const { started } = await read('often');
      await expect.poll(async () => (await read('often')).started, PATIENCE).toBeGreaterThan(started + 1);
      await server.kill();
      server = await serve();
    }
    const { started } = await read('often');
    await expect.poll(async () => (await read('often')).started, PATIENCE).toBeGreaterThan(started);
    await change('pauseSchedule', 'often');
    // what was being made when it was paused is told a moment later
    const isTold = async (): Promise<boolean> => {
      const [all, { started: told }] = [await dueTimesOf('often'), await read('often')];
      return all.length === Math.min(100, told);
    };
    await expect.poll(isTold, PATIENCE).toBe(true);
    const done = await read('often');
    expect(done).toMatchObject({ paused: true, nextAt: null });
    const times = (await dueTimesOf('often')) as string[];
    expect(new Set(times).size).toBe(times.length);
    const seconds = (Date.parse(done.lastAt as string) - Date.parse(times[0] as string)) / 1000 + 1;
    if (done.started <= 100) expect(done.started + done.missed).toBe(seconds);
  }, 300_000);

  it('lets one due time wait while a mesh is open, and is paused, resumed, triggered and deleted', async () => {
    await create('slow', { params: { pause: 3_600_000 }, overlap: 'QUEUE' });
    await expect.poll(async () => (await read('slow')).skipped, PATIENCE).toBeGreaterThan(0);
    const waiting = await read('slow');
    expect(waiting).toMatchObject({ started: 1, lastOutcome: 'SKIPPED', pendingAt: expect.any(String) });
    const { meshes } = await ask<{ meshes: { nodes: { id: string }[] } }>(
      '{ meshes(first: 1, filter: { statuses: [RUNNING], search: "pause" }) { nodes { id } } }',
    );
    await ask('mutation ($id: ID!) { cancelMesh(id: $id) { id } }', { id: meshes.nodes[0]?.id });
    await expect.poll(async () => (await read('slow')).started, PATIENCE).toBe(2);
    expect(await dueTimesOf('slow')).toContain(waiting.pendingAt);
    await change('pauseSchedule', 'slow');
    expect(await read('slow')).toMatchObject({
      pendingAt: null,
      upcoming: [expect.any(String), expect.any(String)],
    });
    await change('triggerSchedule', 'slow');
    expect(await dueTimesOf('slow')).toContain(null);
    await change('resumeSchedule', 'slow');
    expect(await read('slow')).toMatchObject({ paused: false, nextAt: expect.any(String) });
    await change('deleteSchedule', 'slow');
    await expect(read('slow')).rejects.toThrow(/no schedule/);
  }, 300_000);

  it('says why a due time came to nothing', async () => {
    await create('broken', { overlap: 'ALLOW' });
    await change('pauseSchedule', 'broken');
    await ask(
      'mutation ($input: UpdateTemplateInput!) { updateTemplate(name: "pause", input: $input) { id } }',
      {
        input: {
          expectedVersion: 1,
          parameters: [{ name: 'more', type: 'STRING' }],
          definition: { name: 'pause', tasks: { only: { tags: ['${params.more}'] } } },
        },
      },
    );
    await change('resumeSchedule', 'broken');
    await expect.poll(async () => (await read('broken')).lastOutcome, PATIENCE).toBe('REFUSED');
    expect((await read('broken')).lastMessage).toContain('params.more is required');
    await change('deleteSchedule', 'broken');
  }, 120_000);

  it('is checked, of a tenant and a role, and refuses a lost update', async () => {
    const owner = new Person(server.url, server.token);
    const [acme, operator] = await Promise.all([owner.admit('ADMIN', 'acme'), owner.admit('OPERATOR')]);
    const make = 'mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { revision } }';
    const input = {
      name: 'daily',
      template: 'pause',
      version: 1,
      cron: '0 3 * * *',
      timeZone: 'Europe/Berlin',
    };
    await operator.get(make, { input });
    expect(await owner.codeOf(make, { input })).toBe('CONFLICT');
    expect(await acme.codeOf(make, { input })).toBe('NOT_FOUND');
    expect(await acme.codeOf('{ schedule(name: "daily") { id } }')).toBe('NOT_FOUND');
    for (const wrong of [{ cron: '61 * * * *' }, { timeZone: 'Mars' }, { params: { x: 1 } }])
      expect(await owner.codeOf(make, { input: { ...input, name: 'wrong', ...wrong } })).toBe(
        'INVALID_INPUT',
      );
    const { name, ...text } = input;
    const update =
      'mutation ($name: String!, $input: UpdateScheduleInput!) { updateSchedule(name: $name, input: $input) { revision } }';
    const changed = { name, input: { ...text, cron: '0 4 * * *', expectedRevision: 1 } };
    expect(await owner.get(update, changed)).toEqual({ updateSchedule: { revision: 2 } });
    expect(await owner.codeOf(update, changed)).toBe('CONFLICT');
    const code = { name: 'code', definition: { name: 'c', tasks: { c: { command: ['true'] } } } };
    await owner.get('mutation ($input: CreateTemplateInput!) { createTemplate(input: $input) { id } }', {
      input: code,
    });
    const runs = { input: { ...input, name: 'code', template: 'code', version: null } };
    expect(await operator.codeOf(make, runs)).toBe('FORBIDDEN');
    const answer = await owner.rest('GET', '/schedules/daily?count=1');
    expect(await answer.json()).toMatchObject({
      cron: '0 4 * * *',
      overlap: 'skip',
      upcoming: [expect.any(String)],
    });
    const { auditLog } = await owner.get<{ auditLog: { nodes: { action: string }[] } }>(
      '{ auditLog(first: 100) { nodes { action actor address } } }',
    );
    expect(auditLog.nodes).toContainEqual({
      action: 'instantiateTemplate',
      actor: expect.any(String),
      address: 'schedule often',
    });
  }, 120_000);
});
