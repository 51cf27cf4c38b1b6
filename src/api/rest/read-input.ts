/**
 * From snake_case JSON to the variables of a GraphQL operation, led by the GraphQL type that the value is for. Because
 * the type leads, free-form JSON (metadata, inputs, headers, bodies: scalars of the schema) is never looked into, and
 * nothing here knows a single field. It finds every fault, not only the first.
 */
import {
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLLeafType,
  type GraphQLScalarType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from 'graphql';
import { lowerCase, shown, snakeCase, suggestion } from './names.js';

export interface FieldFault {
  /** `retry_policy.max_attempts`, `tags[3]`; `body` for the whole. */
  readonly field: string;
  readonly message: string;
}

const FAULTS_MAX = 100;

/** GraphQL's own scalars say what they want in words of GraphQL; these are the words of REST. */
const SCALAR_RULES: Readonly<
  Record<string, { readonly rule: string; readonly holds: (value: unknown) => boolean }>
> = {
  String: { rule: 'must be a text', holds: (value) => typeof value === 'string' },
  ID: { rule: 'must be a text', holds: (value) => typeof value === 'string' },
  Boolean: { rule: 'must be true or false', holds: (value) => typeof value === 'boolean' },
  Float: { rule: 'must be a number', holds: (value) => typeof value === 'number' },
  Int: {
    rule: 'must be a whole number between ±2147483647',
    holds: (value) => typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31,
  },
};

/** One reading of one request. `faults` is empty exactly when what `read` answered may be used. */
export class InputReader {
  readonly faults: FieldFault[] = [];

  /** `said`: members of it that are said elsewhere. */
  read(type: GraphQLInputType, value: unknown, field: string, said: readonly string[] = []): unknown {
    if (isNonNullType(type)) {
      if (value === null || value === undefined) return this.fault(field, 'is required');
      return this.read(type.ofType, value, field, said);
    }
    if (value === null || value === undefined) return value;
    if (isListType(type)) return this.#readList(type.ofType, value, field);
    if (isInputObjectType(type)) return this.#readObject(type, value, field, said);
    return this.#readLeaf(type, value, field);
  }

  fault(field: string, message: string): undefined {
    if (this.faults.length < FAULTS_MAX) this.faults.push({ field: field === '' ? 'body' : field, message });
    return undefined;
  }

  #readList(itemType: GraphQLInputType, value: unknown, field: string): unknown {
    if (!Array.isArray(value)) return this.fault(field, `must be a list, got ${shown(value)}`);
    return value.map((item, index) => this.read(itemType, item, `${field}[${index}]`));
  }

  #readObject(type: GraphQLInputObjectType, value: unknown, at: string, said: readonly string[]): unknown {
    if (!isPlainObject(value)) return this.fault(at, `must be an object, got ${shown(value)}`);
    const all = Object.values(type.getFields()).map((field) => [snakeCase(field.name), field] as const);
    const fields = new Map(all.filter(([name]) => !said.includes(name)));
    const read: Record<string, unknown> = {};
    for (const [name, member] of Object.entries(value)) {
      const field = fields.get(name);
      if (field === undefined)
        this.fault(join(at, name), `is not known${suggestion(name, [...fields.keys()])}`);
      else if (!type.isOneOf || member !== null)
        read[field.name] = this.read(field.type, member, join(at, name));
    }
    for (const [name, field] of fields) {
      if (isRequiredInputField(field) && !Object.hasOwn(value, name))
        this.fault(join(at, name), 'is required');
    }
    if (type.isOneOf && Object.keys(read).length !== 1) this.#faultOfChoice(at, [...fields.keys()]);
    return read;
  }

  #faultOfChoice(at: string, names: readonly string[]): void {
    this.fault(at, `must have exactly one of ${names.join(', ')}`);
  }

  #readLeaf(type: GraphQLLeafType, value: unknown, field: string): unknown {
    return isEnumType(type) ? this.#readEnum(type, value, field) : this.#readScalar(type, value, field);
  }

  #readEnum(type: GraphQLEnumType, value: unknown, field: string): unknown {
    const words = type.getValues().map(({ name }) => lowerCase(name));
    const index = typeof value === 'string' ? words.indexOf(lowerCase(value)) : -1;
    if (index >= 0) return type.getValues()[index]?.name;
    const hint = typeof value === 'string' ? suggestion(value, words) : `; known: ${words.join(', ')}`;
    return this.fault(field, `must be one of the known words, got ${shown(value)}${hint}`);
  }

  /** The value stays as it came; `parseValue` only says whether the scalar will take it. */
  #readScalar(type: GraphQLScalarType, value: unknown, field: string): unknown {
    const own = SCALAR_RULES[type.name];
    if (own !== undefined)
      return own.holds(value) ? value : this.fault(field, `${own.rule}, got ${shown(value)}`);
    try {
      type.parseValue(value);
      return value;
    } catch (error) {
      const message = error instanceof Error ? error.message : 'is not valid';
      const prefix = [`${type.name}: `, `${type.name} `].find((start) => message.startsWith(start)) ?? '';
      return this.fault(field, message.slice(prefix.length));
    }
  }
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function join(at: string, name: string): string {
  const step = /^[\w-]{1,64}$/.test(name) ? name : shown(name);
  return at === '' ? step : `${at}.${step}`;
}
