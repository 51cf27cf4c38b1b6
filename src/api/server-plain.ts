/**
 * What nearly every client sends: one operation as JSON by POST, which takes JSON for an answer. It needs nothing of the protocol
 * that Apollo speaks for all others, and so is answered without it, byte for byte as Apollo would: for a page of tasks Apollo
 * takes as long as its execution does. Used by the GraphQL door of HTTP.
 */
import type { FastifyRequest } from 'fastify';
import type { Variables } from './limits-variables.js';

export interface PlainOperation {
  readonly query: string;
  readonly variables?: Variables | undefined;
  readonly operationName?: string | undefined;
}

const JSON_BODY = /^application\/json *(;|$)/i;
const JSON_ANSWER = /^(\*\/\*|application\/json(, ?[\w/*.+;=, -]*)?)$/;

const isAbsent = (value: unknown): value is null | undefined => value === null || value === undefined;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined: Apollo has to look at it, and says what is wrong with it. */
export function plainOperation({ method, headers, body }: FastifyRequest): PlainOperation | undefined {
  const { accept = '*/*', 'content-type': type = '' } = headers;
  if (method !== 'POST' || !JSON_BODY.test(type) || !JSON_ANSWER.test(accept)) return undefined;
  if (!isObject(body)) return undefined;
  const { query, variables, operationName, extensions } = body;
  if (typeof query !== 'string' || query === '' || !isAbsent(extensions)) return undefined;
  if (!isAbsent(variables) && !isObject(variables)) return undefined;
  if (!isAbsent(operationName) && typeof operationName !== 'string') return undefined;
  return { query, variables: variables ?? undefined, operationName: operationName ?? undefined };
}
