/**
 * For the scalars: reading a value that is written in the document. graphql-js reports what they throw as it is, so the
 * place has to be put into the error here; without it nobody could say which of ten times was wrong.
 */
import { GraphQLError, type ValueNode } from 'graphql';

export function atNode<T>(node: ValueNode, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new GraphQLError(error instanceof Error ? error.message : String(error), { nodes: node });
  }
}
