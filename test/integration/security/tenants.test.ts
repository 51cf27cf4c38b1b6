/** Two tenants on one server: what belongs to one does not exist for the other, whichever door is tried. */
import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import type { Client } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askings, UNKNOWN_ID } from '../../api/access/asking.js';
import { type TestApp, startApp } from '../../support/app.js';
import { Person } from '../../support/identity/people.js';

const HELD = { hold: true, work: { wait: { durationMs: 1 } } };

let app: TestApp;
let acme: Person;
let globex: Person;
/** Of acme. */
let ids: { mesh: string; task: string; loose: string };

beforeAll(async () => {
  app = await startApp({ execution: { drainSeconds: 0 } });
  const owner = new Person(app.url, app.token);
  [acme, globex] = await Promise.all([owner.admit('ADMIN', 'acme'), owner.admit('ADMIN', 'globex')]);
  ids = await meshOf(acme, 'k');
});
afterAll(async () => await app.close());

async function meshOf(person: Person, idempotencyKey: string): Promise<typeof ids> {
  const tasks = [
    { key: 'a', ...HELD },
    { key: 'b', ...HELD, dependsOn: [{ task: 'a' }] },
  ];
  const { submitMesh } = await person.get<{ submitMesh: { id: string; tasks: { nodes: { id: string }[] } } }>(
    'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id tasks { nodes { id } } } }',
    { input: { name: 'of one tenant', tasks, idempotencyKey } },
  );
  const { createTask } = await person.get<{ createTask: { id: string } }>(
    'mutation ($input: CreateTaskInput!) { createTask(input: $input) { id } }',
    { input: { name: 'loose', ...HELD } },
  );
  return { mesh: submitMesh.id, task: submitMesh.tasks.nodes[0]?.id as string, loose: createTask.id };
}

/** The answer with the ids that were asked for made alike. */
async function answered(person: Person, document: string, id: string): Promise<string> {
  const { data, errors, status } = await person.ask(document.replaceAll(UNKNOWN_ID, id));
  const text = JSON.stringify({ status, data, errors }).replaceAll(id, 'ID');
  return text.replace(/"requestId":"[^"]*"/g, '').replace(/"locations":\[[^\]]*\]/g, '');
}

const schema = buildSchema(readFileSync(new URL('../../../schema/schema.graphql', import.meta.url), 'utf8'));
const byId = askings(schema).filter(
  ({ document, kind }) => kind !== 'subscription' && document.includes(UNKNOWN_ID),
);
/** With ids where they may be left out. */
const more = [
  '{ events(meshId: "ID") { nodes { seq } totalCount } }',
  '{ events(taskId: "ID") { nodes { seq } totalCount } }',
  '{ edges(meshId: "ID") { nodes { id } totalCount } }',
  '{ edges(sourceId: "ID") { nodes { id } totalCount } }',
  '{ tasks(filter: { meshId: "ID" }) { nodes { id } totalCount } }',
  '{ meshes(filter: { parentMeshId: "ID" }) { nodes { id } totalCount } }',
  '{ executionStats(meshId: "ID") { attempts } }',
  'mutation { createTask(input: { name: "x", meshId: "ID" }) { id } }',
  'mutation { rerunMesh(id: "ID", strategy: ALL) { id } }',
  'mutation { rerunMesh(id: "ID", strategy: FROM_TASK, fromTaskId: "ID") { id } }',
].map((text) => text.replaceAll('"ID"', `"${UNKNOWN_ID}"`));

