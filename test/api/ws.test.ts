/** GraphQL over WebSocket with the real client: history and present, batches, ends, limits, identity. */
import type { FormattedExecutionResult } from 'graphql';
import type { Client } from 'graphql-ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { MESH_ID, TASK_ID } from './graphql-history.js';
import { type RunningApi, startApi, TOKEN } from './graphql-server.js';

let api: RunningApi;
let clients: Client[] = [];

beforeEach(async () => {
  api = await startApi({ subscriptionsMax: 5 });
});
afterEach(async () => {
  for (const client of clients) await client.dispose();
  clients = [];
  await api.close();
  expect(api.door.subscriptions.open).toBe(0);
});

function connect(parameters?: Record<string, unknown>): Client {
  const client = api.client({ connectionParams: parameters });
  clients.push(client);
  return client;
}

type Result = FormattedExecutionResult<Record<string, unknown>, unknown>;

/** Takes results until `enough` says so, then unsubscribes. */
async function take(
  stream: AsyncIterableIterator<Result>,
  enough: (results: readonly Result[]) => boolean,
): Promise<Result[]> {
  const results: Result[] = [];
  for await (const result of stream) {
    results.push(result);
    if (enough(results)) break;
  }
  return results;
}

const EVENTS = `subscription ($after: SafeInt) { meshEvents(meshId: "${MESH_ID}", after: $after) { seq type task { key } } }`;

/** Ten megabytes of these do not fit into the buffers of a socket. */
const LARGE = `subscription { meshEvents(meshId: "${MESH_ID}", after: 0) { seq payload } }`;

function valueIn<T>(result: Result | undefined, field: string): T {
  return (result?.data ?? {})[field] as T;
}

function seqsOf(results: readonly Result[], field: string): number[] {
  return results.map((result) => valueIn<{ seq: number }>(result, field).seq);
}

describe('meshEvents', () => {
  it('replays from the cursor and goes on into the present, without a gap or a duplicate', async () => {
    api.world.happen(700);
    const stream = connect().iterate<Record<string, unknown>>({ query: EVENTS, variables: { after: 100 } });
    const publishing = setInterval(() => api.world.happen(10), 2);
    const results = await take(stream, (all) => all.length >= 900);
    clearInterval(publishing);
    expect(seqsOf(results, 'meshEvents')).toEqual(Array.from({ length: 900 }, (_, index) => 101 + index));
    expect(results[0]?.data).toEqual({
      meshEvents: { seq: 101, type: 'TASK_QUEUED', task: { key: 'first' } },
    });
  });

  it('is refused for a mesh that does not exist and a cursor of another history', async () => {
    const other = EVENTS.replace(MESH_ID, '0192f0c1-0000-7000-8000-00000000ffff');
    const [missing] = await take(connect().iterate({ query: other }), () => true);
    expect(missing?.errors?.[0]?.extensions).toMatchObject({ code: 'NOT_FOUND' });
    const [beyond] = await take(connect().iterate({ query: EVENTS, variables: { after: 9 } }), () => true);
    expect(beyond?.errors?.[0]).toMatchObject({ extensions: { code: 'INVALID_INPUT', field: 'after' } });
  });

  it('comes in batches for those who ask', async () => {
    api.world.happen(1500);
    const query = `subscription { meshEventBatches(meshId: "${MESH_ID}", after: 0, batchMs: 50) { lastSeq events { seq } } }`;
    const stream = connect().iterate<Record<string, unknown>>({ query });
    const results = await take(
      stream,
      (all) => valueIn<{ lastSeq: number }>(all.at(-1), 'meshEventBatches').lastSeq >= 1500,
    );
    expect(results.length).toBeLessThan(10);
    const seqs = results.flatMap((result) =>
      valueIn<{ events: { seq: number }[] }>(result, 'meshEventBatches').events.map(({ seq }) => seq),
    );
    expect(seqs).toEqual(Array.from({ length: 1500 }, (_, index) => index + 1));
  });
});

describe('taskStatusChanged', () => {
  it('tells from where to where, and reads the tasks of a batch once', async () => {
    api.world.happen(50);
    api.world.happen(3, { type: 'TASK_STARTED', from: 'QUEUED', to: 'RUNNING' });
    api.world.happen(1, { type: 'MESH_PAUSED', taskId: null, from: 'RUNNING', to: 'PAUSED' });
    const query = `subscription { taskStatusChanged(taskId: "${TASK_ID}", statuses: [RUNNING], after: 0) { seq at from to task { id key } } }`;
    api.world.statements.clear();
    const results = await take(
      connect().iterate<Record<string, unknown>>({ query }),
      (all) => all.length === 3,
    );
    expect(seqsOf(results, 'taskStatusChanged')).toEqual([51, 52, 53]);
    expect(results[0]?.data?.taskStatusChanged).toMatchObject({
      from: 'QUEUED',
      to: 'RUNNING',
      task: { id: TASK_ID, key: 'first' },
    });
    expect(api.world.statements.get('tasksByIds')).toBe(2);
  });
});

