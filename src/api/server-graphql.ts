/**
 * GraphQL over HTTP. Apollo Server speaks the protocol (methods, content negotiation, protection against forged
 * requests, the landing page); each operation is executed by the door, so that HTTP, WebSocket and REST cannot differ.
 */
import {
  ApolloServer,
  type ApolloServerPlugin,
  type GraphQLRequestContext,
  HeaderMap,
  type BaseContext,
} from '@apollo/server';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type DocumentNode,
  type ExecutionResult,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  Kind,
  type OperationDefinitionNode,
  type GraphQLSchema,
} from 'graphql';
import type { Visitor } from './door.js';
import { DoorRefusal, httpStatusOf, retryAfter } from './errors.js';
import { formatted } from './errors-graphql.js';
import type { SchemaDoor } from './graphql/graphql-door.js';
import { type Admission, operationIn } from './graphql/operation-gate.js';
import { type BodyLimits, LargeBodies, operationFault, readJsonOnly } from './server-body.js';
import { answerRefusal } from './server-hooks.js';
import { type PlainOperation, plainOperation } from './server-plain.js';

interface HttpContext extends BaseContext {
  readonly viewer: Visitor;
  readonly requestId: string;
  readonly bodyBytes: number;
}

export interface GraphqlHttpOptions {
  readonly schema: GraphQLSchema;
  readonly door: SchemaDoor;
  readonly body: BodyLimits;
}

type Context = GraphQLRequestContext<HttpContext>;
type Answer = {
  http: { status: number | undefined; headers: HeaderMap };
  body: { kind: 'single'; singleResult: FormattedExecutionResult };
};

const NOTHING: DocumentNode = { kind: Kind.DOCUMENT, definitions: [] };

/** What proxies and clients act upon without reading the answer. */
function isOfHttp(code: unknown): code is string {
  return ['REQUEST_TIMEOUT', 'OVERLOADED', 'UNAVAILABLE', 'UNAUTHENTICATED'].includes(String(code));
}

/**
 * All that was asked for is one field, and the core could not take it now: nothing was done, so HTTP says so. Where several were
 * asked for, some may have been carried out, and who came again would have them twice.
 */
function isTurnedAway({ selectionSet }: OperationDefinitionNode, { data, errors }: ExecutionResult): boolean {
  const code = errors?.[0]?.extensions.code;
  const [field, ...others] = selectionSet.selections;
  const isBusy = code === 'OVERLOADED' || code === 'UNAVAILABLE';
  return data === null && isBusy && field?.kind === Kind.FIELD && others.length === 0;
}

/** Nothing was executed: the request itself is wrong, or took too long. With data, even null, GraphQL says 200. */
function answer(result: ExecutionResult): Answer {
  const { errors, ...rest } = result;
  const code = errors?.[0]?.extensions.code;
  const status = result.data !== undefined ? undefined : isOfHttp(code) ? httpStatusOf(code) : 400;
  const singleResult = errors === undefined ? rest : { ...rest, errors: formatted(errors as GraphQLError[]) };
  const busy = (errors ?? []).map(({ extensions }) =>
    retryAfter(httpStatusOf(String(extensions.code)), Number(extensions.retryAfterSeconds ?? 1)),
  );
  const headers = new HeaderMap(Object.entries(Object.assign({}, ...busy) as object));
  return { http: { status, headers }, body: { kind: 'single', singleResult } };
}

function tooLarge({ message, code, statusCode }: DoorRefusal): Answer {
  const refused = answer({ errors: [new GraphQLError(message, { extensions: { code } })] });
  return { ...refused, http: { ...refused.http, status: statusCode } };
}

interface Mounted {
  readonly door: SchemaDoor;
  readonly body: BodyLimits;
}

async function run(
  { door, body }: Mounted,
  admission: Admission,
  {
    request,
    contextValue,
  }: Pick<Context, 'contextValue'> & { readonly request: Omit<PlainOperation, 'query'> },
): Promise<Answer> {
  if (!admission.ok) return answer({ errors: admission.errors });
  const { document } = admission;
  const { variables, operationName } = request;
  const operation = operationIn(document, operationName);
  if (operation instanceof GraphQLError) return answer({ errors: [operation] });
  const fault = operationFault(operation, contextValue.bodyBytes, body);
  if (fault !== undefined) return tooLarge(fault);
  const result = await door.execute({ document, variables, operationName, ...contextValue });
  return answer(isTurnedAway(operation, result) ? { errors: result.errors } : result);
}

/** Apollo asks a plugin before it executes; this one always answers, and Apollo never parses or executes itself. */
function doorPlugin(mounted: Mounted): ApolloServerPlugin<HttpContext> {
  return {
    async requestDidStart() {
      let admission: Admission = { ok: true, document: NOTHING };
      return {
        async didResolveSource(ctx) {
          admission = mounted.door.gate.admitText(ctx.source);
          (ctx as { document?: DocumentNode }).document = admission.ok ? admission.document : NOTHING;
        },
        responseForOperation: async (ctx) => (await run(mounted, admission, ctx as Context)) as never,
      };
    },
  };
}

