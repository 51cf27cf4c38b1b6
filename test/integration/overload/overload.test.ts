/**
 * A server that has too much to do says so with 429 or 503 and when to come again, goes on answering probes, and brings to its
 * end what it has accepted; a client that does not read is let go.
 */
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Acceptors } from '../../../src/api/load/acceptors.js';
import { Overload } from '../../../src/api/load/overload.js';
import { Turns } from '../../../src/api/load/turns.js';
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

/** Each begins a turn of the event loop's own. */
const turnOver = () => new Promise((resolve) => setImmediate(resolve));

describe('requests that come all at once', () => {
  it('begin in their order, as many in a turn of the event loop as it has time for', async () => {
    const clock = new VirtualClock();
    const turns = new Turns(clock);
    const begun: number[] = [];
    for (let at = 0; at < 40; at++)
      turns.take(() => {
        begun.push(at);
        clock.advance(10);
      });
    const after = [begun.length];
    for (let turn = 0; turn < 12; turn++) {
      await turnOver();
      after.push(begun.length);
    }
    const inTurns = after.map((sum, turn) => sum - (after[turn - 1] ?? 0)).filter((count) => count > 0);
    expect(inTurns).toEqual([5, 5, 5, 5, 5, 5, 5, 5]);
    expect(begun).toEqual(Array.from({ length: 40 }, (_, at) => at));
  });

  it('and wait too long until they begin refuse others with 503, until they have begun', async () => {
    const clock = new VirtualClock();
    const overload = new Overload({ clock, requestsMax: 10, lagMsMax: 300, refused: () => undefined });
    let begun = 0;
    const long = () => {
      begun++;
      clock.advance(60);
    };
    const come = () => {
      overload.take(long);
      return overload.enter();
    };
    const leave = [come(), come()];
    clock.advance(300);
    expect([begun, overload.refusal()]).toEqual([1, undefined]);
    clock.advance(1);
    expect(overload.refusal()).toMatchObject({ code: 'UNAVAILABLE', statusCode: 503 });
    await until('the second one has begun', async () => begun === 2);
    expect(overload.refusal()).toBeUndefined();
    for (let more = 0; more < 8; more++) leave.push(come());
    expect(overload.refusal()).toMatchObject({ code: 'OVERLOADED', statusCode: 429 });
    for (const one of [...leave, ...leave]) one();
    await until('all have begun', async () => begun === 10);
    expect(overload.refusal()).toBeUndefined();
  });
});

describe('a crowd of connections', () => {
  const handles = () => process.getActiveResourcesInfo().filter((one) => one.startsWith('TCP')).length;

  /** As many as the system has ready, and how many of them each turn of the event loop takes. */
  async function takenInTurns(server: Server, count: number): Promise<{ sockets: Socket[]; most: number }> {
    const { port } = server.address() as AddressInfo;
    let taken = 0;
    const note = () => taken++;
    server.on('connection', note);
    const sockets = Array.from({ length: count }, () => connect(port, '127.0.0.1'));
    for (const socket of sockets) socket.on('error', () => undefined);
    let most = 0;
    while (taken < count) {
      const before = taken;
      await turnOver();
      most = Math.max(most, taken - before);
    }
    server.off('connection', note);
    return { sockets, most };
  }

  it('is taken many in a turn, where one was before; nothing stays when it is closed', SLOWLY, async () => {
    const before = handles();
    const server = createServer((_request, response) => response.end('here'));
    await new Promise<void>((resolve) =>
      server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve),
    );
    const acceptors = new Acceptors(server, 4096);
    const few = await takenInTurns(server, 100);
    expect(few.most).toBe(1);
    const sockets = few.sockets;
    await until('many are taken in a turn', async () => {
      const more = await takenInTurns(server, 100);
      sockets.push(...more.sockets);
      return more.most > 8;
    });
    const { port } = server.address() as AddressInfo;
    const answers = await Promise.all(Array.from({ length: 50 }, () => fetch(`http://127.0.0.1:${port}/`)));
    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(Array(50).fill('here'));
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    await Promise.all([acceptors.close(), new Promise((resolve) => server.close(resolve))]);
    await until('all are closed', async () => handles() <= before);
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
