/**
 * Where in the input a GraphQL error is: graphql-js names the value and the rule, callers want the place. Called by the
 * door for errors of variables and of literals; the rules themselves stay graphql-js's, suggestions included.
 */
import {
  type ASTNode,
  BREAK,
  coerceInputValue,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  isInputType,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import type { Fault } from '../lifecycle/refusal.js';
import type { Variables } from './limits-variables.js';

const FAULTS_MAX = 50;

function written(name: string, steps: readonly (string | number)[]): string {
  return name + steps.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
}

function faultsOfVariable(
  schema: GraphQLSchema,
  node: VariableDefinitionNode,
  variables: Variables,
): Fault[] {
  const name = node.variable.name.value;
  const type = typeFromAST(schema, node.type);
  const value = variables[name];
  if (!isInputType(type) || (value === undefined && node.defaultValue !== undefined)) return [];
  const faults: Fault[] = [];
  coerceInputValue(value, type, (path, _, error) => {
    if (faults.length < FAULTS_MAX) faults.push({ path: written(name, path), message: error.message });
  });
  return faults;
}

/** What is wrong with the variables, by place; empty when they fit. Run only after an operation was refused. */
export function variableFaults(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Variables,
): Fault[] {
  const definitions = operation.variableDefinitions ?? [];
  return definitions.flatMap((node) => faultsOfVariable(schema, node, variables)).slice(0, FAULTS_MAX);
}

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
