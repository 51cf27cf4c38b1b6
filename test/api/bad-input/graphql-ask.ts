/** Sends the rows of the table to a server and reads what it answers. Knows nothing of what stands behind the door. */
import { request } from 'node:http';
import { WebSocket } from 'ws';
import type { BadConversation, BadOperation, BadRequest } from './graphql-table.js';

export interface Door {
  readonly port: number;
  /** With the token the refusal is about the input and not about rights. */
  readonly token: string;
}

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly field: unknown;
  readonly text: string;
  readonly ms: number;
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

interface GraphqlError {
  readonly message: string;
  readonly extensions: { readonly code: string; readonly field?: string; readonly faults?: unknown };
}

/** The first error, and all that was said. */
function refusalIn(status: number, answer: string, ms: number): Refusal {
  const errors = (JSON.parse(answer) as { errors?: GraphqlError[] }).errors ?? [];
  const [first] = errors;
  return {
    status,
    code: first?.extensions.code ?? '',
    field: first?.extensions.field,
    text: answer.replaceAll('\\"', '"'),
    ms,
  };
}

function send({ port }: Door, { method, path, headers, body }: Sent): Promise<Refusal> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const asked = request({ host: '127.0.0.1', port, method, path, headers });
    asked.on('error', reject);
    asked.on('response', (response) => {
      let answer = '';
      response.setEncoding('utf8').on('data', (part: string) => (answer += part));
      response.on('end', () =>
        resolve(refusalIn(response.statusCode ?? 0, answer, performance.now() - started)),
      );
    });
    asked.end(body);
  });
}

export function sendRequest(door: Door, { method, path, headers, body }: BadRequest): Promise<Refusal> {
  return send(door, { method, path, headers, body: body?.() });
}

export function sendOperation(door: Door, { query, variables }: BadOperation): Promise<Refusal> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${door.token}` };
  const body = JSON.stringify({ query: query(), variables: variables?.() });
  return send(door, { method: 'POST', path: '/graphql', headers, body });
}

function open({ port }: Door, protocol: string): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, protocol === '' ? [] : protocol);
  socket.on('error', () => undefined);
  return socket;
}

/** The errors of a result or of a refusal, as HTTP would have them. */
export function sayOperation(door: Door, { query, variables }: BadOperation): Promise<Refusal> {
  const started = performance.now();
  const socket = open(door, 'graphql-transport-ws');
  return new Promise((resolve, reject) => {
    socket.on('open', () =>
      socket.send(JSON.stringify({ type: 'connection_init', payload: { token: door.token } })),
    );
    socket.on('close', (code, reason) => reject(new Error(`closed with ${code} ${String(reason)}`)));
    socket.on('message', (text) => {
      const message = JSON.parse(String(text)) as { type: string; payload?: unknown };
      if (message.type === 'connection_ack')
        socket.send(
          JSON.stringify({
            id: '1',
            type: 'subscribe',
            payload: { query: query(), variables: variables?.() },
          }),
        );
      if (message.type !== 'next' && message.type !== 'error') return;
      const errors = message.type === 'error' ? { errors: message.payload } : message.payload;
      resolve(refusalIn(0, JSON.stringify(errors), performance.now() - started));
      socket.terminate();
    });
  });
}

/** An answer, or the end. */
function heard(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('message', () => resolve());
    socket.once('close', () => resolve());
  });
}

/** The code with which the socket is closed. */
export function converse(
  door: Door,
  { protocol = 'graphql-transport-ws', say }: BadConversation,
): Promise<number> {
  const socket = open(door, protocol);
  return new Promise((resolve) => {
    socket.on('close', (code) => resolve(code));
    socket.on('open', async () => {
      for (const message of say) {
        socket.send(message);
        if (String(message).includes('connection_init')) await heard(socket);
      }
    });
  });
}
