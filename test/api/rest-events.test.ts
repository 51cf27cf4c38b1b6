/** Server-sent events of a task: frames, cursors, silence, back-pressure, and every way in which a stream ends. */
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { refused, type Resolvers, serve, type Served, TASK_ID } from './rest-server.js';

const open: Served[] = [];
afterEach(async () => {
  for (const { fastify } of open.splice(0)) await fastify.close();
});

type Change = { seq: number; from: string | null; to: string };

const STORY: readonly Change[] = [
  { seq: 4, from: null, to: 'PENDING' },
  { seq: 5, from: 'PENDING', to: 'QUEUED' },
  { seq: 9, from: 'QUEUED', to: 'RUNNING' },
  { seq: 12, from: 'RUNNING', to: 'COMPLETED' },
];

function payload(change: Change): unknown {
  return { taskStatusChanged: { ...change, at: '2030-01-31T08:00:00.000Z', meshId: 'm', taskId: TASK_ID } };
}

/** The history behind `after`, then whatever `live` yields until it is aborted. */
function watching(
  history: readonly Change[],
  live?: (signal: AbortSignal) => AsyncIterable<Change>,
): Resolvers {
  const ended = history.find(({ to }) => to === 'COMPLETED');
  const taskStatusChanged = async function* (
    { after }: { after: number },
    signal: AbortSignal,
  ): AsyncGenerator<unknown> {
    for (const change of history) if (change.seq > after) yield payload(change);
    if (live) for await (const change of live(signal)) yield payload(change);
    else await new Promise((resolve) => signal.addEventListener('abort', resolve));
  };
  return {
    events: () => ({ nodes: ended === undefined ? [] : [{ seq: ended.seq }] }),
    taskStatusChanged: taskStatusChanged as unknown as Resolvers[string],
  };
}

async function served(
  root: Resolvers,
  options: Parameters<typeof serve>[1] = {},
): Promise<Served & { events: string }> {
  const server = await serve(root, options);
  open.push(server);
  return { ...server, events: `${server.url}/tasks/${TASK_ID}/events` };
}

function seqs(text: string): number[] {
  return [...text.matchAll(/^id: (\d+)$/gm)].map(([, seq]) => Number(seq));
}

async function readUntil(response: Response, pattern: RegExp): Promise<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!pattern.test(text)) {
    const chunk = await reader?.read();
    if (!chunk || chunk.done) break;
    text += chunk.value;
  }
  await reader?.cancel();
  return text;
}

describe('the events of a task', () => {
  it('are its whole story as frames of id, event and data, and the stream ends with the task', async () => {
    const { events } = await served(watching(STORY));
    const response = await fetch(events);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const text = await response.text();
    expect(seqs(text)).toEqual([4, 5, 9, 12]);
    expect(text).toContain(
      `id: 12\nevent: completed\ndata: {"seq":12,"at":"2030-01-31T08:00:00.000Z","mesh_id":"m","task_id":"${TASK_ID}","from":"running","to":"completed"}\n\n`,
    );
  });

  it('come from behind ?after, and Last-Event-ID counts more than the cursor in the address', async () => {
    const { events } = await served(watching(STORY));
    expect(seqs(await (await fetch(`${events}?after=5`)).text())).toEqual([9, 12]);
    const again = await fetch(`${events}?after=5`, { headers: { 'last-event-id': '9' } });
    expect(seqs(await again.text())).toEqual([12]);
  });

  it('are 204 when the task has ended and all was seen, which tells a browser to stay away', async () => {
    const { events, door } = await served(watching(STORY));
    const response = await fetch(events, { headers: { 'last-event-id': '12' } });
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(door.asked).toHaveLength(1);
  });

  it('go on live after the history', async () => {
    const live = async function* (): AsyncGenerator<Change> {
      yield { seq: 20, from: 'RUNNING', to: 'RETRYING' };
      yield { seq: 21, from: 'RETRYING', to: 'FAILED' };
    };
    const { events } = await served(watching(STORY.slice(0, 3), live));
    expect(seqs(await (await fetch(events)).text())).toEqual([4, 5, 9, 20, 21]);
  });

  it('break silence with comments', async () => {
    const { events } = await served(watching(STORY.slice(0, 2)), { keepAliveMs: 5 });
    const text = await readUntil(await fetch(events), /(: still here\n\n.*){2}/s);
    expect(text).toMatch(/^retry: 1000\n\nid: 4/);
    expect(seqs(text)).toEqual([4, 5]);
  });

  it('end the subscription when the client goes', async () => {
    let given: AbortSignal | undefined;
    const live = async function* (signal: AbortSignal): AsyncGenerator<Change> {
      given = signal;
      yield { seq: 20, from: null, to: 'RUNNING' };
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    };
    const { events } = await served(watching([], live));
    const client = new AbortController();
    const response = await fetch(events, { signal: client.signal });
    expect(response.status).toBe(200);
    await expect.poll(() => given).toBeDefined();
    client.abort();
    await expect.poll(() => given?.aborted).toBe(true);
  });

  it('end when the server closes, without holding it up', async () => {
    const { events, fastify } = await served(watching(STORY.slice(0, 2)));
    const response = await fetch(events);
    const text = response.text();
    await fastify.close();
    expect(seqs(await text)).toEqual([4, 5]);
  });

  it('are not read ahead of a client that does not read', async () => {
    let made = 0;
    const live = async function* (signal: AbortSignal): AsyncGenerator<Change> {
      while (!signal.aborted) yield { seq: 100 + made++, from: 'RUNNING', to: 'RETRYING' };
    };
    const { url } = await served(watching([], live));
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.pause();
    socket.write(`GET /tasks/${TASK_ID}/events HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    let before = -1;
    await expect
      .poll(() => made !== 0 && before === (before = made), { interval: 200, timeout: 15_000 })
      .toBe(true);
    expect(made).toBeLessThan(100_000);
    socket.destroy();
  });

  it('answer a refusal of the subscription with its status', async () => {
    const missing = refused('NOT_FOUND', `there is no task ${TASK_ID}`);
    const { events } = await served({
      events: () => ({ nodes: [] }),
      taskStatusChanged: () => Promise.reject(missing),
    });
    const response = await fetch(events);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });

  it('tell of a failure in their midst with an error frame, and end', async () => {
    const live = async function* (): AsyncGenerator<Change> {
      yield { seq: 20, from: null, to: 'NONSENSE' };
    };
    const { events } = await served(watching([], live));
    expect(await (await fetch(events)).text()).toMatch(
      /event: error\ndata: \{"error":\{"code":"INTERNAL_SERVER_ERROR"/,
    );
  });

  it('refuse a cursor that is none', async () => {
    const { events } = await served(watching(STORY));
    for (const [address, headers] of [
      [`${events}?after=soon`, {}],
      [events, { 'last-event-id': 'x' }],
    ] as const) {
      expect((await fetch(address, { headers })).status).toBe(422);
    }
  });
});
