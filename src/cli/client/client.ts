/**
 * The one way from the command line to a server: GraphQL over HTTP, and over a WebSocket for what goes on. Made by
 * `connect.ts`; every verb talks through it. It retries nothing but subscriptions, and those from their cursor.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client as SocketClient } from 'graphql-ws/client';
import { CliEventsDocument, type TypedDocumentString } from '../../generated/graphql/graphql.js';
import { CliError, EXIT } from '../cli-error.js';
import type { EventBatch } from './nouns.js';

export interface ClientOptions {
  /** Without a path. */
  readonly url: string;
  readonly token: string | undefined;
}

interface GraphqlFault {
  readonly message: string;
  readonly extensions?: {
    readonly code?: string;
    readonly faults?: readonly { path: string; message: string }[];
  };
}

interface Answer<T> {
  readonly data?: T | null;
  readonly errors?: readonly GraphqlFault[];
}

/** Attempts to reach a server again before its absence is told: with the back-off below about 40 seconds. */
const RECONNECTS_MAX = 25;
const RECONNECT_DELAY_MAX_MS = 2000;

const nextSteps: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'give the token of that server with --token, or its --state-dir',
  FORBIDDEN: 'give the token of that server with --token, or its --state-dir',
  NOT_FOUND: 'list what there is with `taskmesh status`',
  OVERLOADED: 'try again in a moment',
  UNAVAILABLE: 'try again in a moment',
};

/** What was asked for is wrong in itself, and will be the next time too. */
const OF_INPUT: ReadonlySet<string> = new Set([
  'INVALID_INPUT',
  'CYCLE_DETECTED',
  'DUPLICATE_KEY',
  'LIMIT_EXCEEDED',
  'PAYLOAD_TOO_LARGE',
  'GRAPHQL_VALIDATION_FAILED',
]);

export function refusal(faults: readonly GraphqlFault[]): CliError {
  const [first] = faults;
  const code = first?.extensions?.code ?? 'REFUSED';
  const named = first?.extensions?.faults;
  const message = faults.map((fault) => fault.message).join('; ');
  return new CliError(message, {
    code,
    exitCode: OF_INPUT.has(code) ? EXIT.usage : EXIT.failed,
    next: nextSteps[code],
    faults: named !== undefined && named.length > 1 ? named : undefined,
  });
}

function isLoss(error: unknown): boolean {
  return error instanceof CliError && error.code === 'CONNECTION_LOST';
}

export class Client {
  readonly url: string;
  readonly #token: string | undefined;
  #socket: SocketClient | undefined;

  constructor({ url, token }: ClientOptions) {
    this.url = url;
    this.#token = token;
  }

  get #authorization(): Record<string, string> {
    return this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` };
  }

  async request<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    signal?: AbortSignal,
  ): Promise<Result> {
    const body = JSON.stringify({ query: document.toString(), variables });
    const answer = await this.#post<Result>(body, signal);
    if (answer.errors !== undefined && answer.errors.length > 0) throw refusal(answer.errors);
    if (answer.data === null || answer.data === undefined) throw this.#unreadable('an answer without data');
    return answer.data;
  }

  /** The committed events of a mesh behind `after`, each once and in order, across any number of lost connections. */
  async *events(
    meshId: string,
    after: number,
    signal: AbortSignal,
    onLost?: (lost: boolean) => void,
  ): AsyncGenerator<EventBatch> {
    let last = after;
    const open = () => this.subscribe(CliEventsDocument, { meshId, after: last }, signal);
    for await (const { meshEventBatches } of this.resumed(open, signal, onLost)) {
      last = meshEventBatches.lastSeq;
      yield meshEventBatches;
    }
  }

  /** Opens a subscription anew whenever the connection is lost; `open` brings the cursor along. */
  async *resumed<T>(
    open: () => AsyncIterable<T>,
    signal: AbortSignal,
    onLost: (lost: boolean) => void = () => undefined,
  ): AsyncGenerator<T> {
    let losses = 0;
    while (!signal.aborted) {
      try {
        for await (const item of open()) {
          if (losses > 0) onLost(false);
          losses = 0;
          yield item;
        }
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (!isLoss(error) || losses >= RECONNECTS_MAX) throw error;
        if (++losses === 1) onLost(true);
        await delay(Math.min(RECONNECT_DELAY_MAX_MS, 50 * 2 ** losses), undefined, { signal }).catch(
          () => undefined,
        );
      }
    }
  }

  async *subscribe<Result, Variables extends Record<string, unknown>>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    signal: AbortSignal,
  ): AsyncGenerator<Result> {
    const client = await this.#connected();
    // Told to end while it was connecting: the event is over, and nothing would end the subscription any more.
    if (signal.aborted) return;
    const answers = client.iterate<Result>({ query: document.toString(), variables });
    const stop = (): void => void answers.return?.();
    signal.addEventListener('abort', stop, { once: true });
    try {
      for await (const answer of answers) {
        if (answer.errors !== undefined) throw refusal(answer.errors as unknown as GraphqlFault[]);
        if (answer.data) yield answer.data;
      }
    } catch (error) {
      throw this.#socketFault(error);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async close(): Promise<void> {
    await this.#socket?.dispose();
    this.#socket = undefined;
  }

  /** Loaded late: verbs that only ask do without both packages (40 ms). */
  async #connected(): Promise<SocketClient> {
    if (this.#socket !== undefined) return this.#socket;
    const [{ createClient }, { WebSocket }] = await Promise.all([import('graphql-ws/client'), import('ws')]);
    const headers = this.#authorization;
    class Socket extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols, { headers, maxPayload: 64 * 1024 * 1024 });
      }
    }
    const url = `${this.url.replace(/^http/, 'ws')}/graphql`;
    this.#socket ??= createClient({
      url,
      webSocketImpl: Socket,
      connectionParams: headers,
      retryAttempts: 0,
    });
    return this.#socket;
  }

  /** Errors of the operation arrive as a list of GraphQL errors; everything else is the connection. */
  #socketFault(error: unknown): CliError {
    if (error instanceof CliError) return error;
    if (Array.isArray(error)) return refusal(error as GraphqlFault[]);
    const { code, reason } = (error ?? {}) as { code?: unknown; reason?: unknown };
    if (code === 4401 || code === 4403)
      return refusal([{ message: String(reason), extensions: { code: 'UNAUTHENTICATED' } }]);
    return new CliError(`the connection to ${this.url} was lost`, {
      code: 'CONNECTION_LOST',
      next: 'start the server again with `taskmesh serve`; nothing it had acknowledged is lost',
      cause: error,
    });
  }

  async #post<T>(body: string, signal: AbortSignal | undefined): Promise<Answer<T>> {
    let response: Response;
    try {
      const headers = {
        'content-type': 'application/json',
        accept: 'application/json',
        ...this.#authorization,
      };
      response = await fetch(`${this.url}/graphql`, {
        method: 'POST',
        headers,
        body,
        signal: signal ?? null,
      });
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw new CliError(`no server answers at ${this.url}`, {
        code: 'UNREACHABLE',
        next: 'start one with `taskmesh serve`',
        cause: error,
      });
    }
    return this.#parse<T>(response);
  }

  async #parse<T>(response: Response): Promise<Answer<T>> {
    const text = await response.text();
    try {
      return JSON.parse(text) as Answer<T>;
    } catch {
      throw this.#unreadable(`status ${response.status} and no JSON`);
    }
  }

  #unreadable(what: string): CliError {
    return new CliError(`${this.url} answered with ${what}`, {
      code: 'NOT_A_SERVER',
      next: 'check that --url is a Task Mesh server',
    });
  }
}
