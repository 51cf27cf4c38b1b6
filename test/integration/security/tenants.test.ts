/** Two tenants on one server: what belongs to one does not exist for the other, whichever door is tried. */
import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
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
});
