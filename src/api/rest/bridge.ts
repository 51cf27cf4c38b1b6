/**
 * Carries out one route of the table: request → variables → operation → JSON. Generic: it knows neither tasks nor any
 * other noun. Every refusal leaves it as a `RestRefusal`; what else is thrown is our own fault.
 */
import type { ExecutionResult, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { assert } from '../../kit/assert.js';
import type { GraphqlDoor, Visitor } from '../door.js';
import { httpStatusOf } from '../errors.js';
import { snakeCase, snakeWords } from './names.js';
import { invalidInput, RestRefusal } from './refusal.js';
import type { OperationRoute } from './route.js';
import { type RequestParts, RequestReader } from './variables.js';
import { type FieldPlan, planOutput, write } from './write-output.js';

export interface BridgeRequest extends RequestParts {
  readonly viewer: Visitor;
  readonly requestId: string;
  readonly signal: AbortSignal;
}

export interface BridgeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined for 204. */
  readonly body: unknown;
}

export class OperationBridge {
  readonly #route: OperationRoute;
  readonly #door: GraphqlDoor;
  readonly #reader: RequestReader;
  readonly #answer: FieldPlan;

  constructor(route: OperationRoute, schema: GraphQLSchema, door: GraphqlDoor) {
    this.#route = route;
    this.#door = door;
    this.#reader = new RequestReader(schema, route);
    const [answer, ...others] = planOutput(schema, route.document);
    assert(
      answer !== undefined && others.length === 0,
      `${route.method} ${route.path} answers one root field`,
    );
    this.#answer = answer;
  }

  async carryOut(request: BridgeRequest): Promise<BridgeAnswer> {
    const variables = this.#reader.read(request);
    const { viewer, requestId, signal } = request;
    const result = await this.#door.execute({
      document: this.#route.document,
      variables,
      viewer,
      requestId,
      signal,
    });
    const answered = answeredBy(result, this.#answer.key, this.#reader);
    return this.#present(write(this.#answer.value, answered), request.params);
  }

  #present(answer: unknown, params: RequestParts['params']): BridgeAnswer {
    const { status, location, healthy } = this.#route;
    if (answer === null) throw notFound(this.#route, params);
    if (status === 204) return { status, headers: {}, body: undefined };
    const members = answer as Readonly<Record<string, unknown>>;
    const isUnhealthy = healthy !== undefined && members[healthy] !== true;
    const headers: Record<string, string> =
      location === undefined ? {} : { location: fill(location, members) };
    return { status: isUnhealthy ? 503 : status, headers, body: answer };
  }
}

function notFound(route: OperationRoute, params: RequestParts['params']): RestRefusal {
  return new RestRefusal({
    status: 404,
    code: 'NOT_FOUND',
    message: `there is nothing at ${fill(route.path, params)}`,
  });
}

/** The value of the root field, or the first error of the result as a refusal. */
function answeredBy(result: ExecutionResult, key: string, reader: RequestReader): unknown {
  const [error] = result.errors ?? [];
  if (error !== undefined) throw refusalFrom(error.toJSON?.() ?? error, reader);
  return result.data?.[key] ?? null;
}

/** An error of the GraphQL door in the words of REST: its code's status, its faults where the request has them. */
export function refusalFrom(
  { message, extensions }: GraphQLFormattedError,
  reader: RequestReader,
): RestRefusal {
  const {
    code: given,
    faults,
    field: _,
    ...details
  } = (extensions ?? {}) as Readonly<Record<string, unknown>>;
  const code = typeof given === 'string' ? given : 'INTERNAL_SERVER_ERROR';
  const status = httpStatusOf(code);
  const found = Array.isArray(faults) ? (faults as { path: string; message: string }[]) : [];
  const fields = found.map((fault) => ({
    field: reader.fieldOf(fault.path),
    message: snakeWords(fault.message),
  }));
  if (status === 422 && fields.length > 0 && code === 'INVALID_INPUT') return invalidInput(fields);
  const known = Object.fromEntries(
    Object.entries(details).filter(([name]) => name !== 'stacktrace' && name !== 'requestId'),
  );
  return new RestRefusal({
    status,
    code,
    message: snakeWords(message),
    ...(fields.length > 0 ? { faults: fields } : {}),
    ...(Object.keys(known).length > 0 ? { details: snakeKeys(known) } : {}),
  });
}

function snakeKeys(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(details).map(([name, value]) => [snakeCase(name), value]));
}

function fill(template: string, values: Readonly<Record<string, unknown>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])));
}
