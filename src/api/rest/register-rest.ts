/**
 * Mounts the REST bridge on a Fastify instance: every row of the table, the refusals of methods and paths it does not
 * have, and one place that turns errors into answers. The server calls it once, inside a plugin of its own, so that the
 * body parser and the error answers of this door do not leak to others.
 */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { GraphqlDoor, Visitor } from '../door.js';
import { DoorRefusal, retryAfter } from '../errors.js';
import type { HealthFace } from '../graphql/health/faces.js';
import { type BridgeRequest, OperationBridge } from './bridge.js';
import { StreamBridge } from './event-stream.js';
import { parseJsonBody, refuseOtherEncodings } from './json-body.js';
import { allowedMethods, methodNotAllowed, noSuchRoute } from './no-route.js';
import { type MetricsText, probe } from './probes.js';
import { bodyOf, RestRefusal, type RestRefusalFacts } from './refusal.js';
import { fastifyPath, type FaceRoute, type OperationRoute, type Route, type StreamRoute } from './route.js';
import { ROUTES } from './routes.js';

export interface RestOptions {
  readonly door: GraphqlDoor;
  readonly schema: GraphQLSchema;
  readonly health: HealthFace;
  readonly metrics: MetricsText;
  /** Bytes; larger bodies are refused with 413. */
  readonly bodyMax: number;
  /** The silence after which an event stream says that it is still there. */
  readonly keepAliveMs?: number;
  viewerOf(request: FastifyRequest): Visitor;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

export async function registerRest(parent: FastifyInstance, options: RestOptions): Promise<void> {
  await parent.register(async (fastify) => {
    readJsonOnly(fastify);
    fastify.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply));
    for (const route of ROUTES) mount(fastify, route, options);
    mountOtherMethods(fastify, ROUTES);
  });
}

/** For the server's `setNotFoundHandler`: 404 as JSON, with the routes that are near. */
export function answerNoRoute(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return answerError(noSuchRoute(ROUTES, request.method, request.url), request, reply);
}

function readJsonOnly(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      refuseOtherEncodings(request.headers['content-type'], request.headers['content-encoding']);
      return parseJsonBody(body);
    },
  );
}

function mount(fastify: FastifyInstance, route: Route, options: RestOptions): void {
  if (route.kind === 'operation') mountOperation(fastify, route, options);
  else if (route.kind === 'stream') mountStream(fastify, route, options);
  else mountFace(fastify, route, options);
}

function mountOperation(fastify: FastifyInstance, route: OperationRoute, options: RestOptions): void {
  const bridge = new OperationBridge(route, options.schema, options.door);
  fastify.route({
    method: route.method,
    url: fastifyPath(route.path),
    bodyLimit: options.bodyMax,
    async handler(request, reply) {
      const { status, headers, body } = await bridge.carryOut(bridgeRequest(request, reply, options));
      return reply.code(status).headers(headers).send(body);
    },
  });
}

function mountStream(fastify: FastifyInstance, route: StreamRoute, options: RestOptions): void {
  const bridge = new StreamBridge(route, options);
  fastify.addHook('preClose', async () => bridge.close());
  fastify.route({
    method: route.method,
    url: fastifyPath(route.path),
    exposeHeadRoute: false,
    async handler(request, reply) {
      const stream = await bridge.open(bridgeRequest(request, reply, options));
      if (stream === undefined) return reply.code(204).send();
      return reply.code(200).headers(bridge.headers).send(stream);
    },
  });
}

function mountFace(fastify: FastifyInstance, route: FaceRoute, { health, metrics }: RestOptions): void {
  fastify.route({
    method: route.method,
    url: route.path,
    async handler(_, reply) {
      const { status, type, body } = await probe(route.face, health, metrics);
      return reply.code(status).type(type).header('cache-control', 'no-store').send(body);
    },
  });
}

function mountOtherMethods(fastify: FastifyInstance, routes: readonly Route[]): void {
  for (const [path, allowed] of allowedMethods(routes)) {
    const others: HTTPMethods[] = METHODS.filter((method) => !allowed.includes(method));
    const url = fastifyPath(path);
    const refuse = async (request: FastifyRequest): Promise<never> => {
      throw methodNotAllowed(request.method, path, allowed);
    };
    fastify.route({ method: others, url, onRequest: refuse, handler: refuse });
    fastify.route({
      method: 'OPTIONS',
      url,
      handler: async (_, reply) => reply.code(204).header('allow', allowed.join(', ')).send(),
    });
  }
}

/** `signal` aborts when the client has gone, and when the answer is complete. */
function bridgeRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  { viewerOf }: RestOptions,
): BridgeRequest {
  const params = request.params as BridgeRequest['params'];
  if (Object.values(params).includes('')) throw noSuchRoute(ROUTES, request.method, request.url);
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return {
    params,
    query: request.query as BridgeRequest['query'],
    headers: request.headers,
    body: request.body,
    viewer: viewerOf(request),
    requestId: request.id,
    signal: gone.signal,
  };
}

function answerError(error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const facts = error instanceof RestRefusal ? error.facts : factsOf(error);
  if (facts.status === 500) request.log.error({ err: error, requestId: request.id }, 'a REST request failed');
  return reply
    .code(facts.status)
    .headers({ ...retryAfter(facts.status), ...facts.headers })
    .type('application/json; charset=utf-8')
    .send(bodyOf(facts, request.id));
}

/** What Fastify itself refuses before a route is reached, in words that name the fix. */
const FASTIFY_REFUSALS: Readonly<Record<number, readonly [code: string, message?: string]>> = {
  400: ['BAD_REQUEST'],
  413: ['PAYLOAD_TOO_LARGE', 'the body is larger than this server accepts; send less'],
  415: ['UNSUPPORTED_MEDIA_TYPE', 'send the body as JSON, with Content-Type: application/json'],
};

function factsOf(error: Error & { readonly statusCode?: number }): RestRefusalFacts {
  if (error instanceof DoorRefusal)
    return { status: error.statusCode, code: error.code, message: error.message };
  const status = error.statusCode ?? 500;
  if (status < 400 || status >= 500) {
    return {
      status: 500,
      code: 'INTERNAL_SERVER_ERROR',
      message: 'this failed through no fault of yours; the log has it under request_id',
    };
  }
  const [code, message] = FASTIFY_REFUSALS[status] ?? ['BAD_REQUEST'];
  return { status, code, message: message ?? error.message };
}
