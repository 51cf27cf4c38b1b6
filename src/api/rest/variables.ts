/**
 * From a REST request to the variables of its operation: path parameters, query parameters, headers and body, each to
 * the place the table names, all read under the types that the operation declares. The way back is here too: where in
 * the request a fault of a variable lies.
 */
import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  isScalarType,
  typeFromAST,
} from 'graphql';
import { assert } from '../../kit/assert.js';
import { snakeCase, suggestion } from './names.js';
import { InputReader, isPlainObject } from './read-input.js';
import { invalidInput } from './refusal.js';
import type { OperationRoute, StreamRoute, Variables } from './route.js';
import { operationOf } from './write-output.js';

export interface RequestParts {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: unknown;
}

/** One part of the request and the variable it becomes. */
export interface Parameter {
  readonly name: string;
  readonly place: 'path' | 'query' | 'header';
  /** `['filter', 'statuses']` */
  readonly target: readonly string[];
  readonly type: GraphQLInputType;
  readonly description: string | null | undefined;
}

export interface BodyParameter {
  readonly variable: string;
  /** Its members that the path says, by their names outside; the body leaves them out. */
  readonly said: readonly string[];
  readonly type: GraphQLInputType;
}

const NUMERIC = new Set(['Int', 'Float', 'SafeInt']);

function variableTypes(schema: GraphQLSchema, document: DocumentNode): ReadonlyMap<string, GraphQLInputType> {
  const definitions = operationOf(document).variableDefinitions ?? [];
  return new Map(
    definitions.map((definition) => {
      const name = definition.variable.name.value;
      const type = typeFromAST(schema, definition.type as never) as GraphQLInputType | undefined;
      assert(type !== undefined && isInputType(type), `variable ${name} has a type the schema does not know`);
      return [name, type] as const;
    }),
  );
}

function parametersOf(
  place: Parameter['place'],
  names: Variables,
  types: ReadonlyMap<string, GraphQLInputType>,
): Parameter[] {
  return Object.entries(names).map(([name, path]) => {
    const [variable, ...steps] = path.split('.') as [string, ...string[]];
    let type = types.get(variable);
    let description: string | null | undefined;
    for (const step of steps) {
      const named = type === undefined ? undefined : getNullableType(type);
      const field = isInputObjectType(named) ? named.getFields()[step] : undefined;
      description = field?.description;
      type = field?.type;
    }
    assert(type !== undefined, `${name} becomes ${path}, which the operation does not take`);
    return { name, place, target: [variable, ...steps], type, description };
  });
}

/** How the requests of one route are read. Made once; `read` is called per request. */
export class RequestReader {
  readonly parameters: readonly Parameter[];
  readonly body: BodyParameter | undefined;

  constructor(schema: GraphQLSchema, route: OperationRoute | StreamRoute) {
    const types = variableTypes(schema, route.document);
    this.parameters = [
      ...parametersOf('path', route.params ?? {}, types),
      ...parametersOf('query', route.query ?? {}, types),
      ...parametersOf('header', route.headers ?? {}, types),
    ];
    const variable = route.kind === 'operation' ? route.body : undefined;
    const said = this.parameters.filter(({ place, target }) => place === 'path' && target[0] === variable);
    this.body =
      variable === undefined
        ? undefined
        : {
            variable,
            said: said.map(({ target }) => snakeCase(target[1] as string)),
            type: types.get(variable) as GraphQLInputType,
          };
  }

  /** The variables; all faults of the request at once as one refusal. */
  read(request: RequestParts): Record<string, unknown> {
    const reader = new InputReader();
    const variables: Record<string, unknown> = {};
    this.#readBody(reader, request.body, variables);
    this.#refuseUnknownQuery(reader, request.query);
    for (const parameter of this.parameters) {
      const given = textsOf(parameter, request);
      if (given.length > 0) this.#readParameter(reader, parameter, given, variables);
    }
    this.#requireWholeObjects(reader, variables);
    if (reader.faults.length > 0) throw invalidInput(reader.faults);
    return variables;
  }

  /** Where in the request the variable path of a fault lies: `input.retryPolicy.jitter` → `retry_policy.jitter`. */
  fieldOf(path: string): string {
    const parameter = this.parameters.find(
      ({ target }) => path === target.join('.') || startsWithStep(path, target.join('.')),
    );
    if (parameter !== undefined) return parameter.name + path.slice(parameter.target.join('.').length);
    if (this.body === undefined) return snakeCase(path);
    const { variable, type } = this.body;
    const inner = startsWithStep(path, variable) ? path.slice(variable.length + 1) : path;
    return inner === variable || inner === '' ? 'body' : snakePath(type, inner);
  }