describe('the other subscriptions', () => {
  it('meshProgress answers at once, then on changes, but not on each', async () => {
    const stream = connect().iterate<Record<string, unknown>>({
      query: `subscription { meshProgress(meshId: "${MESH_ID}") { percent counts { queued } eta { p50 } } }`,
    });
    const first = await stream.next();
    expect(first.value?.data).toEqual({ meshProgress: { percent: 0, counts: { queued: 0 }, eta: null } });
    for (let i = 0; i < 20; i++) api.world.happen(1);
    const second = await stream.next();
    expect(second.value?.data).toEqual({ meshProgress: { percent: 0, counts: { queued: 20 }, eta: null } });
    await stream.return?.();
  });

  it('taskLog replays lines and follows', async () => {
    api.world.print(['one', 'two']);
    const stream = connect().iterate<Record<string, unknown>>({
      query: `subscription { taskLog(taskId: "${TASK_ID}", after: 1) { id text stream } }`,
    });
    expect((await stream.next()).value?.data).toEqual({ taskLog: { id: 2, text: 'two', stream: 'STDOUT' } });
    api.world.print(['three']);
    expect((await stream.next()).value?.data).toEqual({
      taskLog: { id: 3, text: 'three', stream: 'STDOUT' },
    });
    await stream.return?.();
  });

  it('metricsSampled comes again and again', async () => {
    const results = await take(
      connect().iterate({ query: 'subscription { metricsSampled(every: 1) { at metrics } }' }),
      (all) => all.length === 2,
    );
    expect(results[1]?.data).toMatchObject({ metricsSampled: { metrics: { taskmesh_up: 1 } } });
  });
});

describe('a socket', () => {
  it('runs queries and mutations with the viewer of its token', async () => {
    const mutation = { query: `mutation { cancelTask(id: "${TASK_ID}") { key } }` };
    await take(connect().iterate(mutation), () => true);
    await take(connect({ authorization: `Bearer ${TOKEN}` }).iterate(mutation), () => true);
    await take(connect({ token: TOKEN }).iterate(mutation), () => true);
    expect(api.world.calls.map(({ caller }) => caller.id)).toEqual(['anonymous', 'owner', 'owner']);
  });

  it('is closed with 4401 for a wrong token', async () => {
    const failure = await take(
      connect({ token: 'wrong' }).iterate({ query: '{ health { ready } }' }),
      () => true,
    ).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 4401 });
  });

  it('passes the limits of HTTP', async () => {
    const deep = `{ tasks { nodes ${'{ dependencies '.repeat(12)} { id } ${'}'.repeat(12)} } }`;
    const [result] = await take(connect().iterate({ query: deep }), () => true).catch(
      (errors: unknown) => [{ errors }] as Result[],
    );
    expect(result?.errors?.[0]).toMatchObject({ extensions: { code: 'QUERY_TOO_DEEP' } });
  });

  it('does not open more subscriptions than allowed, and gives places back', async () => {
    const client = connect();
    const streams = Array.from({ length: 5 }, () => client.iterate({ query: EVENTS }));
    const waiting = streams.map((stream) => stream.next());
    await expect.poll(() => api.door.subscriptions.open).toBe(5);
    const [full] = await take(client.iterate({ query: EVENTS }), () => true);
    expect(full?.errors?.[0]).toMatchObject({ extensions: { code: 'OVERLOADED' } });
    await streams[0]?.return?.();
    await expect.poll(() => api.door.subscriptions.open).toBe(4);
    await Promise.all(streams.map((stream) => stream.return?.()));
    await Promise.all(waiting);
  });

  it('that stops reading harms no other, and is given everything when it reads again', async () => {
    const stalled = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const seen: number[] = [];
    await new Promise((resolve) => stalled.once('open', resolve));
    stalled.on('message', (text) => {
      const message = JSON.parse(String(text)) as {
        type: string;
        payload?: { data: { meshEvents: { seq: number } } };
      };
      if (message.type === 'next') seen.push(message.payload?.data.meshEvents.seq as number);
    });
    stalled.send(JSON.stringify({ type: 'connection_init' }));
    await new Promise((resolve) => stalled.once('message', resolve));
    stalled.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: LARGE } }));
    stalled.pause();
    const brisk = connect().iterate<Record<string, unknown>>({ query: LARGE });
    const publishing = setInterval(() => api.world.happen(50, { payload: { text: 'x'.repeat(2000) } }), 1);
    const quick = await take(brisk, (all) => all.length >= 5000);
    clearInterval(publishing);
    expect(seqsOf(quick, 'meshEvents')).toEqual(quick.map((_, index) => index + 1));
    stalled.resume();
    await expect.poll(() => seen.length).toBeGreaterThanOrEqual(5000);
    expect(seen).toEqual(seen.map((_, index) => index + 1));
    stalled.terminate();
  });

  it('is closed with 1001 when the server stops, and its subscriptions end', async () => {
    const codes: number[] = [];
    const client = api.client({
      lazy: false,
      onNonLazyError: () => undefined,
      on: { closed: (event) => codes.push((event as { code: number }).code) },
    });
    const stream = client.iterate({ query: EVENTS });
    const waiting = stream.next().catch(() => undefined);
    await expect.poll(() => api.door.subscriptions.open).toBe(1);
    await api.close();
    await waiting;
    expect(codes).toEqual([1001]);
    await client.dispose();
  });
});