const INTERNAL = 'this failed through no fault of yours; the log has it under the request id in x-request-id';

/** Errors of the protocol itself: no query, a mutation by GET, a forged request. Only what Apollo cannot name is ours. */
function protocolError(error: GraphQLFormattedError): GraphQLFormattedError {
  const code = String(error.extensions?.code ?? 'INTERNAL_SERVER_ERROR');
  const message = code === 'INTERNAL_SERVER_ERROR' ? INTERNAL : error.message.trim();
  return { message, extensions: { code } };
}

export function apolloServer({ schema, door, body }: GraphqlHttpOptions): ApolloServer<HttpContext> {
  return new ApolloServer<HttpContext>({
    schema,
    csrfPrevention: true,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    allowBatchedHttpRequests: false,
    documentStore: null,
    formatError: protocolError,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    plugins: [
      doorPlugin({ door, body }),
      ApolloServerPluginLandingPageLocalDefault({ embed: true, footer: false }),
    ],
  });
}

/** As Apollo writes it. */
async function answerPlain(
  mounted: Mounted,
  plain: PlainOperation,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string> {
  const admission = mounted.door.gate.admitText(plain.query);
  const { http, body } = await run(mounted, admission, { request: plain, contextValue: contextOf(request) });
  const { errors, data, extensions } = body.singleResult;
  reply.code(http.status ?? 200).header('cache-control', 'no-store');
  for (const [name, value] of http.headers) reply.header(name, value);
  reply.header('content-type', 'application/json; charset=utf-8');
  return `${JSON.stringify({ errors, data, extensions })}\n`;
}

const FASTIFY_CODES: Readonly<Record<string, DoorRefusal>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: new DoorRefusal(
    'PAYLOAD_TOO_LARGE',
    'the body is larger than any submission may be ([server] submission_max)',
  ),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: new DoorRefusal(
    'UNSUPPORTED_MEDIA_TYPE',
    'send the operation as JSON with Content-Type: application/json',
  ),
  FST_ERR_CTP_EMPTY_JSON_BODY: new DoorRefusal('BAD_REQUEST', 'the body is empty; send { "query": "..." }'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: new DoorRefusal(
    'BAD_REQUEST',
    'the body does not have the length that Content-Length says',
  ),
};

function refusalOf(error: FastifyError | DoorRefusal): DoorRefusal {
  if (error instanceof DoorRefusal) return error;
  const known = FASTIFY_CODES[error.code];
  if (known !== undefined) return known;
  if ((error.statusCode ?? 500) < 500)
    return new DoorRefusal('BAD_REQUEST', `the body is not acceptable JSON: ${error.message}`);
  return new DoorRefusal('INTERNAL_SERVER_ERROR', INTERNAL);
}

function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = refusalOf(error);
  if (refusal.code === 'INTERNAL_SERVER_ERROR')
    request.log.error({ err: error, requestId: request.id }, 'a GraphQL request failed');
  return answerRefusal(request, reply, refusal);
}

async function refuseMethod({ method }: FastifyRequest, reply: FastifyReply): Promise<never> {
  reply.header('allow', 'GET, POST, OPTIONS');
  throw new DoorRefusal(
    'METHOD_NOT_ALLOWED',
    `${method} is not a method of GraphQL; send operations with POST`,
  );
}

function contextOf({ viewer, id, bodyBytes }: FastifyRequest): HttpContext {
  return { viewer, requestId: id, bodyBytes: bodyBytes ?? 0 };
}

export async function mountGraphql(
  parent: FastifyInstance,
  apollo: ApolloServer<HttpContext>,
  options: GraphqlHttpOptions,
): Promise<void> {
  const large = new LargeBodies(options.body);
  const byApollo = fastifyApolloHandler(apollo, { context: async (request) => contextOf(request) });
  await parent.register(async (fastify) => {
    readJsonOnly(fastify);
    fastify.setErrorHandler(answerError);
    fastify.route({
      method: ['GET', 'POST'],
      url: '/graphql',
      bodyLimit: options.body.submissionMaxBytes,
      preParsing: async (request, reply) => large.admit(request, reply),
      handler: (request, reply) => {
        const plain = plainOperation(request);
        return plain === undefined
          ? byApollo.call(fastify, request, reply)
          : answerPlain(options, plain, request, reply);
      },
    });
    fastify.route({
      method: ['PUT', 'PATCH', 'DELETE'],
      url: '/graphql',
      onRequest: refuseMethod,
      handler: refuseMethod,
    });
  });
}
