/**
 * The REST bridge on a real Fastify server, over a door that executes the committed GraphQL schema with the resolvers a
 * test gives it: mapping rules are tested against real validation and real sockets, without the core.
 */
import { readFileSync } from 'node:fs';
import Fastify, { type FastifyInstance } from 'fastify';
import {
  buildSchema,
  type DocumentNode,
  execute,
  type ExecutionResult,
  GraphQLError,
  type GraphQLScalarType,
  subscribe,
  validate,
} from 'graphql';
import type { GraphqlDoor, Viewer } from '../../src/api/door.js';
import { GraphQLDateTime } from '../../src/api/graphql/scalar/date-time-scalar.js';
import { GraphQLJson, GraphQLJsonObject } from '../../src/api/graphql/scalar/json-scalar.js';
import { GraphQLSafeInt } from '../../src/api/graphql/scalar/number-scalars.js';
import { registerDocs } from '../../src/api/rest/docs.js';
import { answerNoRoute, registerRest, type RestOptions } from '../../src/api/rest/register-rest.js';
import { OWNER } from '../support/identity/viewers.js';

export const TASK_ID = '0192f0c1-2a3b-7c4d-8e5f-001122334455';

export const schema = buildSchema(
  readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8'),
);

/** A schema made of text has scalars that take anything; these are the real ones. */
for (const { name, parseValue, serialize } of [
  GraphQLDateTime,
  GraphQLSafeInt,
  GraphQLJson,
  GraphQLJsonObject,
] as readonly GraphQLScalarType[]) {
  Object.assign(schema.getType(name) as GraphQLScalarType, { parseValue, serialize });
}

/** Root fields by name, as graphql-js calls them on a root value. */
export type Resolvers = Readonly<Record<string, (args: Record<string, never>) => unknown>>;

export interface Asked {
  readonly document: DocumentNode;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly viewer: Viewer;
  readonly requestId: string;
}

export class SchemaDoor implements GraphqlDoor {
  readonly asked: Asked[] = [];
  readonly #root: Resolvers;

  constructor(root: Resolvers) {
    this.#root = root;
  }

  async execute(request: Parameters<GraphqlDoor['execute']>[0]): Promise<ExecutionResult> {
    this.asked.push(request);
    const { document, variables } = request;
    const errors = validate(schema, document);
    if (errors.length > 0) return { errors };
    return execute({ schema, document, rootValue: this.#root, variableValues: variables });
  }

  async subscribe(
    request: Parameters<GraphqlDoor['subscribe']>[0],
  ): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
    this.asked.push(request);
    const { document, variables } = request;
    return subscribe({
      schema,
      document,
      rootValue: this.#root,
      variableValues: variables,
      contextValue: request.signal,
    });
  }
}

/** As the real door words a refusal. */
export function refused(
  code: string,
  message: string,
  extensions: Record<string, unknown> = {},
): GraphQLError {
  return new GraphQLError(message, { extensions: { ...extensions, code } });
}

/** Every column of a task that the bridge selects, with values that show whether they were mapped. */
export function taskRow(columns: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: TASK_ID,
    meshId: '00000000-0000-7000-8000-000000000000',
    key: 'processamento-de-dados',
    name: 'Processamento de Dados',
    status: 'QUEUED',
    priority: 'HIGH',
    taskType: 'LARGE',
    tags: ['data-processing'],
    layerPreference: 'QUANTUM_SIM',
    retryPolicy: {
      maxAttempts: 3,
      initialIntervalMs: 1000,
      backoffCoefficient: 2,
      maxIntervalMs: 60_000,
      jitter: true,
      nonRetryableErrors: [],
    },
    ...{ edgesIn: [], heldBy: [] },
    attempt: 0,
    crashes: 0,
    hasOutput: false,
    metadata: { camelCase: { innerKey: 'HIGH' } },
    createdBy: 'owner',
    createdAt: '2030-01-31T08:00:00.000Z',
    updatedAt: '2030-01-31T08:00:00.000Z',
    ...columns,
  };
}

export interface Served {
  readonly url: string;
  readonly door: SchemaDoor;
  readonly fastify: FastifyInstance;
}

export async function serve(
  root: Resolvers,
  options: Partial<RestOptions> = {},
  fastify: FastifyInstance = Fastify({ forceCloseConnections: true, genReqId: () => 'request-7' }),
): Promise<Served> {
  const door = new SchemaDoor(root);
  await registerRest(fastify, {
    door,
    schema,
    health: { report: async () => ({ status: 'ok', ready: true, checks: [] }) },
    metrics: {
      contentType: 'text/plain; version=0.0.4; charset=utf-8',
      text: async () => 'taskmesh_ready 1\n',
    },
    bodyMax: 256 * 1024,
    viewerOf: () => OWNER,
    ...options,
  });
  await registerDocs(fastify, { schema, version: '0.0.0' });
  fastify.setNotFoundHandler(answerNoRoute);
  const url = await fastify.listen({ host: '127.0.0.1', port: 0 });
  return { url, door, fastify };
}

export function send(
  url: string,
  method: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  const json = { 'content-type': 'application/json', ...headers };
  return fetch(
    url,
    body === undefined ? { method, headers } : { method, headers: json, body: JSON.stringify(body) },
  );
}
