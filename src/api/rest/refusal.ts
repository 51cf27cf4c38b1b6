/**
 * Every way a REST request can be refused, as one error that knows its status, and the JSON all of them are answered
 * with: `{ error: { code, message, faults, request_id } }`. Thrown within this folder, answered by register-rest.ts.
 */
import type { FieldFault } from './read-input.js';

export interface RestErrorBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly faults?: readonly FieldFault[];
    readonly details?: unknown;
    readonly request_id: string;
  };
}

export interface RestRefusalFacts {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly faults?: readonly FieldFault[];
  /** What else is known, such as the cycle or the routes that are near. */
  readonly details?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export class RestRefusal extends Error {
  override readonly name = 'RestRefusal';

  constructor(readonly facts: RestRefusalFacts) {
    super(facts.message);
  }
}

export function invalidInput(faults: readonly FieldFault[]): RestRefusal {
  const [first] = faults;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
  const message = `${first?.field} ${first?.message}${more}`;
  return new RestRefusal({ status: 422, code: 'INVALID_INPUT', message, faults });
}

export function bodyOf(
  { code, message, faults, details }: RestRefusalFacts,
  requestId: string,
): RestErrorBody {
  return {
    error: {
      code,
      message,
      ...(faults ? { faults } : {}),
      ...(details ? { details } : {}),
      request_id: requestId,
    },
  };
}
