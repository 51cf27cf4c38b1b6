/**
 * The scalars `JSON` and `JSONObject`, for metadata, inputs and outputs. What is written in a document is bounded here
 * in depth and texts, what comes in variables was bounded by the door; what goes out is passed on as it is, because it
 * came from our own store.
 */
import { GraphQLError, GraphQLScalarType, Kind, type ObjectValueNode, type ValueNode } from 'graphql';
import type { Maybe } from 'graphql/jsutils/Maybe.js';
import { JSON_DEPTH_MAX, jsonFault } from './json-value.js';
import { atNode } from './literal.js';

type Variables = Maybe<Record<string, unknown>>;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bounded(value: unknown, name: string): unknown {
  const fault = jsonFault(value, 'value');
  if (fault !== undefined) throw new GraphQLError(`${name}: ${fault.path} ${fault.message}`);
  return value;
}

function objectFrom(node: ObjectValueNode, variables: Variables, depth: number): unknown {
  return Object.fromEntries(
    node.fields.map((field) => [field.name.value, literal(field.value, variables, depth + 1)]),
  );
}

/** A value written in the document. The parser has bounded its size by tokens; depth is bounded here. */
function literal(node: ValueNode, variables: Variables, depth: number): unknown {
  if (depth > JSON_DEPTH_MAX)
    throw new GraphQLError(`JSON is nested deeper than ${JSON_DEPTH_MAX} levels; flatten it`);
  if (node.kind === Kind.OBJECT) return objectFrom(node, variables, depth);
  if (node.kind === Kind.LIST) return node.values.map((item) => literal(item, variables, depth + 1));
  if (node.kind === Kind.VARIABLE) return variables?.[node.name.value] ?? null;
  if (node.kind === Kind.INT || node.kind === Kind.FLOAT) return Number(node.value);
  return node.kind === Kind.NULL ? null : node.value;
}

export const GraphQLJson = new GraphQLScalarType({
  name: 'JSON',
  description: `Any JSON value, at most ${JSON_DEPTH_MAX} levels deep.`,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => atNode(node, () => bounded(literal(node, variables, 0), 'JSON')),
});

function objectOnly(value: unknown): unknown {
  if (isObject(value)) return value;
  throw new GraphQLError('JSONObject must be an object, for example { "key": "value" }');
}

export const GraphQLJsonObject = new GraphQLScalarType({
  name: 'JSONObject',
  description: `A JSON object, at most ${JSON_DEPTH_MAX} levels deep.`,
  parseValue: objectOnly,
  parseLiteral: (node, variables) =>
    atNode(node, () => bounded(objectOnly(literal(node, variables, 0)), 'JSONObject')),
});
