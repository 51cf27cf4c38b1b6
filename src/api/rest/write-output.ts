/**
 * From the result of a GraphQL operation to snake_case JSON, led by what the operation selects. A plan is compiled once
 * per route; running it looks at no type. Scalars, free-form JSON among them, are passed on as they are.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  getNullableType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { assert } from '../../kit/assert.js';
import { lowerCase, snakeCase } from './names.js';

/** How one selected field is written. */
export interface FieldPlan {
  /** Key in the result of GraphQL: alias or name. */
  readonly key: string;
  readonly name: string;
  readonly type: GraphQLOutputType;
  readonly description: string | null | undefined;
  readonly value: ValuePlan;
}

/** `choice`: the output twin of a `@oneOf` input, of which only the member that is there is shown. */
export type ValuePlan =
  | { readonly kind: 'scalar' }
  | { readonly kind: 'enum' }
  | {
      readonly kind: 'object';
      readonly choice: boolean;
      readonly type: GraphQLObjectType;
      readonly fields: readonly FieldPlan[];
    };

export function operationOf(document: DocumentNode): OperationDefinitionNode {
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  assert(operation !== undefined, 'a document of the bridge holds one operation');
  return operation;
}

class Planner {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(schema: GraphQLSchema, document: DocumentNode) {
    this.#schema = schema;
    const fragments = document.definitions.filter(
      (definition) => definition.kind === Kind.FRAGMENT_DEFINITION,
    );
    this.#fragments = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  }

  fields(type: GraphQLObjectType, { selections }: SelectionSetNode): FieldPlan[] {
    return selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return [this.#field(type, selection)];
      if (selection.kind === Kind.INLINE_FRAGMENT) return this.fields(type, selection.selectionSet);
      const fragment = this.#fragments.get(selection.name.value);
      assert(fragment !== undefined, `fragment ${selection.name.value} is not in the document`);
      return this.fields(type, fragment.selectionSet);
    });
  }

  #field(parent: GraphQLObjectType, node: FieldNode): FieldPlan {
    const definition = parent.getFields()[node.name.value];
    assert(definition !== undefined, `${parent.name} has no field ${node.name.value}`);
    const key = node.alias?.value ?? node.name.value;
    const { type, description } = definition;
    return { key, name: snakeCase(key), type, description, value: this.#value(type, node) };
  }

  #value(type: GraphQLOutputType, node: FieldNode): ValuePlan {
    const named = getNamedType(type);
    if (isEnumType(named)) return { kind: 'enum' };
    if (!isObjectType(named)) return { kind: 'scalar' };
    assert(node.selectionSet !== undefined, `${named.name} is selected without fields`);
    const twin = this.#schema.getType(`${named.name}Input`);
    const choice = isInputObjectType(twin) && twin.isOneOf;
    return { kind: 'object', choice, type: named, fields: this.fields(named, node.selectionSet) };
  }
}

/** The root fields of the operation as plans. */
export function planOutput(schema: GraphQLSchema, document: DocumentNode): readonly FieldPlan[] {
  const operation = operationOf(document);
  const root = schema.getRootType(operation.operation);
  assert(root !== undefined && root !== null, `the schema has no ${operation.operation}`);
  return new Planner(schema, document).fields(root, operation.selectionSet);
}

/** The JSON of one field; lists are written item by item, whatever their depth. */
export function write(plan: ValuePlan, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (plan.kind === 'scalar') return value;
  if (Array.isArray(value)) return value.map((item) => write(plan, item));
  if (plan.kind === 'enum') return lowerCase(String(value));
  const written: Record<string, unknown> = {};
  for (const field of plan.fields) {
    const member = (value as Record<string, unknown>)[field.key];
    if (!plan.choice || (member !== null && member !== undefined))
      written[field.name] = write(field.value, member);
  }
  return written;
}

export function isList(type: GraphQLOutputType): boolean {
  return isListType(getNullableType(type));
}
