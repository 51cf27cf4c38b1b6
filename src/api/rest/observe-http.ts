/**
 * Tells of every answered HTTP request, whichever door it came through. The server calls it on its root before any
 * route, because hooks do not reach back to plugins that are registered already.
 */
import type { FastifyInstance } from 'fastify';

/** The shape of `HttpMetrics.answered`; `route` is the pattern that matched, never the path. */
export interface AnsweredRequest {
  readonly method: string;
  readonly route: string | undefined;
  readonly status: number;
  readonly seconds: number;
}

export function observeHttp(fastify: FastifyInstance, answered: (request: AnsweredRequest) => void): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method, is404, routeOptions } = request;
    const route = is404 ? undefined : routeOptions.url;
    answered({ method, route, status: reply.statusCode, seconds: reply.elapsedTime / 1000 });
    done();
  });
}