describe('what another tenant has', () => {
  it('answers to every operation as what does not exist', async () => {
    const differing: string[] = [];
    for (const document of [...byId.map((one) => one.document), ...more]) {
      const unknown = await answered(globex, document, UNKNOWN_ID);
      for (const id of Object.values(ids))
        if ((await answered(globex, document, id)) !== unknown) differing.push(`${document} for ${id}`);
    }
    expect(differing).toEqual([]);
  });

  it('is unchanged by all of that, and is there for its own', async () => {
    const { mesh, task } = await acme.get<{ mesh: object; task: object }>(
      'query ($mesh: ID!, $task: ID!) { mesh(id: $mesh) { status counts { total held } } task(id: $task) { status } }',
      ids,
    );
    expect([mesh, task]).toEqual([{ status: 'RUNNING', counts: { total: 2, held: 2 } }, { status: 'HELD' }]);
  });

  it('answers to REST as what does not exist', async () => {
    for (const [method, path] of [
      ['GET', '/tasks/ID'],
      ['PUT', '/tasks/ID'],
      ['DELETE', '/tasks/ID'],
      ['POST', '/tasks/ID/execute'],
      ['POST', '/tasks/ID/cancel'],
      ['GET', '/tasks/ID/events'],
    ] as const) {
      const ask = async (id: string): Promise<string> => {
        const answer = await globex.rest(
          method,
          path.replace('ID', id),
          method === 'PUT' ? { name: 'x' } : undefined,
        );
        const text = (await answer.text()).replaceAll(id, 'ID').replace(/"request_id":"[^"]*"/, '');
        return `${answer.status} ${text}`;
      };
      expect(await ask(ids.task), `${method} ${path}`).toBe(await ask(UNKNOWN_ID));
    }
  });

  it('is in no list and no count', async () => {
    await meshOf(globex, 'k');
    const lists = `{ meshes { nodes { id } totalCount } tasks { nodes { id } totalCount }
      held: tasks(filter: { statuses: [HELD] }) { nodes { id } }
      events(first: 100) { nodes { meshId } totalCount } edges { nodes { meshId } totalCount } }`;
    const [mine, theirs] = [JSON.stringify(await globex.get(lists)), JSON.stringify(await acme.get(lists))];
    for (const id of Object.values(ids)) {
      expect(theirs).toContain(id);
      expect(mine).not.toContain(id);
    }
    const count = (text: string, noun: string): string =>
      new RegExp(`"${noun}":\\{.*?"totalCount":(\\d+)`).exec(text)?.[1] ?? '';
    expect([count(mine, 'tasks'), count(theirs, 'tasks')]).toEqual(['3', '3']);
    expect([count(mine, 'edges'), count(theirs, 'edges')]).toEqual(['1', '1']);
  });

  it('does not take its idempotency keys, and the default tenant sees neither', async () => {
    const [mine, theirs] = [await meshOf(globex, 'same'), await meshOf(acme, 'same')];
    expect(mine.mesh).not.toBe(theirs.mesh);
    expect((await meshOf(acme, 'same')).mesh).toBe(theirs.mesh);
    const owner = new Person(app.url, app.token);
    const { meshes, tasks } = await owner.get<Record<'meshes' | 'tasks', { totalCount: number }>>(
      '{ meshes { totalCount } tasks { totalCount } }',
    );
    expect([meshes.totalCount, tasks.totalCount]).toEqual([1, 0]);
  });

  it('shares no concurrency key', async () => {
    const concurrency = { key: 'database', limit: 1, strategy: 'QUEUE' };
    const start = async (person: Person): Promise<string> => {
      const input = { name: 'busy', work: { wait: { durationMs: 3_600_000 } }, concurrency };
      const { createTask } = await person.get<{ createTask: { id: string } }>(
        'mutation ($input: CreateTaskInput!) { createTask(input: $input) { id } }',
        { input },
      );
      return createTask.id;
    };
    const [mine, theirs] = [await start(globex), await start(acme)];
    const statusOf = async (person: Person, id: string): Promise<string> =>
      (
        await person.get<{ task: { status: string } }>('query ($id: ID!) { task(id: $id) { status } }', {
          id,
        })
      ).task.status;
    await expect.poll(() => statusOf(globex, mine), { timeout: 30_000 }).toBe('RUNNING');
    await expect.poll(() => statusOf(acme, theirs), { timeout: 30_000 }).toBe('RUNNING');
  });

  it('is delivered to no subscription', async () => {
    const [mine, theirs] = [globex.client(), acme.client()];
    const heard = { mine: [] as string[], theirs: [] as string[] };
    const query = 'subscription { taskStatusChanged(after: 0) { meshId } }';
    const stops = [
      mine.subscribe(
        { query },
        {
          next: ({ data }) => heard.mine.push(JSON.stringify(data)),
          error: () => undefined,
          complete: () => undefined,
        },
      ),
      theirs.subscribe(
        { query },
        {
          next: ({ data }) => heard.theirs.push(JSON.stringify(data)),
          error: () => undefined,
          complete: () => undefined,
        },
      ),
    ];
    const last = await meshOf(globex, 'last');
    await expect.poll(() => heard.mine.join(), { timeout: 30_000 }).toContain(last.mesh);
    await expect.poll(() => heard.theirs.join(), { timeout: 30_000 }).toContain(ids.mesh);
    expect(heard.mine.join()).not.toContain(ids.mesh);
    expect(heard.theirs.join()).not.toContain(last.mesh);
    for (const stop of stops) stop();
    await Promise.all([mine.dispose(), theirs.dispose()]);
  });

  it('refuses subscriptions to its meshes and tasks as to what does not exist', async () => {
    const client = globex.client();
    const refusalOf = (query: string): Promise<string> =>
      new Promise((resolve) => {
        client.subscribe(
          { query },
          {
            next: (one) => resolve(`delivered ${JSON.stringify(one)}`),
            error: (error) => resolve(JSON.stringify(error)),
            complete: () => resolve('completed'),
          },
        );
      });
    for (const [field, id] of [
      ['meshEvents(meshId: "ID") { seq }', ids.mesh],
      ['meshEventBatches(meshId: "ID") { lastSeq }', ids.mesh],
      ['meshProgress(meshId: "ID") { percent }', ids.mesh],
      ['taskLog(taskId: "ID") { text }', ids.task],
      ['taskStatusChanged(meshId: "ID") { seq }', ids.mesh],
      ['taskStatusChanged(taskId: "ID") { seq }', ids.task],
    ] as const) {
      expect(await refusalOf(`subscription { ${field.replace('ID', id)} }`), field).toContain(
        `no ${field.includes('taskId') ? 'task' : 'mesh'} ${id}`,
      );
    }
    await client.dispose();
  });

  it('is heard by no subscription, whichever is tried', async () => {
    const [mine, theirs] = [globex.client(), acme.client()];
    const heard = { mine: [] as string[], theirs: [] as string[] };
    const subscriptions = askings(schema).filter(({ kind }) => kind === 'subscription');
    expect(subscriptions.length).toBeGreaterThan(10);
    const answered = new Set<string>();
    const listen = (client: Client, to: string[], name: string, query: string): void =>
      void client.subscribe(
        { query },
        {
          next: ({ data }) => void (data && to.push(`${name} ${JSON.stringify(data)}`)),
          error: () => answered.add(name),
          complete: () => answered.add(name),
        },
      );
    for (const { name, document } of subscriptions)
      for (const id of [ids.mesh, ids.task]) {
        const query = document.replaceAll(UNKNOWN_ID, id);
        listen(mine, heard.mine, name, query);
        listen(theirs, heard.theirs, name, query);
      }
    await acme.get(`mutation { cancelTask(id: "${(await meshOf(acme, 'watched')).task}") { id } }`);
    await acme.get(
      `mutation { extendMesh(meshId: "${ids.mesh}", input: { tasks: [{ key: "more", hold: true }] }) { id } }`,
    );
    await expect
      .poll(() => heard.theirs.join(), { timeout: 60_000 })
      .toMatch(/meshEvents .*taskStatusChanged|taskStatusChanged .*meshEvents/s);
    // what is of the system is refused to both, and what is of acme's meshes does not exist for globex
    await expect.poll(() => answered.size, { timeout: 60_000 }).toBeGreaterThan(10);
    expect(heard.mine).toEqual([]);
    await Promise.all([mine.dispose(), theirs.dispose()]);
  });
});

