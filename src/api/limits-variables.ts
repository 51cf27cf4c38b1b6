/**
 * The bounds of the variables of an operation, checked before GraphQL coerces them: depth, texts that cannot be
 * stored, keys that would change a prototype. Called by the door for every operation.
 */
import { GraphQLError } from 'graphql';
import type { Stages } from '../kit/turn.js';
import { jsonFaultInStages } from './graphql/scalar/json-value.js';

export type Variables = Readonly<Record<string, unknown>>;

function refusal({ path, message }: { readonly path: string; readonly message: string }): GraphQLError {
  const faults = [{ path, message }];
  return new GraphQLError(`${path} ${message}`, {
    extensions: { code: 'INVALID_INPUT', field: path, faults },
  });
}

/** The first fault, or undefined. */
export function* variablesFault(variables: Variables | undefined): Stages<GraphQLError | undefined> {
  for (const [name, value] of Object.entries(variables ?? {})) {
    const fault = yield* jsonFaultInStages(value, name);
    if (fault !== undefined) return refusal(fault);
  }
  return undefined;
}
