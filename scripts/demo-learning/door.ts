/** The way into a server for whoever tells of it: questions over HTTP, and what it tells by itself over a WebSocket. */
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

export class DemoDoor {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  async ask<T>(query: string, variables: object = {}): Promise<T> {
    const response = await fetch(`${this.#url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.#token}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data?: T; errors?: unknown };
    if (data == null || errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  }

  async *follow<T>(query: string, variables: Record<string, unknown>): AsyncGenerator<T> {
    const client = createClient({
      url: `${this.#url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${this.#token}` },
    });
    try {
      for await (const { data, errors } of client.iterate<T>({ query, variables })) {
        if (errors !== undefined) throw new Error(JSON.stringify(errors));
        if (data != null) yield data;
      }
    } finally {
      await client.dispose();
    }
  }
}
