/** Clients that hold a WebSocket and do not read: they are let go, and others are answered meanwhile. */
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../support/until.js';
import { type RunningApi, startApi } from '../api/graphql-server.js';

const SLOWLY = { timeout: 120_000 };
let api: RunningApi;
beforeAll(async () => {
  api = await startApi({ pingMs: 500 });
});
afterAll(() => api.close());

/** A connection, and what the server has of it. */
async function open(): Promise<{ socket: Socket; theirs: Socket }> {
  const { hostname, port } = new URL(api.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  const theirs = await new Promise<Socket>((resolve) =>
    api.server.fastify.server.once('connection', (one: Socket) => resolve(one)),
  );
  return { socket, theirs };
}

/** In the mean time others are answered. */
async function isLetGo(theirs: Socket): Promise<void> {
  await until('its connection has ended', async () => {
    expect((await api.post('{ health { ready } }')).status).toBe(200);
    return theirs.destroyed;
  });
}

it(
  'a WebSocket that is asked whether it lives, and does not read the question, is let go',
  SLOWLY,
  async () => {
    const { socket, theirs } = await open();
    const lines = [
      'GET /graphql HTTP/1.1',
      'Host: localhost',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      'Sec-WebSocket-Protocol: graphql-transport-ws',
    ];
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    const head = await new Promise((resolve) => socket.once('data', (data) => resolve(String(data))));
    expect(head).toMatch(/^HTTP\/1.1 101/);
    socket.pause();
    await isLetGo(theirs);
    socket.destroy();
  },
);
