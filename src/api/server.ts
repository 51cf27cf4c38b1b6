/**
 * The HTTP server of the API: Fastify with the hooks, the GraphQL door on HTTP and WebSocket, the pages, and whatever
 * routes the composition root mounts beside them. It owns the port and the shutdown; it knows nothing of tasks.
 */
import type { ApolloServer } from '@apollo/server';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GraphQLSchema } from 'graphql';
import { Acceptors } from './load/acceptors.js';
import { DoorRefusal } from './errors.js';
import { SystemClock } from '../kit/clock.js';
import { Rates } from './access/rates.js';
import type { Identities } from '../security/identity.js';
import type { Refusals } from '../security/refusal-log.js';
import type { ServerCertificate } from '../security/server-certificate.js';
import type { SchemaDoor } from './graphql/graphql-door.js';
import type { Tracer } from '../kit/trace/tracer.js';
import { mountOverload, type Overload } from './load/overload.js';
import { mountPages } from './pages.js';
import { apolloServer, mountGraphql } from './server-graphql.js';
import { answerRefusal, mountHooks } from './server-hooks.js';
import { type Allowed, OriginRules } from './server-origins.js';
import type { BodyLimits } from './server-body.js';
import { mountTracing } from './server-tracing.js';
import { WebSocketDoor } from './server-websocket.js';
import { Doorkeeper } from './viewer.js';

export interface ServerOptions {
  readonly host: string;
  /** 0 is any free one. */
  readonly port: number;
  readonly schema: GraphQLSchema;
  readonly door: SchemaDoor;
  /** Of the state directory. */
  readonly token: string;
  /** May callers from this machine come in without a token? */
  readonly anonymous: boolean;
  readonly identities: Identities;
  /** Told of who was not let in. */
  readonly refusals?: Refusals;
  readonly rates: {
    readonly requestsPerSecond: number;
    readonly socketsPerIdentity: number;
    readonly subscriptionsPerSocket: number;
  };
  readonly allowed: Allowed;
  readonly body: BodyLimits;
  readonly requestTimeoutMs: number;
  readonly socketsMax: number;
  /** Silence after which a WebSocket is asked whether it still lives. */
  readonly pingMs?: number;
  readonly log: FastifyBaseLogger;
  /** Undefined: everything is let in. */
  readonly overload?: Overload | undefined;
  /** Undefined: nothing is traced. */
  readonly tracer?: Tracer | undefined;
  /** Undefined: plain HTTP. */
  readonly certificate?: Pick<ServerCertificate, 'server'> | undefined;
  /** Routes beside GraphQL: REST, its documents, metrics. The hooks of the root already apply to them. */
  readonly mount?: (fastify: FastifyInstance) => Promise<void> | void;
  readonly notFound?: (request: FastifyRequest, reply: FastifyReply) => FastifyReply;
}

export interface ApiServer {
  readonly fastify: FastifyInstance;
  /** Resolves with the address once requests are answered. */
  listen(): Promise<{ readonly host: string; readonly port: number; readonly url: string }>;
  /** Takes nothing new, lets what runs finish for at most that long, then cuts off the rest. */
  close(graceMs: number): Promise<void>;
}

/**
 * Connections that wait to be taken. Beyond it the system drops them in silence, and who comes then waits for seconds or for ever
 * although there was time: with Node's 511 a crowd of 4,000 took 220 s instead of 74 and a twentieth of it heard nothing.
 */
const BACKLOG = 4096;
const HEADERS_TIMEOUT_MS = 10_000;
/** Beyond the time of a request: a connection on which nothing moves, because nobody reads what is sent, is ended. */
const SILENCE_MS_MAX = 30_000;

function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID();
}

function makeFastify({ log, requestTimeoutMs, body, certificate }: ServerOptions): FastifyInstance {
  const timeouts = {
    headersTimeout: Math.min(HEADERS_TIMEOUT_MS, requestTimeoutMs),
    requestTimeout: requestTimeoutMs,
  };
  return Fastify({
    ...(certificate && {
      serverFactory: (handler: RequestListener) => certificate.server(handler, timeouts),
    }),
    loggerInstance: log,
    childLoggerFactory: (logger) => logger, // lines name their request themselves; a logger for each costs more than its lines
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIdOf,
    bodyLimit: body.bodyMaxBytes,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: 'idle',
    http: {
      headersTimeout: timeouts.headersTimeout,
      connectionsCheckingInterval: 2000,
    },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 256 },
    frameworkErrors: (_error, request, reply) => {
      void answerRefusal(
        request,
        reply,
        new DoorRefusal('BAD_REQUEST', 'the path of the request is malformed'),
      );
    },
  }) as unknown as FastifyInstance;
}

