/** What tests of the real program ask a server of: a stream until so much was told, a route of REST. As the owner. */
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { graphql, type ServerProcess } from '../server-process.js';
import { until } from '../until.js';

type Door = Pick<ServerProcess, 'url' | 'token'>;

/** What the stream tells until so many were told; throws on errors. */
export async function heard<T>({ url, token }: Door, query: string, count: number): Promise<T[]> {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
  });
  const all: T[] = [];
  for await (const { data, errors } of client.iterate<T>({ query })) {
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    if (data) all.push(data);
    if (all.length === count) break;
  }
  return all;
}

/** As `heard`, of what happens from now on: resolves when the stream is open, which takes long on a busy machine. */
export async function hearing<T>(
  door: Door,
  query: string,
  count: number,
): Promise<{ readonly told: Promise<T[]> }> {
  const before = await streams(door);
  const told = heard<T>(door, query, count);
  told.catch(() => undefined);
  await until('the stream is open', async () => (await streams(door)) > before);
  return { told };
}

async function streams(door: Door): Promise<number> {
  const { status } = await graphql<{ status: { subscriptions: number } }>(
    door,
    '{ status { subscriptions } }',
  );
  return status.subscriptions;
}

/** With a body a POST. */
export async function rest<T>(
  { url, token }: Door,
  path: string,
  body?: object,
): Promise<{ status: number; body: T }> {
  const response = await fetch(`${url}${path}`, {
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as T };
}
