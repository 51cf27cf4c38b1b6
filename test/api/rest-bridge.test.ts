/** How REST maps to GraphQL and back: names, enumerated words, free-form JSON, parameters, statuses, refusals. */
import { afterEach, describe, expect, it } from 'vitest';
import { refused, send, serve, type Resolvers, type Served, TASK_ID, taskRow } from './rest-server.js';
import { ANONYMOUS } from '../support/identity/viewers.js';

const open: Served[] = [];
afterEach(async () => {
  for (const { fastify } of open.splice(0)) await fastify.close();
});

async function served(root: Resolvers, options: Parameters<typeof serve>[1] = {}): Promise<Served> {
  const server = await serve(root, options);
  open.push(server);
  return server;
}

const creating = (): Promise<Served> => served({ createTask: () => taskRow() });

interface ErrorBody {
  readonly error: {
    code: string;
    message: string;
    faults?: { field: string; message: string }[];
    request_id: string;
  };
}

async function errorOf(response: Response): Promise<ErrorBody['error'] & { status: number }> {
  const { error } = (await response.json()) as ErrorBody;
  return { ...error, status: response.status };
}

describe('a request', () => {
  it('the curl line of the README creates a task and answers it in snake_case', async () => {
    const { url, door } = await creating();
    const response = await send(`${url}/tasks`, 'POST', {
      name: 'Processamento de Dados',
      description: 'Análise de dataset',
      priority: 'high',
      task_type: 'large',
      tags: ['data-processing', 'analytics'],
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe(`/tasks/${TASK_ID}`);
    expect(door.asked[0]?.variables).toEqual({
      input: {
        name: 'Processamento de Dados',
        description: 'Análise de dataset',
        priority: 'HIGH',
        taskType: 'LARGE',
        tags: ['data-processing', 'analytics'],
      },
    });
    expect(await response.json()).toMatchObject({
      id: TASK_ID,
      mesh_id: expect.any(String),
      status: 'queued',
      priority: 'high',
      task_type: 'large',
      layer: 'quantum_sim',
      retry_policy: { max_attempts: 3, non_retryable_errors: [] },
      created_at: '2030-01-31T08:00:00.000Z',
    });
  });

  it('leaves free-form JSON untouched, on the way in and out', async () => {
    const metadata = { camelCase: { inner_key: 'HIGH', '': [null, { 'a b': 1 }] } };
    const work = {
      http: {
        url: 'http://a.example/',
        headers: { 'X-Some': 'HIGH' },
        body: { someKey: 'low' },
        expected_statuses: [200],
      },
    };
    const { url, door } = await served({
      createTask: () =>
        taskRow({ metadata, output: { outKey: 1 }, work: { http: { ...work.http, method: 'POST' } } }),
    });
    const answer = await (await send(`${url}/tasks`, 'POST', { name: 'a', metadata, work })).json();
    const { url: address, headers, body } = work.http;
    expect(door.asked[0]?.variables).toEqual({
      input: {
        name: 'a',
        metadata,
        work: { http: { url: address, headers, body, expectedStatuses: [200] } },
      },
    });
    expect(answer).toMatchObject({ metadata, output: { outKey: 1 }, work: { http: { headers, body } } });
  });

  it('shows only the kind of work that a task has, so that it can be sent back', async () => {
    const { url } = await served({ task: () => taskRow({ work: { wait: { durationMs: 5 } } }) });
    const { work } = (await (await fetch(`${url}/tasks/${TASK_ID}`)).json()) as { work: unknown };
    expect(work).toEqual({ wait: { duration_ms: 5 } });
  });

  it.each(['high', 'HIGH', 'High'])('takes the word %s for what it means', async (priority) => {
    const { url, door } = await creating();
    expect((await send(`${url}/tasks`, 'POST', { name: 'a', priority })).status).toBe(201);
    expect(door.asked[0]?.variables).toEqual({ input: { name: 'a', priority: 'HIGH' } });
  });

  it('takes the idempotency key from the header, and refuses another one in the body', async () => {
    const { url, door } = await creating();
    await send(`${url}/tasks`, 'POST', { name: 'a' }, { 'idempotency-key': 'k-1' });
    expect(door.asked[0]?.variables).toEqual({ input: { name: 'a', idempotencyKey: 'k-1' } });
    const same = await send(
      `${url}/tasks`,
      'POST',
      { name: 'a', idempotency_key: 'k-1' },
      { 'idempotency-key': 'k-1' },
    );
    expect(same.status).toBe(201);
    const both = await send(
      `${url}/tasks`,
      'POST',
      { name: 'a', idempotency_key: 'k-2' },
      { 'idempotency-key': 'k-1' },
    );
    expect(await errorOf(both)).toMatchObject({ status: 422, faults: [{ field: 'idempotency-key' }] });
  });

  it('hands the viewer and the id of the request to the door', async () => {
    const { url, door } = await served({ createTask: () => taskRow() }, { viewerOf: () => ANONYMOUS });
    await send(`${url}/tasks`, 'POST', { name: 'a' });
    expect(door.asked[0]).toMatchObject({
      viewer: ANONYMOUS,
      requestId: 'request-7',
    });
  });

  it('is given up when its client goes', async () => {
    let given: AbortSignal | undefined;
    const { url, door } = await served({ task: () => new Promise(() => {}) });
    const execute = door.execute.bind(door);
    door.execute = (request) => {
      given = request.signal;
      return execute(request);
    };
    const client = new AbortController();
    const answer = fetch(`${url}/tasks/${TASK_ID}`, { signal: client.signal });
    await expect.poll(() => given).toBeDefined();
    expect(given?.aborted).toBe(false);
    client.abort();
    await expect(answer).rejects.toThrow();
    await expect.poll(() => given?.aborted).toBe(true);
  });
});

describe('a list', () => {
  const page = { nodes: [taskRow()], totalCount: 41, pageInfo: { endCursor: 'abc', hasNextPage: true } };

  it('answers tasks, total_count and page_info', async () => {
    const { url } = await served({ tasks: () => page });
    expect(await (await fetch(`${url}/tasks`)).json()).toMatchObject({
      tasks: [{ id: TASK_ID, status: 'queued' }],
      total_count: 41,
      page_info: { end_cursor: 'abc', has_next_page: true },
    });
  });

  it('turns every parameter into its variable', async () => {
    const { url, door } = await served({ tasks: () => page });
    const query =
      'status=queued,running&priority=high&task_type=large&tag=a&tag=b&layer=local&search=x%20y' +
      `&mesh_id=${TASK_ID}&created_after=2030-01-31T08:00:00Z&order_by=created_at&order=asc&limit=10&after=abc`;
    expect((await fetch(`${url}/tasks?${query}`)).status).toBe(200);
    expect(door.asked[0]?.variables).toEqual({
      filter: {
        statuses: ['QUEUED', 'RUNNING'],
        priorities: ['HIGH'],
        taskTypes: ['LARGE'],
        tags: ['a', 'b'],
        layers: ['LOCAL'],
        search: 'x y',
        meshId: TASK_ID,
        createdAfter: '2030-01-31T08:00:00Z',
      },
      orderBy: { field: 'CREATED_AT', direction: 'ASC' },
      first: 10,
      after: 'abc',
    });
  });

  it.each([
    ['sttus=queued', 'sttus', /did you mean "status"/],
    ['status=qeued', 'status[0]', /did you mean "queued"/],
    ['limit=ten', 'limit', /whole number/],
    ['limit=5&limit=6', 'limit', /more than once/],
    ['limit=5&first=6', 'first', /two ways/],
    ['order=asc', 'order_by', /required beside order/],
    ['search=a&search=b', 'search', /more than once/],
    ['__proto__=1', '__proto__', /not a parameter/],
  ])('refuses ?%s and names the parameter', async (query, field, message) => {
    const { url, door } = await served({ tasks: () => page });
    const error = await errorOf(await fetch(`${url}/tasks?${query}`));
    expect(error).toMatchObject({
      status: 422,
      code: 'INVALID_INPUT',
      faults: [{ field, message: expect.stringMatching(message) }],
    });
    expect(door.asked).toEqual([]);
  });
});

describe('answers', () => {
  it('204 without a body for a deleted task', async () => {
    const { url } = await served({ deleteTask: () => TASK_ID });
    const response = await send(`${url}/tasks/${TASK_ID}`, 'DELETE');
    expect([response.status, await response.text()]).toEqual([204, '']);
  });

  it('404 for null', async () => {
    const { url } = await served({ task: () => null });
    expect(await errorOf(await fetch(`${url}/tasks/${TASK_ID}`))).toEqual({
      status: 404,
      code: 'NOT_FOUND',
      message: `there is nothing at /tasks/${TASK_ID}`,
      request_id: 'request-7',
    });
  });

  it.each([
    ['NOT_FOUND', 404],
    ['CONFLICT', 409],
    ['IDEMPOTENCY_CONFLICT', 409],
    ['CYCLE_DETECTED', 422],
    ['FORBIDDEN', 403],
    ['OVERLOADED', 429],
    ['UNAVAILABLE', 503],
  ])('the code %s as %i', async (code, status) => {
    const { url } = await served({ executeTask: () => Promise.reject(refused(code, 'because')) });
    const response = await send(`${url}/tasks/${TASK_ID}/execute`, 'POST');
    expect(response.headers.get('retry-after')).toBe(status === 429 || status === 503 ? '1' : null);
    expect(await errorOf(response)).toMatchObject({
      status,
      code,
      message: 'because',
      request_id: 'request-7',
    });
  });

  it('what else a refusal says as details in snake_case', async () => {
    const cycle = refused('CYCLE_DETECTED', 'a → b → a', { cycle: ['a', 'b', 'a'], meshId: 'm' });
    const { url } = await served({ createTask: () => Promise.reject(cycle) });
    const body = await (await send(`${url}/tasks`, 'POST', { name: 'a' })).json();
    expect(body).toMatchObject({ error: { details: { cycle: ['a', 'b', 'a'], mesh_id: 'm' } } });
  });

  it('faults where the request has them, in its spelling', async () => {
    const faults = [
      {
        path: 'input.retryPolicy.maxAttempts',
        message: 'must be at least 1; see executionTimeoutMs, got "maxAttempts"',
      },
      { path: 'metadata.someKey', message: 'is too long' },
      { path: '', message: 'and 3 more faults' },
    ];
    const { url } = await served({
      createTask: () => Promise.reject(refused('INVALID_INPUT', 'x', { faults, field: 'y' })),
    });
    const error = await errorOf(await send(`${url}/tasks`, 'POST', { name: 'a' }));
    expect(error).toMatchObject({
      status: 422,
      message:
        'retry_policy.max_attempts must be at least 1; see execution_timeout_ms, got "maxAttempts" (and 2 more)',
      faults: [
        { field: 'retry_policy.max_attempts' },
        { field: 'metadata.someKey' },
        { field: 'body', message: 'and 3 more faults' },
      ],
    });
    expect(error).not.toHaveProperty('details');
  });

  it('faults of variables as faults of the parameters they came from', async () => {
    const faults = [{ path: 'filter.tags[1]', message: 'must have 1 to 256 characters' }];
    const { url } = await served({ tasks: () => Promise.reject(refused('INVALID_INPUT', 'x', { faults })) });
    expect(await errorOf(await fetch(`${url}/tasks?tag=a,`))).toMatchObject({
      faults: [{ field: 'tag[1]' }],
    });
  });

  it('our own fault as 500 without a word of what broke', async () => {
    const viewerOf = (): never => {
      throw new Error('secret');
    };
    const { url } = await served({}, { viewerOf });
    const error = await errorOf(await fetch(`${url}/tasks`));
    expect(error).toMatchObject({ status: 500, code: 'INTERNAL_SERVER_ERROR' });
    expect(JSON.stringify(error)).not.toContain('secret');
  });
});

describe('all faults of a body at once', () => {
  it('with places, suggestions and fixes', async () => {
    const { url, door } = await creating();
    const error = await errorOf(
      await send(`${url}/tasks`, 'POST', {
        priorty: 'high',
        priority: 'hihg',
        taskType: 'large',
        tags: 'etl',
        retry_policy: { max_attempts: 'three', jiter: true },
        depends_on: [{ task: 'a', type: 'hrad' }, 7],
        hold: 'yes',
        work: { wait: { duration_ms: 1 }, http: { url: 'http://a' } },
      }),
    );
    expect(error.status).toBe(422);
    const found = Object.fromEntries((error.faults ?? []).map(({ field, message }) => [field, message]));
    expect(found).toEqual({
      priorty: expect.stringContaining('did you mean "priority"?'),
      priority: expect.stringContaining('did you mean "high"?'),
      taskType: expect.stringContaining('did you mean "task_type"?'),
      tags: 'must be a list, got "etl"',
      'retry_policy.max_attempts': expect.stringContaining('whole number'),
      'retry_policy.jiter': expect.stringContaining('did you mean "jitter"?'),
      'depends_on[0].type': expect.stringContaining('did you mean "hard"?'),
      'depends_on[1]': 'must be an object, got 7',
      hold: 'must be true or false, got "yes"',
      work: 'must have exactly one of circuit, command, http, module, wait',
      name: 'is required',
    });
    expect(door.asked).toEqual([]);
  });

  it('at most a hundred of them', async () => {
    const { url } = await creating();
    const body = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`field_${n}`, n]));
    expect((await errorOf(await send(`${url}/tasks`, 'POST', body))).faults).toHaveLength(100);
  });
});

