/**
 * What a trace is to the parts that take part in it: spans that begin and end, the header that carries them on (W3C Trace
 * Context), and the span that the code at hand runs in. `telemetry/` implements the tracer where tracing is enabled; where it is
 * not there is none, and nobody pays for it.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

export interface SpanOptions {
  /** A `traceparent`; without one, or with one that is malformed, the span begins a trace. */
  readonly parent?: string | undefined;
  /** A `traceparent` of another trace that this one comes of; ignored where it is malformed. */
  readonly link?: string | undefined;
  /** SERVER: asked from outside. PRODUCER and CONSUMER: handed over by a queue. */
  readonly kind?: 'SERVER' | 'INTERNAL' | 'PRODUCER' | 'CONSUMER';
  readonly attributes?: Readonly<Record<string, string | number>>;
  /** It began so many ms ago. */
  readonly beganMsAgo?: number;
}

export interface Span {
  /** For those that this one is the parent of. */
  readonly traceparent: string;
  readonly traceId: string;
  readonly spanId: string;
  /** With why it failed, where it did. */
  end(failure?: string): void;
}

export interface Tracer {
  start(name: string, options: SpanOptions): Span;
}

const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
}

/** Undefined where it is no `traceparent` of version 00. */
export function readTraceparent(text: unknown): TraceContext | undefined {
  const match = typeof text === 'string' ? TRACEPARENT.exec(text) : null;
  if (match === null) return undefined;
  const [, traceId = '', spanId = '', flags = ''] = match;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** Costs nothing until something runs in it. */
const scope = new AsyncLocalStorage<Span>();

export function currentSpan(): Span | undefined {
  return scope.getStore();
}

export function runIn<T>(span: Span, run: () => T): T {
  return scope.run(span, run);
}

/** Runs in a span of its own, below the one it is called in. */
export async function inSpan<T>(
  tracer: Tracer,
  name: string,
  { run, ...options }: SpanOptions & { readonly run: () => Promise<T> },
): Promise<T> {
  const span = tracer.start(name, { parent: currentSpan()?.traceparent, ...options });
  try {
    const result = await runIn(span, run);
    span.end();
    return result;
  } catch (error) {
    span.end(error instanceof Error ? error.message : String(error));
    throw error;
  }
}
