/**
 * The one table of what can go wrong for a caller: code → HTTP status. Called by every door. GraphQL answers the code
 * in `extensions.code` with status 200 (or 400 when nothing was executed); REST answers the status.
 */
import type { RefusalCode } from '../lifecycle/refusal.js';

/** Codes of the doors themselves, beside those of the floors below. */
export const DOOR_CODES = [
  'BAD_REQUEST',
  'UNAUTHENTICATED',
  'HOST_NOT_ALLOWED',
  'ORIGIN_NOT_ALLOWED',
  'METHOD_NOT_ALLOWED',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'QUERY_TOO_LONG',
  'QUERY_TOO_DEEP',
  'QUERY_TOO_COMPLEX',
  'QUERY_TOO_MANY_ALIASES',
  'QUERY_TOO_MANY_DIRECTIVES',
  'REQUEST_TIMEOUT',
  'INTERNAL_SERVER_ERROR',
] as const;
export type DoorCode = (typeof DOOR_CODES)[number];
export type ApiCode = RefusalCode | DoorCode;

/**
 * A cycle is 422 and not 409: it lies in the request (or in the request together with edges that stay), so sending it
 * again later cannot succeed. LIMIT_EXCEEDED is 422 as well; 413 speaks of bytes of the body only.
 */
const HTTP_STATUS: Readonly<Record<ApiCode, number>> = {
  INVALID_INPUT: 422,
  CYCLE_DETECTED: 422,
  LIMIT_EXCEEDED: 422,
  NOT_FOUND: 404,
  CONFLICT: 409,
  DUPLICATE_KEY: 409,
  IDEMPOTENCY_CONFLICT: 409,
  FORBIDDEN: 403,
  OVERLOADED: 429,
  UNAVAILABLE: 503,
  BAD_REQUEST: 400,
  UNAUTHENTICATED: 401,
  HOST_NOT_ALLOWED: 421,
  ORIGIN_NOT_ALLOWED: 403,
  METHOD_NOT_ALLOWED: 405,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  GRAPHQL_PARSE_FAILED: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  OPERATION_RESOLUTION_FAILURE: 400,
  QUERY_TOO_LONG: 400,
  QUERY_TOO_DEEP: 400,
  QUERY_TOO_COMPLEX: 400,
  QUERY_TOO_MANY_ALIASES: 400,
  QUERY_TOO_MANY_DIRECTIVES: 400,
  REQUEST_TIMEOUT: 503,
  INTERNAL_SERVER_ERROR: 500,
};

export function isApiCode(code: unknown): code is ApiCode {
  return typeof code === 'string' && Object.hasOwn(HTTP_STATUS, code);
}

/** 500 for a code that is not in the table: whoever invented it did not mean the caller. */
export function httpStatusOf(code: string): number {
  return isApiCode(code) ? HTTP_STATUS[code] : 500;
}

/** When to come again, for answers whose status says that it was too much. */
export function retryAfter(status: number, seconds = 1): Readonly<Record<string, string>> {
  return status === 429 || status === 503 ? { 'retry-after': String(seconds) } : {};
}

/** What a door refuses before any operation runs: host, origin, token, body. */
export class DoorRefusal extends Error {
  override readonly name = 'DoorRefusal';
  readonly statusCode: number;

  constructor(
    readonly code: DoorCode | RefusalCode,
    message: string,
    /** Until it is worth trying again. */
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
    this.statusCode = httpStatusOf(code);
  }
}