describe('what was learned from the work of another tenant', () => {
  const RUNS = 24;
  const KNOWN_FIRST = 16;
  const command = `{ name: "report", work: { command: { argv: ["true"] } } }`;
  const KNOWN = `{ learningMetrics { observations types { typeKey n } } models { name rows championOf }
    predictions { nodes { typeKey taskId } } trainings(first: 9) { id } driftAlarms(first: 9) { machine }
    tuningChanges(first: 9) { scope } runningTrainings { id }
    predict(input: { task: ${command} }) { typeKey runSeconds { p50 } models { model seconds } layers { layer } }
    simulateMesh(input: { name: "m", tasks: [{ key: "a", name: "report", work: { command: { argv: ["true"] } } }] }) { unknown } }`;

  interface Known {
    readonly learningMetrics: {
      readonly observations: number;
      readonly types: { readonly typeKey: string }[];
    };
    readonly models: { readonly name: string; readonly rows: number; readonly championOf: string[] }[];
    readonly predictions: { readonly nodes: { readonly typeKey: string }[] };
    readonly predict: { readonly typeKey: string; readonly runSeconds: { readonly p50: number } | null };
    readonly simulateMesh: { readonly unknown: number };
  }

  /** Runs those of acme from one number to another, and waits until they are learned from. */
  async function runReports(from: number, to: number, viewer: Person): Promise<void> {
    const tasks = Array.from(
      { length: to - from },
      (_, i) => `{ key: "r${from + i}", name: "report ${from + i}", work: { command: { argv: ["true"] } } }`,
    );
    await acme.get(
      `mutation { submitMesh(input: { name: "reports", tasks: [${tasks.join(', ')}] }) { id } }`,
    );
    await expect
      .poll(async () => (await viewer.get<Known>(KNOWN)).learningMetrics.observations, {
        timeout: 120_000,
        interval: 1000,
      })
      .toBe(to);
  }

  it('shows in none of its answers, and its own may see it and train on it', async () => {
    const viewer = await acme.admit('VIEWER');
    // the later ones start when something is known of their kind, so that they are predicted
    await runReports(0, KNOWN_FIRST, viewer);
    await runReports(KNOWN_FIRST, RUNS, viewer);
    await expect
      .poll(async () => (await viewer.get<Known>(KNOWN)).predictions.nodes.length, {
        timeout: 60_000,
        interval: 1000,
      })
      .toBeGreaterThan(0);
    const theirs = await viewer.get<Known>(KNOWN);
    expect(theirs.learningMetrics.types).toMatchObject([{ typeKey: 'acme/command:report', n: RUNS - 1 }]);
    expect(theirs.predict).toMatchObject({
      typeKey: 'acme/command:report',
      runSeconds: { p50: expect.any(Number) },
    });
    expect(theirs.simulateMesh.unknown).toBe(0);
    expect(
      theirs.models.every(({ rows }) => rows >= 0) && theirs.models.some(({ rows }) => rows === RUNS),
    ).toBe(true);
    expect(new Set(theirs.predictions.nodes.map(({ typeKey }) => typeKey))).toEqual(
      new Set(['acme/command:report']),
    );
    for (const person of [globex, new Person(app.url, app.token)]) {
      const known = await person.get<Known>(KNOWN);
      expect(known.predict.runSeconds).toBeNull();
      expect(known).toMatchObject({
        learningMetrics: { observations: 0, types: [] },
        simulateMesh: { unknown: 1 },
      });
      expect(known).toMatchObject({
        predictions: { nodes: [] },
        trainings: [],
        driftAlarms: [],
        tuningChanges: [],
      });
      expect(JSON.stringify(known)).not.toContain('acme');
    }
    const train = `mutation { trainModel(input: { model: "network", options: { maxIterations: 5 } }) { id requestedBy } }`;
    expect(await viewer.codeOf(train)).toBe('FORBIDDEN');
    expect(await globex.codeOf(train)).toBe('CONFLICT'); // nothing was learned there
    const { trainModel } = await acme.get<{ trainModel: { id: string } }>(train);
    const trainings = async (person: Person): Promise<string> =>
      JSON.stringify(await person.get('{ trainings(first: 9) { id outcome } }'));
    await expect
      .poll(() => trainings(acme), { timeout: 60_000 })
      .toContain(`"${trainModel.id}","outcome":"TRAINED"`);
    expect(await trainings(globex)).toBe('{"trainings":[]}');
    expect(await globex.get(`mutation { cancelTraining(id: "${trainModel.id}") }`)).toEqual({
      cancelTraining: false,
    });
  }, 300_000);
});