function noRoute(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.split('?')[0] ?? '';
  const message = `there is nothing at ${request.method} ${path.slice(0, 200)}; / names the doors`;
  return answerRefusal(request, reply, new DoorRefusal('NOT_FOUND', message));
}

/** The last resort of every route that has no error handler of its own. */
function anyError(
  error: Error & { statusCode?: number },
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const isTheirs = (error.statusCode ?? 500) < 500;
  if (!isTheirs) request.log.error({ err: error, requestId: request.id }, 'a request failed');
  const refusal = isTheirs
    ? new DoorRefusal('BAD_REQUEST', error.message)
    : new DoorRefusal(
        'INTERNAL_SERVER_ERROR',
        'this failed through no fault of yours; the log has it under this request id',
      );
  return answerRefusal(request, reply, refusal);
}

function explain(error: NodeJS.ErrnoException, { host, port }: ServerOptions): Error {
  const why: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} on ${host} is taken by another program; stop it, or choose a port with --port or TASKMESH_SERVER__PORT (0 is any free one)`,
    EACCES: `port ${port} needs more rights than this process has; choose one above 1023 with --port or TASKMESH_SERVER__PORT`,
    EADDRNOTAVAIL: `${host} is no address of this machine; set [server] host to one of its addresses`,
  };
  const message = why[error.code ?? ''];
  return message === undefined ? error : new Error(message, { cause: error });
}

async function listen(
  fastify: FastifyInstance,
  options: ServerOptions,
): Promise<{ host: string; port: number; url: string }> {
  const { host, port } = options;
  try {
    await fastify.listen({ host, port, backlog: BACKLOG });
  } catch (error) {
    throw explain(error as NodeJS.ErrnoException, options);
  }
  const bound = fastify.server.address() as AddressInfo;
  const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  const scheme = options.certificate === undefined ? 'http' : 'https';
  return { host: bound.address, port: bound.port, url: `${scheme}://${name}:${bound.port}` };
}

/**
 * Node ends idle connections when a server closes; one that is busy then is kept alive after its answer, until its client
 * lets go or the grace is over. So it ends with its answer.
 */
function endAnsweredWhenClosing(fastify: FastifyInstance): void {
  let isClosing = false;
  fastify.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  fastify.addHook('onResponse', (_request, _reply, done) => {
    if (isClosing) fastify.server.closeIdleConnections();
    done();
  });
}

interface Parts {
  readonly acceptors: Acceptors;
  readonly fastify: FastifyInstance;
  readonly sockets: WebSocketDoor;
  readonly apollo: ApolloServer<never>;
}

async function close({ acceptors, fastify, sockets, apollo }: Parts, graceMs: number): Promise<void> {
  const cut = setTimeout(() => fastify.server.closeAllConnections(), graceMs);
  await Promise.all([acceptors.close(), sockets.close(), fastify.close()]);
  clearTimeout(cut);
  await apollo.stop();
}

export async function createServer(options: ServerOptions): Promise<ApiServer> {
  const { schema, door, body } = options;
  const gatekeeping = {
    origins: new OriginRules(options.allowed),
    doorkeeper: new Doorkeeper(options),
    requests: new Rates(options.rates.requestsPerSecond, new SystemClock()),
  };
  const http = { schema, door, body };
  const fastify = makeFastify(options);
  const apollo = apolloServer(http);
  await apollo.start();
  if (options.tracer !== undefined) mountTracing(fastify, options.tracer);
  mountHooks(fastify, gatekeeping);
  if (options.overload !== undefined) mountOverload(fastify, options.overload);
  fastify.server.setTimeout(options.requestTimeoutMs + SILENCE_MS_MAX);
  endAnsweredWhenClosing(fastify);
  fastify.setErrorHandler(anyError);
  fastify.setNotFoundHandler(options.notFound ?? noRoute);
  await mountGraphql(fastify, apollo, http);
  mountPages(fastify);
  await options.mount?.(fastify);
  const sockets = new WebSocketDoor({
    schema,
    door,
    ...gatekeeping,
    messageMaxBytes: body.bodyMaxBytes,
    socketsMax: options.socketsMax,
    overload: options.overload,
    socketsPerIdentity: options.rates.socketsPerIdentity,
    operationsPerSocket: options.rates.subscriptionsPerSocket,
    pingMs: options.pingMs,
  });
  sockets.attach(fastify.server);
  const acceptors = new Acceptors(fastify.server, BACKLOG);
  const parts = { acceptors, fastify, sockets, apollo: apollo as unknown as ApolloServer<never> };
  return { fastify, listen: () => listen(fastify, options), close: (graceMs) => close(parts, graceMs) };
}
