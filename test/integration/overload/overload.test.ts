/**
 * A server that has too much to do says so with 429 or 503 and when to come again, goes on answering probes, and brings to its
 * end what it has accepted; a client that does not read is let go.
 */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Overload } from '../../../src/api/overload.js';
import { VirtualClock } from '../../../src/kit/clock.js';
import { startApp, type TestApp } from '../../support/app.js';
import { until } from '../../support/until.js';
import { taskApi } from '../../support/task-api.js';

const SLOWLY = { timeout: 120_000 };
const REQUESTS_MAX = 8;

let app: TestApp;
const { ask } = taskApi(() => app);
beforeAll(async () => {
  app = await startApp({
    server: { requestsMax: REQUESTS_MAX, requestTimeoutSeconds: 60, overloadLagMs: 60_000 },
    execution: { maxParallelTasks: 50 },
  });
}, SLOWLY.timeout);
afterAll(() => app?.close(), SLOWLY.timeout);

interface Answered {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly id: string | undefined;
  readonly code: string | undefined;
}

async function submit(name: string): Promise<Answered> {
  const response = await fetch(`${app.url}/tasks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${app.token}` },
    body: JSON.stringify({ name, work: { wait: { duration_ms: 1 } } }),
  });
  const body = (await response.json()) as { id?: string; error?: { code: string } };
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    id: body.id,
    code: body.error?.code,
  };
}

describe('more requests than may be answered at once', () => {
  it('are refused by name with Retry-After, and what was accepted ends', SLOWLY, async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => submit(`t${index}`)));
    const accepted = answers.filter(({ status }) => status === 201);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(accepted.length).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused)
      expect(answer).toMatchObject({ status: 429, code: 'OVERLOADED', retryAfter: '1' });
    await until('all that was accepted has ended', async () => {
      const { tasks } = await ask<{ tasks: { totalCount: number } }>(
        '{ tasks(filter: { statuses: [COMPLETED] }) { totalCount } }',
      );
      return tasks.totalCount === accepted.length;
    });
    const text = await (await fetch(`${app.url}/metrics/prometheus`)).text();
    expect(text).toContain(`taskmesh_overload_refusals_total{reason="requests"} ${refused.length}`);
  });

  it('leave room when they are done: nothing is counted for ever', SLOWLY, async () => {
    for (let index = 0; index < 3 * REQUESTS_MAX; index++) {
      const gone = new AbortController();
      const asked = fetch(`${app.url}/tasks`, { signal: gone.signal }).catch(() => undefined);
      gone.abort();
      await asked;
    }
    await until('there is room', async () => (await submit('after')).status === 201);
  });
});

describe('an event loop that is late', () => {
  it('again and again refuses with 503, once does not, and lets in again when it is in time', () => {
    const clock = new VirtualClock();
    const now = clock.monotonic.bind(clock);
    let lateMs = 0;
    clock.monotonic = () => now() + lateMs;
    const overload = new Overload({ clock, requestsMax: 10, lagMsMax: 1000, refused: () => undefined });
    const late = (ms: number) => {
      lateMs += ms;
      clock.advance(100);
    };
    late(2000);
    expect(overload.refusal()).toBeUndefined();
    for (let index = 0; index < 20; index++) late(2000);
    expect(overload.refusal()).toMatchObject({ code: 'UNAVAILABLE', statusCode: 503 });
    clock.advance(2000);
    expect(overload.refusal()).toBeUndefined();
    overload.stop();
  });
});

describe('a client that sends slowly', () => {
  it('is cut off when its head or its body is not there in time', SLOWLY, async () => {
    const quick = await startApp({ server: { requestTimeoutSeconds: 1 } });
    const { hostname, port } = new URL(quick.url);
    const ended = (first: string) =>
      new Promise<string>((resolve) => {
        let text = '';
        const socket = connect(Number(port), hostname, () => socket.write(first));
        const drip = setInterval(() => socket.write('a'), 200);
        socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
        socket.on('error', () => undefined);
        socket.on('close', () => {
          clearInterval(drip);
          resolve(text);
        });
      });
    const head = 'POST /tasks HTTP/1.1\r\nHost: localhost\r\n';
    const all = await Promise.all([
      ended(`${head}X-Slow: `),
      ended(`${head}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`),
    ]);
    for (const text of all) expect(text).toMatch(/^HTTP\/1\.1 408/);
    await quick.close();
  });
});
