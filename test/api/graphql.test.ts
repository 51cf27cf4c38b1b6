/** The GraphQL door over real HTTP: shapes, arguments, commands, errors. */
import { connect } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { plainOperation } from '../../src/api/server-plain.js';
import { RefusedError } from '../../src/lifecycle/refusal.js';
import { BROKEN_ID, MESH_ID, OTHER_TASK_ID, SLOW_ID, TASK_ID } from './graphql-history.js';
import { type RunningApi, startApi, TOKEN } from './graphql-server.js';
import { ANONYMOUS, OWNER } from '../support/identity/viewers.js';

let api: RunningApi;
const owner = { authorization: `Bearer ${TOKEN}` };

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());
beforeEach(() => {
  api.world.refusal = undefined;
  api.world.calls.length = 0;
});

describe('queries', () => {
  it('answer a page with nodes, edges, its end and, when asked, the total', async () => {
    const { body } = await api.post(
      '{ tasks(first: 1) { nodes { key } edges { cursor node { id } } pageInfo { endCursor hasNextPage } totalCount } }',
    );
    expect(body.errors).toBeUndefined();
    expect(body.data).toEqual({
      tasks: {
        nodes: [{ key: 'first' }],
        edges: [{ cursor: `after-${TASK_ID}`, node: { id: TASK_ID } }],
        pageInfo: { endCursor: `after-${TASK_ID}`, hasNextPage: true },
        totalCount: 2,
      },
    });
  });

  it('count the total only when it is asked for', async () => {
    api.world.statements.clear();
    await api.post('{ tasks { nodes { key } } }');
    expect(api.world.statements.get('countTasks')).toBeUndefined();
  });

  it('read each noun once, however many tasks there are', async () => {
    api.world.statements.clear();
    const nested =
      'id mesh { id name counts { queued } } attempts { attempt } layer { name } edgesOut { target { key mesh { id } } } dependencies { key }';
    const { body } = await api.post(`{ tasks { nodes { ${nested} } } }`);
    expect(body.errors).toBeUndefined();
    for (const [method, times] of api.world.statements) expect([method, times]).toEqual([method, 1]);
  });

  it('answer null for a task that does not exist', async () => {
    const { status, body } = await api.post('query ($id: ID!) { task(id: $id) { id } }', {
      id: '0192f0c1-0000-7000-8000-00000000ffff',
    });
    expect([status, body.data]).toEqual([200, { task: null }]);
  });

  it('show secrets of the work only to the owner', async () => {
    const query = '{ tasks(first: 1) { nodes { work { kind payload command { argv env } } } } }';
    const shown = async (headers: Record<string, string>): Promise<string> =>
      JSON.stringify((await api.post(query, {}, headers)).body);
    expect(await shown({})).toContain('"SECRET":"***"');
    expect(await shown({})).not.toContain('hunter2');
    expect(await shown(owner)).toContain('hunter2');
  });

  it('name the field that asks for too much', async () => {
    const { status, body } = await api.post('{ tasks(first: 101) { nodes { id } } }');
    expect(status).toBe(200);
    expect(body.errors?.[0]).toMatchObject({
      message: 'first must be from 1 to 100, got 101; page on with after: endCursor',
      extensions: { code: 'INVALID_INPUT', field: 'first' },
    });
  });
});

