/** Repeated requests, callers without the token, and what is told about tasks, on the complete server. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, startApp } from '../../support/app.js';
import { HOUR, node, SUBMIT, taskApi, wait } from '../../support/task-api.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ execution: { drainSeconds: 0 } });
});
afterAll(async () => await app.close());
const { ask, refusal, submit, tasksOf, statusesOf, ended, run, change, until } = taskApi(() => app);

describe('idempotencyKey', () => {
  it('answers the same request with the same mesh or task, and refuses another', async () => {
    const same = { idempotencyKey: 'mesh-1' };
    const ids = await Promise.all([submit([{ key: 'a' }], same), submit([{ key: 'a' }], same)]);
    ids.push(await submit([{ key: 'a' }], same));
    expect(new Set(ids).size).toBe(1);
    expect(await refusal(SUBMIT, { input: { name: 'semantics', tasks: [{ key: 'b' }], ...same } })).toBe(
      'IDEMPOTENCY_CONFLICT',
    );
    const create = 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { id } }';
    const input = { name: 'once', idempotencyKey: 'task-1' };
    expect(await ask(create, { input })).toEqual(await ask(create, { input }));
    expect(await refusal(create, { input: { ...input, name: 'twice' } })).toBe('IDEMPOTENCY_CONFLICT');
  });
});

describe('without the token', () => {
  const guest = (query: string, variables: object = {}): Promise<string> =>
    refusal(query, variables, 'guest');

  it('one may watch, wait, mark, and cancel what one made', async () => {
    const made = await guest(SUBMIT, {
      input: { name: 'guest', tasks: [{ key: 'a', work: wait(HOUR) }, { key: 'b' }] },
    });
    const id = /"id":"([^"]+)"/.exec(made)?.[1] as string;
    await until(id, { a: 'RUNNING', b: 'COMPLETED' });
    const { a } = await tasksOf(id);
    expect(await guest('mutation ($id: ID!) { cancelTask(id: $id) { status } }', { id: a?.id })).toContain(
      'CANCELLED',
    );
    expect(await guest('{ meshes { totalCount } layers { name } }')).toContain('accepted');
  });

  it.each([
    ['command', node('1')],
    ['module', { module: { path: 'sum.mjs' } }],
    ['http', { http: { url: 'http://127.0.0.1:9/' } }],
  ])('one may not run %s work, by any way', async (_, work) => {
    expect(await guest(SUBMIT, { input: { name: 'guest', tasks: [{ key: 'a', work }] } })).toBe('FORBIDDEN');
    expect(
      await guest('mutation ($input: CreateTaskInput!) { createTask(input: $input) { id } }', {
        input: { name: 'a', work },
      }),
    ).toBe('FORBIDDEN');
    const made = await guest(SUBMIT, {
      input: { name: 'guest', tasks: [{ key: 'a', work: wait(1), hold: true }] },
    });
    const id = /"id":"([^"]+)"/.exec(made)?.[1] as string;
    const { a } = await tasksOf(id);
    const update =
      'mutation ($id: ID!, $input: UpdateTaskInput!) { updateTask(id: $id, input: $input) { id } }';
    expect(await guest(update, { id: a?.id, input: { work } })).toBe('FORBIDDEN');
    const extend =
      'mutation ($id: ID!, $input: ExtendMeshInput!) { extendMesh(meshId: $id, input: $input) { id } }';
    expect(await guest(extend, { id, input: { tasks: [{ key: 'b', work }] } })).toBe('FORBIDDEN');
    const owners = await run([{ key: 'a', work: node('1') }]);
    expect(await guest('mutation ($id: ID!) { executeTask(id: $id) { id } }', { id: owners.a?.id })).toBe(
      'FORBIDDEN',
    );
    expect(
      await guest('mutation ($id: ID!) { rerunMesh(id: $id, strategy: ALL) { id } }', {
        id: owners.a?.meshId,
      }),
    ).toBe('FORBIDDEN');
  });

  it('one may not change what the owner made', async () => {
    const meshId = await submit([
      { key: 'a', hold: true },
      { key: 'b', hold: true },
    ]);
    const { a, b } = await tasksOf(meshId);
    for (const name of ['cancelTask', 'releaseTask', 'holdTask', 'executeTask']) {
      expect(await guest(`mutation ($id: ID!) { ${name}(id: $id) { id } }`, { id: a?.id }), name).toBe(
        'FORBIDDEN',
      );
    }
    for (const name of ['cancelMesh', 'pauseMesh', 'resumeMesh']) {
      expect(await guest(`mutation ($id: ID!) { ${name}(id: $id) { id } }`, { id: meshId }), name).toBe(
        'FORBIDDEN',
      );
    }
    expect(await guest('mutation ($id: ID!) { deleteTask(id: $id) }', { id: a?.id })).toBe('FORBIDDEN');
    expect(
      await guest('mutation ($input: AddEdgeInput!) { addEdge(input: $input) { id } }', {
        input: { sourceId: a?.id, targetId: b?.id },
      }),
    ).toBe('FORBIDDEN');
    expect(await statusesOf(meshId)).toEqual({ a: 'HELD', b: 'HELD' });
    await change('cancelMesh', meshId);
  });
});

describe('what is told about it', () => {
  it('criticalPath is the longest chain, waits and weights counted', async () => {
    const tasks = [
      { key: 'a', work: wait(4000), hold: true },
      { key: 'b', work: wait(3000), dependsOn: [{ task: 'a', weight: 2 }] },
      { key: 'c', work: wait(5000), dependsOn: [{ task: 'a' }] },
    ];
    const meshId = await submit(tasks);
    const { a, c, b } = await tasksOf(meshId);
    const query = 'query ($id: ID!) { criticalPath(meshId: $id) { taskIds seconds unknown } }';
    const { criticalPath } = await ask<{ criticalPath: { taskIds: string[]; seconds: number } }>(query, {
      id: meshId,
    });
    expect(criticalPath.seconds).toBe(9);
    expect(criticalPath.taskIds[0]).toBe(a?.id);
    expect([b?.id, c?.id]).toContain(criticalPath.taskIds[1]);
    await change('cancelMesh', meshId);
  });

  it('meshAt shows the mesh as it was, also before an edge and a task came', async () => {
    const meshId = await submit([{ key: 'a', hold: true }]);
    const read = `query ($id: ID!) { events(meshId: $id, newestFirst: true, first: 1) { nodes { at seq } } }`;
    const { events } = await ask<{ events: { nodes: { at: string }[] } }>(read, { id: meshId });
    const time = events.nodes[0]?.at as string;
    await expect.poll(() => new Date().toISOString() > time).toBe(true);
    await ask(
      'mutation ($id: ID!, $input: ExtendMeshInput!) { extendMesh(meshId: $id, input: $input) { id } }',
      {
        id: meshId,
        input: { tasks: [{ key: 'b', dependsOn: [{ task: 'a' }] }] },
      },
    );
    await change('releaseTask', (await tasksOf(meshId)).a?.id);
    await ended(meshId);
    const query =
      'query ($id: ID!, $time: DateTime!) { meshAt(id: $id, time: $time) { status tasks { key status } edges { type } } }';
    const { meshAt } = await ask<{ meshAt: object }>(query, { id: meshId, time });
    expect(meshAt).toEqual({ status: 'RUNNING', tasks: [{ key: 'a', status: 'HELD' }], edges: [] });
    const now = await ask<{ meshAt: object }>(query, {
      id: meshId,
      time: new Date(Date.now() + 1000).toISOString(),
    });
    expect(now.meshAt).toMatchObject({ status: 'COMPLETED', edges: [{ type: 'HARD' }] });
  });

  it('executionStats counts the attempts of a mesh by outcome', async () => {
    const tasks = await run([
      { key: 'ok', work: wait(1) },
      { key: 'ok2', work: wait(1) },
      { key: 'bad', work: node('process.exit(1)'), retryPolicy: { maxAttempts: 2, initialIntervalMs: 1 } },
    ]);
    const query =
      'query ($id: ID!) { executionStats(meshId: $id) { attempts completed failed crashed cancelled } }';
    expect(await ask(query, { id: tasks.ok?.meshId })).toEqual({
      executionStats: [{ attempts: 4, completed: 2, failed: 2, crashed: 0, cancelled: 0 }],
    });
  });

  it('simulateMesh runs the same order on a virtual clock and touches nothing', async () => {
    const before = await ask('{ meshes { totalCount } }');
    const tasks = [
      { key: 'a', work: wait(10_000) },
      { key: 'b', work: wait(20_000) },
      { key: 'c', work: wait(5000), dependsOn: [{ task: 'a' }] },
    ];
    const query = `query ($input: SubmitMeshInput!, $slots: Int!) { simulateMesh(input: $input, layers: [{ name: LOCAL, slots: $slots }]) {
      makespanSeconds criticalPath { keys seconds } tasks { key startSeconds } layers { utilisation } } }`;
    const two = await ask<{ simulateMesh: object }>(query, { input: { name: 's', tasks }, slots: 2 });
    expect(two.simulateMesh).toMatchObject({
      makespanSeconds: 20,
      criticalPath: { keys: ['b'], seconds: 20 },
    });
    const one = await ask<{ simulateMesh: { tasks: { key: string }[] } }>(query, {
      input: { name: 's', tasks },
      slots: 1,
    });
    expect(one.simulateMesh).toMatchObject({ makespanSeconds: 35, layers: [{ utilisation: 1 }] });
    expect(one.simulateMesh.tasks.map((task) => task.key)).toEqual(['b', 'a', 'c']);
    expect(await ask('{ meshes { totalCount } }')).toEqual(before);
  });
});
