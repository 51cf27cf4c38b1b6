/**
 * Expected refusals: a command that cannot be carried out is answered with one of these values, never with an
 * exception. The codes are the API's; one table in api/ maps them to GraphQL and HTTP.
 */
import type { JsonObject } from '../kit/json.js';

export const REFUSAL_CODES = [
  'INVALID_INPUT',
  'NOT_FOUND',
  'CONFLICT',
  'CYCLE_DETECTED',
  'DUPLICATE_KEY',
  'LIMIT_EXCEEDED',
  'IDEMPOTENCY_CONFLICT',
  'FORBIDDEN',
  'OVERLOADED',
  'UNAVAILABLE',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

export interface Fault {
  /** Where: `tasks[3].retryPolicy.maxAttempts`. */
  readonly path: string;
  /** What rule is broken, with the value, and what to write instead. */
  readonly message: string;
}

export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
  readonly faults?: readonly Fault[];
  readonly details?: JsonObject;
}

/** Carries a refusal through promises; thrown only by the faces of the orchestrator and where the database is away, mapped only at the doors. */
export class RefusedError extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
    this.name = 'RefusedError';
  }

  get code(): RefusalCode {
    return this.refusal.code;
  }
}

export function overloaded(waiting: number): RefusedError {
  const message = `${waiting} commands wait for their commit already; try again in a moment`;
  return new RefusedError({ code: 'OVERLOADED', message });
}
