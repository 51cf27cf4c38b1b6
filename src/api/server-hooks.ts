/**
 * What happens to every HTTP request before any route sees it: host and origin, cross-origin headers, the viewer, and
 * the headers that keep browsers from guessing. Mounted once on the root of the server, so no route can forget it.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { assert } from '../kit/assert.js';
import { refusal } from './access/guard.js';
import { placeOf } from './access/places.js';
import type { Rates } from './access/rates.js';
import type { Visitor } from './door.js';
import { DoorRefusal, httpStatusOf, retryAfter } from './errors.js';
import type { OriginRules } from './server-origins.js';
import { traceOf } from './server-tracing.js';
import type { Doorkeeper } from './viewer.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Decided by the root hook, before any route. */
    viewer: Visitor;
  }
}

export interface Gatekeeping {
  readonly origins: OriginRules;
  readonly doorkeeper: Doorkeeper;
  /** Requests by address. */
  readonly requests: Rates;
}

const PREFLIGHT = {
  'access-control-allow-methods': 'GET, POST, PUT, DELETE, OPTIONS',
  'access-control-allow-headers':
    'authorization, content-type, idempotency-key, last-event-id, apollo-require-preflight, x-apollo-operation-name, x-request-id',
  'access-control-max-age': '600',
};

export function isGraphqlPath(url: string): boolean {
  return /^\/graphql(?:[/?#]|$)/.test(url);
}

/** GraphQL clients read `errors`, everyone else reads `error`. */
export function refusalBody(
  url: string,
  { code, message }: { code: string; message: string },
  requestId: string,
): object {
  if (isGraphqlPath(url)) return { errors: [{ message, extensions: { code } }] };
  return { error: { code, message, request_id: requestId } };
}

export function answerRefusal(
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: DoorRefusal,
): FastifyReply {
  if (refusal.code === 'UNAUTHENTICATED') reply.header('www-authenticate', 'Bearer realm="taskmesh"');
  const status = httpStatusOf(refusal.code);
  return reply
    .code(status)
    .headers(retryAfter(status, refusal.retryAfterSeconds))
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(refusalBody(request.url, refusal, request.id));
}

function allowOrigin(reply: FastifyReply, origin: string): void {
  reply.header('access-control-allow-origin', origin).header('vary', 'Origin');
  reply.header('access-control-expose-headers', 'x-request-id, location, retry-after');
}

async function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  gatekeeping: Gatekeeping,
): Promise<FastifyReply | undefined> {
  const { origin } = request.headers;
  reply.headers({
    'x-request-id': request.id,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  checkRate(gatekeeping.requests, request.socket.remoteAddress);
  gatekeeping.origins.check(request.headers);
  if (origin !== undefined) allowOrigin(reply, origin);
  const isPreflight =
    request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
  if (isPreflight) return reply.code(204).headers(PREFLIGHT).send();
  await identify(request, gatekeeping);
  return undefined;
}

/** Of HTTP requests and of upgrades to WebSockets, together. */
export function checkRate(requests: Rates, address: string | undefined): void {
  const seconds = requests.take(address ?? 'local', 1);
  if (seconds === 0) return;
  const message = `too many requests from ${address ?? 'here'}; try again in ${seconds} s, or raise [security] requests_per_second`;
  throw new DoorRefusal('OVERLOADED', message, seconds);
}

/** What is not there is not told to strangers either. */
async function identify(request: FastifyRequest, { doorkeeper }: Gatekeeping): Promise<void> {
  const place = request.is404 ? 'field' : placeOf(request.routeOptions.url ?? '');
  if (place === 'public') return;
  const { authorization } = request.headers;
  request.viewer = await doorkeeper.viewerOf({ authorization, remoteAddress: request.socket.remoteAddress });
  const why = place === undefined || place === 'field' ? undefined : refusal(request.viewer, place);
  if (why !== undefined) throw new DoorRefusal('FORBIDDEN', why);
}

export function mountHooks(fastify: FastifyInstance, gatekeeping: Gatekeeping): void {
  fastify.decorateRequest('viewer');
  fastify.addHook('onRoute', ({ url, method }) => {
    assert(placeOf(url) !== undefined, () => `access/places.ts has no row for ${String(method)} ${url}`);
  });
  fastify.addHook('onRequest', async (request, reply) => {
    try {
      return await admit(request, reply, gatekeeping);
    } catch (error) {
      if (error instanceof DoorRefusal) return answerRefusal(request, reply, error);
      throw error;
    }
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method, url, id } = request;
    const line = {
      requestId: id,
      method,
      path: url.split('?')[0],
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      ...traceOf(request),
    };
    if (reply.statusCode >= 500) request.log.warn(line, 'answered');
    else request.log.debug(line, 'answered');
    done();
  });
}
