/**
 * The one WebSocket of the page and its light: live, connecting, or lost since. A stream that is cut is asked for again
 * with the variables as they are then, so that whoever moves its `after` on goes on without a gap or a duplicate.
 */
import { effect, signal } from '@preact/signals';
import { createClient, type Client } from 'graphql-ws';
import type { TypedDocumentString } from '../../generated/dashboard/graphql.js';
import { ApiFault } from './client.js';
import { token } from './session.js';

export interface Light {
  readonly state: 'connecting' | 'live' | 'lost';
  /** Ms since 1970. */
  readonly since: number;
}

const PING_MS = 10_000;
const PONG_MS_MAX = 5000;
const WAIT_MS_MIN = 200;
const WAIT_MS_MAX = 3000;

export const light = signal<Light>({ state: 'connecting', since: Date.now() });

function turn(state: Light['state']): void {
  if (light.peek().state !== state) light.value = { state, since: Date.now() };
}

function waitMs(retries: number): number {
  const limit = Math.min(WAIT_MS_MAX, WAIT_MS_MIN * 2 ** retries);
  return limit * (0.5 + Math.random() / 2);
}

function connect(): Client {
  let silence: ReturnType<typeof setTimeout> | undefined;
  const client: Client = createClient({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
    lazy: false,
    onNonLazyError: () => undefined,
    keepAlive: PING_MS,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (retries) => new Promise((resolve) => setTimeout(resolve, waitMs(retries))),
    connectionParams: () => (token.peek() === '' ? {} : { token: token.peek() }),
    on: {
      connected: () => turn('live'),
      closed: () => {
        clearTimeout(silence);
        turn('lost');
      },
      ping: (received) => {
        if (!received) silence = setTimeout(() => client.terminate(), PONG_MS_MAX);
      },
      pong: (received) => {
        if (received) clearTimeout(silence);
      },
    },
  });
  return client;
}

let client: Client | undefined;

/** Another token is another person: the socket is opened anew. */
effect(() => {
  void token.value;
  client?.terminate();
  client ??= connect();
});

export interface Listener<R> {
  next(value: R): void;
  /** The stream is refused or broken for good. */
  failed?(fault: ApiFault): void;
  ended?(): void;
}

function asFault(error: unknown): ApiFault {
  const first = (Array.isArray(error) ? error[0] : error) as {
    message?: string;
    extensions?: { code?: string };
  };
  return new ApiFault(first?.extensions?.code ?? 'STREAM', first?.message ?? 'the stream broke');
}

/** Answers how to stop. `variables` is read again whenever the stream is asked for again: move `after` on in it. */
export function listen<R, V extends Record<string, unknown>>(
  document: TypedDocumentString<R, V>,
  variables: V,
  listener: Listener<R>,
): () => void {
  return (client as Client).subscribe<R>(
    { query: document.toString(), variables },
    {
      next: ({ data, errors }) => {
        if (errors !== undefined && errors.length > 0) listener.failed?.(asFault(errors));
        else if (data != null) listener.next(data);
      },
      error: (error) => listener.failed?.(asFault(error)),
      complete: () => listener.ended?.(),
    },
  );
}