describe('mutations', () => {
  it('submit a mesh in the shape of the design', async () => {
    const query =
      'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id status tasks(first: 2) { nodes { id key status } } } }';
    const tasks = [
      { key: 'a', work: { wait: { durationMs: 5 } }, startAfter: '2030-01-31T08:00:00Z' },
      { key: 'b', dependsOn: [{ task: 'a', type: 'SOFT', weight: 2 }] },
    ];
    const { body } = await api.post(query, { input: { name: 'nightly', tasks, edges: [] } }, owner);
    expect(body.errors).toBeUndefined();
    expect(body.data).toMatchObject({
      submitMesh: { id: MESH_ID, status: 'RUNNING', tasks: { nodes: [{ key: 'first' }, { key: 'second' }] } },
    });
    const [call] = api.world.calls;
    expect(call?.caller).toEqual(OWNER);
    expect(call?.rest[0]).toMatchObject({
      name: 'nightly',
      edges: [{ source: 'a', target: 'b', type: 'SOFT', weight: 2 }],
    });
    expect((call?.rest[0] as { tasks: { startAfter: number }[] } | undefined)?.tasks[0]?.startAfter).toBe(
      Date.parse('2030-01-31T08:00:00Z'),
    );
  });

  it('hand over who asks', async () => {
    await api.post(`mutation { cancelTask(id: "${TASK_ID}") { id } }`);
    expect(api.world.calls).toEqual([{ command: 'cancelTask', caller: ANONYMOUS, rest: [TASK_ID] }]);
  });

  it('tell all faults of an input with their places', async () => {
    const query = 'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }';
    const tasks = [
      { key: 'a', retryPolicy: { maxAttempts: 0 } },
      { key: 'b', executionTimeoutMs: -1, dependsOn: [{ task: 'nowhere' }] },
    ];
    const { status, body } = await api.post(query, { input: { name: 'x', tasks } });
    expect(status).toBe(200);
    const faults = body.errors?.[0]?.extensions.faults as { path: string }[] | undefined;
    const paths = faults?.map((fault) => fault.path);
    expect(paths).toContain('input.tasks[0].retryPolicy.maxAttempts');
    expect(paths).toContain('input.tasks[1].executionTimeoutMs');
    expect(api.world.calls).toEqual([]);
  });

  it('give the same request under an idempotency key the same digest, and another one another', async () => {
    const query = 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { id } }';
    const digest = async (input: object): Promise<unknown> => {
      api.world.calls.length = 0;
      await api.post(query, { input: { idempotencyKey: 'k', ...input } });
      return api.world.calls[0]?.rest[2];
    };
    const first = await digest({ name: 'x', priority: 'HIGH' });
    expect(first).toMatchObject({ key: 'k' });
    expect(await digest({ priority: 'HIGH', name: 'x' })).toEqual(first);
    expect(await digest({ name: 'y', priority: 'HIGH' })).not.toEqual(first);
  });

  it('answer a refusal with its code, its details and its place', async () => {
    const details = { cycle: ['a', 'b', 'a'] };
    api.world.refusal = new RefusedError({
      code: 'CYCLE_DETECTED',
      message: 'the edges close a cycle: a → b → a',
      details,
    });
    const { status, body } = await api.post(
      `mutation { addEdge(input: { sourceId: "${TASK_ID}", targetId: "${OTHER_TASK_ID}" }) { id } }`,
    );
    expect([status, body.data]).toEqual([200, null]);
    expect(body.errors).toEqual([
      expect.objectContaining({
        message: 'the edges close a cycle: a → b → a',
        path: ['addEdge'],
        extensions: { code: 'CYCLE_DETECTED', ...details },
      }),
    ]);
  });

  it.each([
    ['OVERLOADED', 429],
    ['UNAVAILABLE', 503],
  ] as const)(
    'that the core turns away (%s) have the status %i, unless others may be carried out',
    async (code, status) => {
      api.world.refusal = new RefusedError({ code, message: 'not now' });
      const one = `createTask(input: { name: "a" }) { id }`;
      const { status: got, headers, body } = await api.post(`mutation { ${one} }`);
      expect([got, headers.get('retry-after')]).toEqual([status, '1']);
      expect(body).toMatchObject({ errors: [{ message: 'not now', extensions: { code } }] });
      expect((await api.post(`mutation { a: ${one} b: ${one} }`)).status).toBe(200);
    },
  );

  it('read what they have changed, not what was read before', async () => {
    const query = `mutation { one: holdTask(id: "${TASK_ID}") { status } two: releaseTask(id: "${TASK_ID}") { status } }`;
    api.world.statements.clear();
    await api.post(query);
    expect(api.world.statements.get('tasksByIds')).toBe(2);
  });
});

