/**
 * From whatever was thrown while a GraphQL operation ran to what its caller reads: a stable code, the field, all
 * faults. Expected refusals keep their words; everything else becomes INTERNAL_SERVER_ERROR with the request's id and
 * without a stack, and is reported to the log. Called by the door for every error, over HTTP, WebSocket and REST.
 */
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { type Refusal, RefusedError } from '../lifecycle/refusal.js';
import { type ApiCode, DoorRefusal, isApiCode } from './errors.js';

export type ReportInternal = (error: unknown, path: string) => void;

const CHAIN_MAX = 10;

/** The error itself, then what it was made from: `originalError`, `cause`, the parts of an AggregateError. */
function* chain(error: unknown): Generator<Error> {
  const queue = [error];
  for (let seen = 0; queue.length > 0 && seen < CHAIN_MAX; seen++) {
    const one = queue.shift();
    if (!(one instanceof Error)) continue;
    yield one;
    queue.push((one as GraphQLError).originalError, one.cause);
    if (one instanceof AggregateError) queue.push(...one.errors);
  }
}

function refusalIn(error: unknown): Refusal | undefined {
  for (const one of chain(error)) if (one instanceof RefusedError) return one.refusal;
  for (const one of chain(error))
    if (one instanceof DoorRefusal) return { code: one.code as Refusal['code'], message: one.message };
  return undefined;
}

function extensionsOf({ code, faults, details }: Refusal): Record<string, unknown> {
  const field = faults?.[0]?.path;
  return { ...details, code, ...(field ? { field } : {}), ...(faults?.length ? { faults } : {}) };
}

function again(error: GraphQLError, message: string, extensions: Record<string, unknown>): GraphQLError {
  const { nodes, path, source, positions } = error;
  return new GraphQLError(message, { nodes, path, source, positions, extensions });
}

/** What graphql-js itself says about arguments while executing; its other words are about our own mistakes. */
function isArgumentError(error: GraphQLError): boolean {
  return !error.originalError && /^(Argument|Variable) "/.test(error.message);
}

/** An error that a door has already given its code, found anywhere in the chain. */
function coded(error: GraphQLError): { readonly code: ApiCode; readonly from: GraphQLError } | undefined {
  for (const one of chain(error)) {
    const code = one instanceof GraphQLError ? one.extensions.code : undefined;
    const isReported = one instanceof GraphQLError && one.extensions.requestId !== undefined;
    if (isApiCode(code) && (code !== 'INTERNAL_SERVER_ERROR' || isReported))
      return { code, from: one as GraphQLError };
  }
  return undefined;
}

/** The same error in the words of the API. Never throws. */
export function presentError(error: unknown, requestId: string, report: ReportInternal): GraphQLError {
  const given =
    error instanceof GraphQLError
      ? error
      : new GraphQLError(String(error), { originalError: error as Error });
  const refusal = refusalIn(given);
  if (refusal !== undefined) return again(given, refusal.message, extensionsOf(refusal));
  const known = coded(given);
  if (known !== undefined)
    return again(given, known.from.message, { ...known.from.extensions, code: known.code });
  if (isArgumentError(given)) return again(given, given.message, { code: 'INVALID_INPUT' });
  report(given.originalError ?? given, given.path?.join('.') ?? '');
  const message = `this failed through no fault of yours; the log has it under request ${requestId}`;
  return again(given, message, { code: 'INTERNAL_SERVER_ERROR', requestId });
}

export function formatted(errors: readonly GraphQLError[]): GraphQLFormattedError[] {
  return errors.map((error) => error.toJSON());
}
