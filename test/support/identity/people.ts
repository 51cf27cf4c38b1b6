/** Callers of a running server by token: people of tenants, with what they ask over HTTP and WebSocket. */
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Role } from '../../../src/lifecycle/role.js';

export interface Answer {
  readonly status: number;
  readonly data: Record<string, never> | null | undefined;
  readonly errors: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

export class Person {
  constructor(
    private readonly url: string,
    readonly token: string | undefined,
    /** Of the API token. */
    readonly id = '',
  ) {}

  get headers(): Record<string, string> {
    return this.token === undefined ? {} : { authorization: `Bearer ${this.token}` };
  }

  async ask(query: string, variables: object = {}): Promise<Answer> {
    const answer = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.headers },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await answer.json()) as { data?: Answer['data']; errors?: Answer['errors'] };
    return { status: answer.status, data: body.data, errors: body.errors ?? [] };
  }

  /** The answer, which must be one. */
  async get<T = Record<string, never>>(query: string, variables: object = {}): Promise<T> {
    const { data, errors } = await this.ask(query, variables);
    if (errors.length > 0 || !data) throw new Error(`refused: ${JSON.stringify(errors)}`);
    return data as T;
  }

  async codeOf(query: string, variables: object = {}): Promise<string | undefined> {
    return (await this.ask(query, variables)).errors[0]?.extensions.code;
  }

  rest(method: string, path: string, body?: object): Promise<Response> {
    return fetch(this.url + path, {
      method,
      headers: { ...this.headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
  }

  client(on: { closed?: (event: { code: number; reason: string }) => void } = {}): Client {
    return createClient({
      url: `${this.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      lazy: false,
      onNonLazyError: () => undefined,
      connectionParams: this.headers,
      on: { closed: (event) => on.closed?.(event as { code: number; reason: string }) },
    });
  }

  async admit(role: Role, tenant?: string, lifetimeSeconds?: number): Promise<Person> {
    const input = {
      name: `${role} of ${tenant ?? 'us'}`,
      role,
      tenant,
      ...(lifetimeSeconds && { lifetimeSeconds }),
    };
    const { createApiToken } = await this.get<{ createApiToken: { id: string; token: string } }>(
      'mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) { id token } }',
      { input },
    );
    return new Person(this.url, createApiToken.token, createApiToken.id);
  }
}
