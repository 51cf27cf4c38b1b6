/**
 * `SafeInt`, a whole number that JavaScript holds exactly (53 bits): sequence numbers, milliseconds, bytes. GraphQL's
 * own Int ends at 2,147,483,647, which a busy history passes.
 */
import { GraphQLError, GraphQLScalarType, Kind, print } from 'graphql';
import { atNode } from './literal.js';

function safe(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new GraphQLError(
    `SafeInt must be a whole number between ±${Number.MAX_SAFE_INTEGER}, got ${JSON.stringify(value) ?? typeof value}`,
  );
}

export const GraphQLSafeInt = new GraphQLScalarType<number, number>({
  name: 'SafeInt',
  description: 'A whole number between ±9007199254740991.',
  serialize: safe,
  parseValue: safe,
  parseLiteral: (node) => atNode(node, () => safe(node.kind === Kind.INT ? Number(node.value) : print(node))),
});
