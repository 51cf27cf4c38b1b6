/**
 * Errors of inputs with their place, for variables and for literals: graphql-js names the value and the rule, callers
 * want the place. Called by the door and the gate; the rules themselves stay graphql-js's, suggestions included.
 */
import { type ASTNode, BREAK, type DocumentNode, GraphQLError, Kind, visit } from 'graphql';
import type { Fault } from '../lifecycle/refusal.js';

export function variableErrors(faults: readonly Fault[]): GraphQLError[] {
  return faults.map(({ path, message }) => {
    const extensions = { code: 'INVALID_INPUT', field: path, faults: [{ path, message }] };
    return new GraphQLError(`${path}: ${message}`, { extensions });
  });
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

function stepOf(node: unknown): string {
  if (!isNode(node)) return '';
  if (node.kind === Kind.FIELD) return `.${node.alias?.value ?? node.name.value}`;
  return node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD ? `.${node.name.value}` : '';
}

function follow(document: DocumentNode, path: readonly (string | number)[]): string {
  let at: unknown = document;
  let place = '';
  path.forEach((key, index) => {
    at = (at as Record<string | number, unknown>)[key];
    place += path[index - 1] === 'values' ? `[${key}]` : stepOf(at);
  });
  return place.slice(1);
}

/** `createTask.input.retryPolicy.maxAttempts` for a node of the document; undefined when it stands outside of fields. */
export function placeOf(document: DocumentNode, target: ASTNode): string | undefined {
  let place: string | undefined;
  visit(document, {
    enter(node, _key, _parent, path) {
      if (node !== target) return undefined;
      place = follow(document, path);
      return BREAK;
    },
  });
  return place || undefined;
}
