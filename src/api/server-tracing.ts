/**
 * Every HTTP request as a span, below the one that its `traceparent` names; what runs for the request runs in it. Mounted before
 * all other hooks where tracing is enabled. Probes and scrapes are no requests that somebody waits for.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { runIn, type Span, type Tracer } from '../kit/trace/tracer.js';

const spans = new WeakMap<FastifyRequest, Span>();

/** For what is said of a request when nothing of it runs any more. */
export function traceOf(request: FastifyRequest): { readonly trace_id?: string; readonly span_id?: string } {
  const span = spans.get(request);
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
}

const UNTRACED = /^\/(health|metrics|favicon\.ico)/;

export function mountTracing(fastify: FastifyInstance, tracer: Tracer): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { method, headers, id, url } = request;
    const route = request.routeOptions.url ?? 'no route';
    if (UNTRACED.test(url)) return done();
    const parent = headers.traceparent;
    const span = tracer.start(`${method} ${route}`, {
      kind: 'SERVER',
      attributes: { 'http.request.method': method, 'http.route': route, 'taskmesh.request.id': id },
      ...(typeof parent === 'string' && { parent }),
    });
    spans.set(request, span);
    return runIn(span, done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const { statusCode } = reply;
    spans.get(request)?.end(statusCode >= 500 ? `status ${statusCode}` : undefined);
    done();
  });
}