describe('probes', () => {
  it('live answers while nothing else does', async () => {
    const { url } = await served({}, { health: { report: () => new Promise(() => {}) } });
    expect(await (await fetch(`${url}/health/live`)).json()).toEqual({ status: 'live' });
  });

  it.each([
    ['starting', 503],
    ['draining', 503],
  ] as const)('ready is refused while %s', async (status, code) => {
    const checks = [{ name: 'database', ok: true, detail: 'answers', required: true }];
    const { url } = await served({}, { health: { report: async () => ({ status, ready: false, checks }) } });
    const response = await fetch(`${url}/health/ready`);
    expect(response.status).toBe(code);
    expect(await response.json()).toEqual({
      status,
      ready: false,
      checks: [{ name: 'database', ok: true, detail: 'answers' }],
    });
  });

  it('health carries its report with 503 when it is not ready', async () => {
    const report = {
      status: 'DEGRADED',
      ready: false,
      checks: [{ name: 'database', ok: false, detail: 'refused' }],
    };
    const { url } = await served({ health: () => report });
    const response = await fetch(`${url}/health`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      status: 'degraded',
      ready: false,
      checks: [{ name: 'database', ok: false, detail: 'refused' }],
    });
  });

  it('metrics are there as JSON and as Prometheus text', async () => {
    const { url } = await served({ metrics: () => ({ tasks: { queued: 1 }, camelCase: 1 }) });
    expect(await (await fetch(`${url}/metrics`)).json()).toEqual({ tasks: { queued: 1 }, camelCase: 1 });
    const text = await fetch(`${url}/metrics/prometheus`);
    expect(text.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await text.text()).toBe('taskmesh_ready 1\n');
  });

  it('status answers in snake_case', async () => {
    const counts = {
      total: 1,
      pending: 0,
      held: 0,
      queued: 1,
      running: 0,
      retrying: 0,
      completed: 0,
      failed: 0,
      cancelled: 0,
      skipped: 0,
      upstreamFailed: 0,
    };
    const status = {
      version: '1',
      instanceName: 'a',
      environment: 'test',
      startedAt: '2030-01-31T08:00:00.000Z',
      uptimeSeconds: 1,
      leader: true,
      epoch: 3,
      serverId: 'one',
      leaderId: 'one',
      servers: [],
      database: 'memory',
      lastEventSeq: 9,
      subscriptions: 0,
      counts,
    };
    const { url } = await served({ status: () => status });
    expect(await (await fetch(`${url}/status`)).json()).toMatchObject({
      instance_name: 'a',
      last_event_seq: 9,
      tasks: { queued: 1, upstream_failed: 0 },
    });
  });
});