describe('errors', () => {
  it('end a wait that takes too long, and say that nothing is certain', async () => {
    const hasty = await startApi({ requestTimeoutMs: 100 });
    const { status, body } = await hasty.post(`{ task(id: "${SLOW_ID}") { id } }`);
    expect([status, body.errors?.[0]?.extensions.code]).toEqual([503, 'REQUEST_TIMEOUT']);
    expect(body.errors?.[0]?.message).toContain('look before you send it again');
    await hasty.close();
  });

  it('of ours are logged under the request and tell nothing', async () => {
    const { status, body, headers } = await api.post(
      `{ task(id: "${BROKEN_ID}") { id } }`,
      {},
      { 'x-request-id': 'req-7' },
    );
    expect(status).toBe(200);
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', requestId: 'req-7' });
    expect(JSON.stringify(body)).not.toContain('10.0.0.7');
    expect(headers.get('x-request-id')).toBe('req-7');
    expect(api.logged.some((line) => line.includes('10.0.0.7') && line.includes('req-7'))).toBe(true);
  });

  it('of variables name the place and suggest the right word', async () => {
    const query = 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { id } }';
    const { status, body } = await api.post(query, {
      input: { name: 'x', priority: 'HIHG', retryPolicy: { maxAttempts: 'many' } },
    });
    expect(status).toBe(400);
    const fields = body.errors?.map((error) => error.extensions.field);
    expect(fields).toEqual(['input.priority', 'input.retryPolicy.maxAttempts']);
    expect(body.errors?.[0]?.message).toContain('Did you mean the enum value "HIGH"?');
    expect(body.errors?.[0]?.extensions.code).toBe('INVALID_INPUT');
  });

  it('of literals name the place too', async () => {
    const { status, body } = await api.post(
      'mutation { createTask(input: { name: "x", retryPolicy: { maxAttempt: 3 } }) { id } }',
    );
    expect(status).toBe(400);
    expect(body.errors?.[0]?.message).toContain('Did you mean "maxAttempts"?');
    expect(body.errors?.[0]?.extensions).toMatchObject({
      code: 'GRAPHQL_VALIDATION_FAILED',
      field: 'createTask.input.retryPolicy.maxAttempt',
    });
  });
});

/** Resolves when that many more requests have come to the server, whether or not their bodies have. */
function requestsBegun(count: number): Promise<void> {
  const { server } = api.server.fastify;
  return new Promise((resolve) => {
    let left = count;
    server.on('request', function begun() {
      if (--left > 0) return;
      server.off('request', begun);
      resolve();
    });
  });
}

describe('the server', () => {
  it('finishes what runs when it stops, and takes nothing new', async () => {
    const stopping = await startApi();
    const running = stopping.post(`{ task(id: "${SLOW_ID}") { id } }`);
    await stopping.world.slowRead.asked;
    let hasClosed = false;
    const closed = stopping.server.close(60_000).then(() => {
      hasClosed = true;
    });
    await expect.poll(() => stopping.server.fastify.server.listening).toBe(false);
    await expect(stopping.post('{ health { ready } }')).rejects.toThrow('fetch failed');
    expect(hasClosed).toBe(false);
    stopping.world.slowRead.letGo();
    expect((await running).body).toEqual({ data: { task: null } });
    await closed;
  });

  it('cuts off what does not finish in time', async () => {
    const stopping = await startApi();
    const running = stopping.post(`{ task(id: "${SLOW_ID}") { id } }`).catch((error: unknown) => error);
    await stopping.world.slowRead.asked;
    await stopping.server.close(100);
    expect(await running).toBeInstanceOf(TypeError);
  });

  it('reads a large body for a submission, and a few of them at a time', async () => {
    const tasks = Array.from({ length: 3000 }, (_, n) => ({ key: `t${n}`, description: 'x'.repeat(100) }));
    const { status, body } = await api.post(
      'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }',
      { input: { name: 'large', tasks } },
    );
    expect([status, body.errors]).toEqual([200, undefined]);
    const open = Array.from({ length: 4 }, () => {
      return connect(api.port, '127.0.0.1')
        .on('error', () => undefined)
        .setNoDelay(true);
    });
    const head = [
      'POST /graphql HTTP/1.1',
      'Host: localhost',
      'Content-Type: application/json',
      'Content-Length: 1000000',
      '',
      '{',
    ].join('\r\n');
    const begun = requestsBegun(open.length);
    for (const socket of open) socket.write(head);
    await begun;
    const refused = await api.post(
      'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }',
      {
        input: { name: 'large', tasks },
      },
    );
    expect([refused.status, refused.body.errors?.[0]?.extensions.code]).toEqual([429, 'OVERLOADED']);
    expect((await api.post('{ health { ready } }')).status).toBe(200);
    for (const socket of open) socket.destroy();
  });
});

describe('what a change answers', () => {
  const CREATE = 'mutation { createTask(input: { name: "a" })';

  it('is the id without a look at the database, where nothing else is asked for', async () => {
    api.world.statements.clear();
    const { body } = await api.post(`${CREATE} { id __typename } }`, undefined, owner);
    expect(body.data).toEqual({ createTask: { id: TASK_ID, __typename: 'Task' } });
    const submit = 'mutation { submitMesh(input: { name: "a", tasks: [{ key: "b", name: "b" }] }) { id } }';
    expect((await api.post(submit, undefined, owner)).body.data).toEqual({ submitMesh: { id: MESH_ID } });
    expect([...api.world.statements.keys()]).toEqual([]);
    await api.post(`${CREATE} { id key } }`, undefined, owner);
    expect([...api.world.statements.keys()]).toEqual(['tasksByIds']);
  });
});