  #readBody(reader: InputReader, body: unknown, variables: Record<string, unknown>): void {
    if (this.body !== undefined)
      variables[this.body.variable] = reader.read(this.body.type, body, '', this.body.said);
    else if (!isEmpty(body)) reader.fault('body', 'must be empty: this route takes none');
  }

  #refuseUnknownQuery(reader: InputReader, query: RequestParts['query']): void {
    const known = this.parameters.filter(({ place }) => place === 'query').map(({ name }) => name);
    for (const name of Object.keys(query)) {
      if (!known.includes(name))
        reader.fault(name, `is not a parameter of this route${suggestion(name, known)}`);
    }
  }

  /** Parameters that only together make an object: `order` says nothing without `order_by`. */
  #requireWholeObjects(reader: InputReader, variables: Readonly<Record<string, unknown>>): void {
    for (const { name, place, target, type } of this.parameters) {
      const object = target.length > 1 ? valueAt(variables, target.slice(0, -1)) : undefined;
      if (
        place === 'query' &&
        isNonNullType(type) &&
        isPlainObject(object) &&
        object[target.at(-1) as string] === undefined
      ) {
        reader.fault(name, `is required beside ${this.#given(target, object).join(', ')}`);
      }
    }
  }

  #given(target: readonly string[], object: Readonly<Record<string, unknown>>): string[] {
    const prefix = target.slice(0, -1).join('.');
    const siblings = Object.keys(object).map((step) => `${prefix}.${step}`);
    return this.parameters
      .filter((other) => siblings.includes(other.target.join('.')))
      .map((other) => other.name);
  }

  #readParameter(
    reader: InputReader,
    parameter: Parameter,
    given: readonly string[],
    variables: Record<string, unknown>,
  ): void {
    const { name, type, target } = parameter;
    const isMany = isListType(getNullableType(type));
    if (!isMany && given.length > 1) return reader.fault(name, 'is given more than once');
    const value = isMany
      ? given.flatMap((text) => text.split(',')).map((text) => jsonOf(type, text))
      : jsonOf(type, given[0] as string);
    const read = reader.read(type, value, name);
    if (!assign(variables, target, read)) reader.fault(name, 'is given in two ways; give one of them');
  }
}

function valueAt(variables: Readonly<Record<string, unknown>>, target: readonly string[]): unknown {
  return target.reduce<unknown>((value, step) => (isPlainObject(value) ? value[step] : undefined), variables);
}

function textsOf({ place, name }: Parameter, request: RequestParts): readonly string[] {
  const source = { path: request.params, query: request.query, header: request.headers }[place];
  const given = Object.hasOwn(source, name) ? source[name] : undefined;
  if (given === undefined) return [];
  return typeof given === 'string' ? [given] : given;
}

/** A query string knows only texts; numbers and booleans are those that look like it. */
function jsonOf(type: GraphQLInputType, text: string): unknown {
  const named = getNamedType(type);
  if (isScalarType(named) && NUMERIC.has(named.name) && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (isScalarType(named) && named.name === 'Boolean' && /^(true|false)$/.test(text)) return text === 'true';
  return text;
}

/** False when something else stands there already. */
function assign(variables: Record<string, unknown>, target: readonly string[], value: unknown): boolean {
  let place = variables;
  for (const step of target.slice(0, -1)) {
    const next = place[step] ?? {};
    place[step] = next;
    if (!isPlainObject(next)) return true;
    place = next;
  }
  const last = target.at(-1) as string;
  if (place[last] !== undefined && place[last] !== null) return place[last] === value;
  place[last] = value;
  return true;
}

function isEmpty(body: unknown): boolean {
  return body === undefined || body === null || (isPlainObject(body) && Object.keys(body).length === 0);
}

function startsWithStep(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && (path[prefix.length] === '.' || path[prefix.length] === '[');
}

/** Renames the steps that are fields of the schema and leaves what lies inside free-form JSON. */
function snakePath(type: GraphQLInputType, path: string): string {
  let at: GraphQLInputType | undefined = type;
  return path
    .split('.')
    .map((step) => {
      const [name = '', ...indices] = step.split(/(?=\[)/);
      const named: unknown = at === undefined ? undefined : getNamedType(at);
      const field = isInputObjectType(named) ? named.getFields()[name] : undefined;
      at = field?.type;
      return (field === undefined ? name : snakeCase(name)) + indices.join('');
    })
    .join('.');
}
