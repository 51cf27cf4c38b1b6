/**
 * JSON Schemas (draft 2020-12, as OpenAPI 3.1 uses them) of what REST takes and answers, derived from the GraphQL types
 * and from what the operations select. Called by document.ts; a field that the schema gains appears here by itself.
 */
import {
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from 'graphql';
import { assert } from '../../../kit/assert.js';
import type { JsonObject } from '../../../kit/json.js';
import { lowerCase, snakeCase, snakeWords } from '../names.js';
import type { FieldPlan, ValuePlan } from '../write-output.js';

const SCALARS: Readonly<Record<string, JsonObject>> = {
  String: { type: 'string' },
  ID: { type: 'string', format: 'uuid' },
  Int: { type: 'integer', format: 'int32' },
  SafeInt: { type: 'integer', format: 'int64' },
  Float: { type: 'number' },
  Boolean: { type: 'boolean' },
  DateTime: { type: 'string', format: 'date-time' },
  JSON: { description: 'Any JSON value.' },
  JSONObject: { type: 'object' },
};

/** Collects named schemas while the document is built; each type is written once per selection of its fields. */
export class SchemaBook {
  readonly components: Record<string, JsonObject> = {};
  readonly #names = new Map<string, string>();

  /** `said`: members that are left out, because the path says them. */
  input(type: GraphQLInputType, said: readonly string[] = []): JsonObject {
    if (isNonNullType(type)) return this.#inputValue(type.ofType as GraphQLInputType, said);
    return nullable(this.#inputValue(type, said));
  }

  /** As `input`, for a parameter: never null, because a query string has no null. */
  parameter(type: GraphQLInputType): JsonObject {
    return this.#inputValue(isNonNullType(type) ? (type.ofType as GraphQLInputType) : type);
  }

  output(type: GraphQLOutputType, plan: ValuePlan): JsonObject {
    if (isNonNullType(type)) return this.#outputValue(type.ofType as GraphQLOutputType, plan);
    return nullable(this.#outputValue(type, plan));
  }

  #inputValue(type: GraphQLInputType, said: readonly string[] = []): JsonObject {
    if (isListType(type)) return { type: 'array', items: this.input(type.ofType as GraphQLInputType) };
    if (isInputObjectType(type))
      return this.#named(type.name + (said.length > 0 ? 'Body' : ''), () => this.#inputObject(type, said));
    return this.#leaf(type as GraphQLNamedType);
  }

  #outputValue(type: GraphQLOutputType, plan: ValuePlan): JsonObject {
    if (isListType(type))
      return { type: 'array', items: this.output(type.ofType as GraphQLOutputType, plan) };
    if (plan.kind !== 'object') return this.#leaf(type as GraphQLNamedType);
    return this.#named(this.#nameOf(plan), () =>
      this.#outputObject(plan.fields, plan.choice, plan.type.description),
    );
  }

  #leaf(type: GraphQLNamedType): JsonObject {
    if (isEnumType(type)) return this.#named(type.name, () => enumSchema(type));
    return SCALARS[type.name] ?? {};
  }

  #inputObject(type: GraphQLInputObjectType, said: readonly string[]): JsonObject {
    const fields = Object.values(type.getFields()).filter(({ name }) => !said.includes(snakeCase(name)));
    const properties = fields.map((field) => {
      const schema = type.isOneOf ? this.parameter(field.type) : this.input(field.type);
      return [snakeCase(field.name), described(schema, field.description)] as const;
    });
    return {
      type: 'object',
      ...description(type.description),
      properties: Object.fromEntries(properties),
      ...required(fields.filter(isRequiredInputField).map(({ name }) => snakeCase(name))),
      ...(type.isOneOf ? { minProperties: 1, maxProperties: 1 } : {}),
      additionalProperties: false,
    };
  }

  #outputObject(fields: readonly FieldPlan[], choice: boolean, about: string | null | undefined): JsonObject {
    const properties = fields.map(
      (field) => [field.name, described(this.output(field.type, field.value), field.description)] as const,
    );
    return {
      type: 'object',
      ...description(about),
      properties: Object.fromEntries(properties),
      ...(choice ? { minProperties: 1, maxProperties: 1 } : required(fields.map(({ name }) => name))),
    };
  }

  /** The first selection of a type has its name; another is its summary. */
  #nameOf({ type, fields }: Extract<ValuePlan, { kind: 'object' }>): string {
    const selection = `${type.name}: ${fields.map(({ name }) => name).join(' ')}`;
    const known = this.#names.get(selection);
    if (known !== undefined) return known;
    const isFirst = ![...this.#names.values()].includes(type.name);
    const name = isFirst ? type.name : `${type.name}Summary`;
    assert(![...this.#names.values()].includes(name), `${type.name} is selected in three ways; agree on two`);
    this.#names.set(selection, name);
    return name;
  }

  #named(name: string, make: () => JsonObject): JsonObject {
    if (this.components[name] === undefined) {
      this.components[name] = {};
      this.components[name] = make();
    }
    return { $ref: `#/components/schemas/${name}` };
  }
}

function enumSchema(type: GraphQLEnumType): JsonObject {
  return {
    type: 'string',
    enum: type.getValues().map(({ name }) => lowerCase(name)),
    ...description(type.description),
  };
}

function nullable(schema: JsonObject): JsonObject {
  if (typeof schema.type === 'string' && schema.enum === undefined)
    return { ...schema, type: [schema.type, 'null'] };
  if (schema.$ref !== undefined) return { anyOf: [schema, { type: 'null' }] };
  return schema;
}

function described(schema: JsonObject, text: string | null | undefined): JsonObject {
  return text ? { ...schema, description: snakeWords(text) } : schema;
}

function description(text: string | null | undefined): JsonObject {
  return text ? { description: snakeWords(text) } : {};
}

function required(names: readonly string[]): JsonObject {
  return names.length > 0 ? { required: names } : {};
}
