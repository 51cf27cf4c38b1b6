/** REST through the complete server: what a newcomer does with curl, from the first task to its last event. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.js';

interface Task {
  readonly id: string;
  readonly status: string;
  readonly [field: string]: unknown;
}

describe('REST', () => {
  let app: Awaited<ReturnType<typeof startApp>>;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  function call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const own = {
      authorization: `Bearer ${app.token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const text = body === undefined ? undefined : JSON.stringify(body);
    return fetch(`${app.url}${path}`, { method, headers: { ...own, ...headers }, body: text });
  }

  async function make(body: object, headers?: Record<string, string>): Promise<Task> {
    const response = await call('POST', '/tasks', body, headers);
    const made = (await response.json()) as Task;
    expect([response.status, made]).toEqual([201, made]);
    return made;
  }

  async function read(id: string): Promise<Task> {
    return (await (await call('GET', `/tasks/${id}`)).json()) as Task;
  }

  async function becomes(id: string, status: string): Promise<void> {
    await expect.poll(async () => (await read(id)).status).toBe(status);
  }

  const held = (name: string): Promise<Task> => make({ name, hold: true });
  const waiting = (name: string, durationMs: number): Promise<Task> =>
    make({ name, work: { wait: { duration_ms: durationMs } } });

  it('the curl line of the README works as it stands, without the token', async () => {
    const response = await fetch(`${app.url}/tasks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"Processamento de Dados","description":"Análise de dataset","priority":"high","task_type":"large","tags":["data-processing","analytics"]}',
    });
    expect(response.status).toBe(201);
    const task = (await response.json()) as Task;
    expect(response.headers.get('location')).toBe(`/tasks/${task.id}`);
    expect(task).toMatchObject({
      name: 'Processamento de Dados',
      description: 'Análise de dataset',
      priority: 'high',
      task_type: 'large',
      tags: ['data-processing', 'analytics'],
      work: null,
    });
    await becomes(task.id, 'completed');
  });

  it('a task runs, and its output and times can be read', async () => {
    const task = await waiting('pause', 20);
    await becomes(task.id, 'completed');
    expect(await read(task.id)).toMatchObject({
      attempt: 1,
      placed_on: 'local',
      finished_at: expect.any(String),
      work: { wait: { duration_ms: 20 } },
    });
  });

  it('a list is filtered and paged without a gap', async () => {
    const made = await Promise.all(
      [1, 2, 3].map((n) => make({ name: `page-${n}`, tags: ['paged'], hold: true })),
    );
    const seen: string[] = [];
    for (let after: string | null = ''; after !== null; ) {
      const path: string = `/tasks?tag=paged&status=held&limit=2&order_by=created_at&order=asc${after && `&after=${encodeURIComponent(after)}`}`;
      const page = (await (await call('GET', path)).json()) as {
        tasks: Task[];
        total_count: number;
        page_info: { end_cursor: string; has_next_page: boolean };
      };
      expect(page.total_count).toBe(3);
      seen.push(...page.tasks.map(({ id }) => id));
      after = page.page_info.has_next_page ? page.page_info.end_cursor : null;
    }
    expect([...seen].sort()).toEqual(made.map(({ id }) => id).sort());
  });

  it('a task that has not started is changed, and history is not', async () => {
    const { id } = await held('change me');
    const changed = await call('PUT', `/tasks/${id}`, {
      priority: 'critical',
      retry_policy: { max_attempts: 7 },
      metadata: { keepMe: 1 },
    });
    expect(changed.status).toBe(200);
    expect(await changed.json()).toMatchObject({
      id,
      priority: 'critical',
      name: 'change me',
      retry_policy: { max_attempts: 7 },
      metadata: { keepMe: 1 },
    });
    const done = await make({ name: 'done' });
    await becomes(done.id, 'completed');
    expect((await call('PUT', `/tasks/${done.id}`, { work: { wait: { duration_ms: 1 } } })).status).toBe(409);
  });

  it('execute releases a held task, refuses a running one, and runs an ended one again as a new task', async () => {
    const { id } = await held('release me');
    expect(await (await call('POST', `/tasks/${id}/execute`)).json()).toMatchObject({ id });
    await becomes(id, 'completed');
    const again = (await (await call('POST', `/tasks/${id}/execute`)).json()) as Task;
    expect(again.id).not.toBe(id);
    const long = await waiting('long', 60_000);
    await becomes(long.id, 'running');
    const refused = await call('POST', `/tasks/${long.id}/execute`);
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ error: { code: 'CONFLICT' } });
    expect((await call('POST', `/tasks/${long.id}/cancel`)).status).toBe(200);
    await becomes(long.id, 'cancelled');
  });

  it('a deleted task is gone', async () => {
    const { id } = await held('delete me');
    const deleted = await call('DELETE', `/tasks/${id}`);
    expect([deleted.status, await deleted.text()]).toEqual([204, '']);
    expect((await call('GET', `/tasks/${id}`)).status).toBe(404);
    expect((await call('DELETE', `/tasks/${id}`)).status).toBe(404);
  });

  it('an idempotency key creates once, and refuses another request', async () => {
    const headers = { 'idempotency-key': 'rest-once' };
    const first = await make({ name: 'once' }, headers);
    expect((await make({ name: 'once' }, headers)).id).toBe(first.id);
    const other = await call('POST', '/tasks', { name: 'twice' }, headers);
    expect(other.status).toBe(409);
    expect(await other.json()).toMatchObject({ error: { code: 'IDEMPOTENCY_CONFLICT' } });
  });

  it('work that runs code needs the token', async () => {
    const body = JSON.stringify({ name: 'code', work: { command: { argv: ['true'] } } });
    const anonymous = await fetch(`${app.url}/tasks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(anonymous.status).toBe(403);
    expect(await anonymous.json()).toMatchObject({ error: { code: 'FORBIDDEN' } });
  });

  it('the events of a task tell its story once and then end; a cursor resumes it', async () => {
    const { id } = await waiting('story', 30);
    const text = await (await call('GET', `/tasks/${id}/events`)).text();
    const seqs = [...text.matchAll(/^id: (\d+)$/gm)].map(([, seq]) => Number(seq));
    const names = [...text.matchAll(/^event: (\w+)$/gm)].map(([, name]) => name);
    expect(names.slice(-3)).toEqual(['queued', 'running', 'completed']);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    const rest = await (
      await call('GET', `/tasks/${id}/events`, undefined, { 'last-event-id': String(seqs.at(-3)) })
    ).text();
    expect([...rest.matchAll(/^id: (\d+)$/gm)].map(([, seq]) => Number(seq))).toEqual(seqs.slice(-2));
    expect((await call('GET', `/tasks/${id}/events?after=${seqs.at(-1)}`)).status).toBe(204);
  });

  it('says how it is', async () => {
    expect((await call('GET', '/health/live')).status).toBe(200);
    expect(await (await call('GET', '/health/ready')).json()).toMatchObject({ ready: true });
    expect(await (await call('GET', '/health')).json()).toMatchObject({
      ready: true,
      checks: expect.arrayContaining([expect.objectContaining({ name: 'database', ok: true })]),
    });
    expect(await (await call('GET', '/status')).json()).toMatchObject({
      last_event_seq: expect.any(Number),
      tasks: { completed: expect.any(Number) },
    });
  });

  it('counts what it does, as JSON and as Prometheus text alike', async () => {
    const { id } = await waiting('counted', 1);
    await becomes(id, 'completed');
    const json = (await (await call('GET', '/metrics')).json()) as {
      tasks: { completed: number };
      attempts_total: object[];
    };
    expect(json.tasks.completed).toBeGreaterThan(0);
    expect(json.attempts_total).toContainEqual(
      expect.objectContaining({ layer: 'local', outcome: 'completed' }),
    );
    const text = await (await call('GET', '/metrics/prometheus')).text();
    expect(text).toMatch(
      /^taskmesh_http_requests_total\{method="POST",route="\/tasks",status="201"\} [1-9]/m,
    );
    expect(text).toMatch(/^taskmesh_commit_batch_rows_count [1-9]/m);
  });
});