describe('an operation as JSON by POST', () => {
  const cases: readonly object[] = [
    { query: '{ tasks { nodes { id key createdAt } } }' },
    { query: 'query ($id: ID!) { task(id: $id) { id } }', variables: { id: TASK_ID } },
    { query: 'query ($id: ID!) { task(id: $id) { id } }', variables: {} },
    { query: 'query ($id: ID!) { task(id: $id) { id } }', variables: null },
    { query: 'query A { health { ready } } query B { tasks { nodes { id } } }', operationName: 'B' },
    { query: 'query A { health { ready } } query B { tasks { nodes { id } } }', operationName: 'C' },
    { query: 'query A { health { ready } } query B { tasks { nodes { id } } }' },
    { query: '{ nothing }' },
    { query: '{ tasks(' },
    { query: `{ task(id: "${BROKEN_ID}") { id } }` },
    { query: '{ tasks(after: "no cursor") { nodes { id } } }' },
    { query: 'subscription { taskStatusChanged { seq } }' },
    { query: '' },
    { query: 5 },
    { query: '{ health { ready } }', variables: 'a' },
    { query: '{ health { ready } }', variables: [] },
    { query: '{ health { ready } }', operationName: 5 },
    { query: '{ health { ready } }', extensions: { a: 1 } },
    { query: '{ health { ready } }', extensions: 'a' },
    { mutation: '{ health { ready } }' },
    [{ query: '{ health { ready } }' }],
    {},
  ];
  const send = async (body: object, accept: string) => {
    const headers = { 'content-type': 'application/json', accept, 'x-request-id': 'same' };
    const init = { method: 'POST', headers: { ...headers, ...owner }, body: JSON.stringify(body) };
    const response = await fetch(`${api.url}/graphql`, init);
    const told = Object.fromEntries(
      [...response.headers].filter(([name]) => !['date', 'keep-alive', 'connection'].includes(name)),
    );
    return { status: response.status, headers: told, text: await response.text() };
  };

  it.each(cases.map((body) => [JSON.stringify(body).slice(0, 100), body] as const))(
    'is answered as Apollo answers it: %s',
    async (_, body) => {
      const byApollo = await send(body, 'application/json;q=0.9');
      for (const accept of ['*/*', 'application/json', 'application/json, text/plain, */*'])
        expect(await send(body, accept)).toEqual(byApollo);
    },
  );

  it('that is refused under load says when to come again, as Apollo does', async () => {
    api.world.refusal = new RefusedError({ code: 'OVERLOADED', message: 'later' });
    const body = { query: 'mutation { createTask(input: { name: "a" }) { id } }' };
    const plain = await send(body, '*/*');
    expect([plain.status, plain.headers['retry-after']]).toEqual([429, '1']);
    expect(plain).toEqual(await send(body, 'application/json;q=0.9'));
  });
});

describe('what needs no Apollo', () => {
  const request = (about: object) =>
    ({
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      ...{ body: { query: '{ a }' }, ...about },
    }) as unknown as FastifyRequest;

  it('is one operation as JSON that takes JSON', () => {
    for (const accept of [undefined, '*/*', 'application/json', 'application/json, text/plain, */*'])
      expect(
        plainOperation(request({ headers: { 'content-type': 'application/json; charset=utf-8', accept } })),
      ).toEqual({ query: '{ a }', variables: undefined, operationName: undefined });
  });

  it.each<[string, object]>([
    ['GET', { method: 'GET' }],
    ['another body', { headers: { 'content-type': 'application/jsonp' } }],
    ['another answer', { headers: { 'content-type': 'application/json', accept: 'text/html' } }],
    ['parts', { headers: { 'content-type': 'application/json', accept: 'multipart/mixed, */*' } }],
    ['a list', { body: [{ query: '{ a }' }] }],
    ['no query', { body: {} }],
    ['extensions', { body: { query: '{ a }', extensions: {} } }],
  ])('is not %s', (_, about) => {
    expect(plainOperation(request(about))).toBeUndefined();
  });
});
