/**
 * Carries out the stream rows of the table: a subscription as server-sent events (WHATWG HTML, section 9.2). The client
 * pulls: nothing is read from the subscription while its socket is full. A stream ends when its subject has ended, when
 * the client goes, or when the server closes; it never keeps the server from closing.
 */
import { Readable } from 'node:stream';
import type { ExecutionResult, GraphQLSchema } from 'graphql';
import { assert } from '../../kit/assert.js';
import type { GraphqlDoor } from '../door.js';
import { type BridgeRequest, refusalFrom } from './bridge.js';
import { bodyOf } from './refusal.js';
import type { StreamRoute } from './route.js';
import { RequestReader } from './variables.js';
import { type FieldPlan, planOutput, write } from './write-output.js';

export interface StreamOptions {
  readonly door: GraphqlDoor;
  readonly schema: GraphQLSchema;
  readonly keepAliveMs?: number;
}

/** Proxies drop connections that are silent for a minute or less. */
const KEEP_ALIVE_MS = 15_000;
const SILENCE = Symbol('silence');

interface Opened {
  readonly results: AsyncIterable<ExecutionResult>;
  /** Cursor at which the story of the subject is over; undefined while it goes on. */
  readonly ended: number | undefined;
  readonly requestId: string;
}

export class StreamBridge {
  readonly headers = {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  };
  readonly #route: StreamRoute;
  readonly #door: GraphqlDoor;
  readonly #keepAliveMs: number;
  readonly #reader: RequestReader;
  readonly #event: FieldPlan;
  readonly #closing = new AbortController();

  constructor(route: StreamRoute, { door, schema, keepAliveMs = KEEP_ALIVE_MS }: StreamOptions) {
    this.#route = route;
    this.#door = door;
    this.#keepAliveMs = keepAliveMs;
    this.#reader = new RequestReader(schema, route);
    const [event] = planOutput(schema, route.document);
    assert(event !== undefined, `${route.path} streams one root field`);
    this.#event = event;
  }

  /** Undefined when the subject has ended and the client has seen it all: 204 tells browsers not to come back. */
  async open(request: BridgeRequest): Promise<Readable | undefined> {
    const variables = this.#reader.read(preferLastEventId(request));
    const ended = await this.#end(request, variables);
    const after = variables[this.#route.cursor];
    if (ended !== undefined && typeof after === 'number' && after >= ended) return undefined;
    const signal = AbortSignal.any([request.signal, this.#closing.signal]);
    const { viewer, requestId } = request;
    const results = await this.#door.subscribe({
      document: this.#route.document,
      variables,
      viewer,
      requestId,
      signal,
    });
    if (!(Symbol.asyncIterator in results)) throw this.#refusal(results);
    return Readable.from(this.#frames({ results, ended, requestId }), { objectMode: false });
  }

  /** Ends every open stream and every later one. */
  close(): void {
    this.#closing.abort();
  }

  async #end(
    request: BridgeRequest,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<number | undefined> {
    const { viewer, requestId, signal } = request;
    const { document, variable, end } = this.#route.ending;
    const asked = { [variable]: variables[variable] };
    const result = await this.#door.execute({ document, variables: asked, viewer, requestId, signal });
    if (result.errors?.length) throw this.#refusal(result);
    return end(result.data ?? {});
  }

  async *#frames({ results, ended, requestId }: Opened): AsyncGenerator<string> {
    const iterator = results[Symbol.asyncIterator]();
    try {
      yield 'retry: 1000\n\n';
      for (let pending = iterator.next(); ; ) {
        const step = await this.#orSilence(pending);
        if (step === SILENCE) {
          yield ': still here\n\n';
          continue;
        }
        if (step.done) return;
        const { text, isLast } = this.#frame(step.value, ended, requestId);
        yield text;
        if (isLast) return;
        pending = iterator.next();
      }
    } finally {
      await iterator.return?.();
    }
  }

  #frame(
    result: ExecutionResult,
    ended: number | undefined,
    requestId: string,
  ): { text: string; isLast: boolean } {
    if (result.errors?.length) {
      const body = bodyOf(this.#refusal(result).facts, requestId);
      return { text: `event: error\ndata: ${JSON.stringify(body)}\n\n`, isLast: true };
    }
    const event = write(this.#event.value, result.data?.[this.#event.key]) as Readonly<
      Record<string, unknown>
    >;
    const { id, name, isLast } = this.#route.frame(event);
    const text = `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(event)}\n\n`;
    return { text, isLast: isLast || (ended !== undefined && id >= ended) };
  }

  #orSilence<T>(pending: Promise<T>): Promise<T | typeof SILENCE> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve(SILENCE), this.#keepAliveMs);
      pending.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }

  #refusal(result: ExecutionResult): ReturnType<typeof refusalFrom> {
    const [error] = result.errors ?? [];
    assert(error !== undefined, 'a subscription that is no stream carries an error');
    return refusalFrom(error, this.#reader);
  }
}

/** A browser that reconnects sends the cursor it has reached beside the one it began with. */
function preferLastEventId(request: BridgeRequest): BridgeRequest {
  if (!request.headers['last-event-id']) return request;
  const { after: _, ...query } = request.query;
  return { ...request, query };
}
