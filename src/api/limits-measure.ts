/**
 * How large a GraphQL document is before anything of it is validated or run: depth, aliases, directives, cost. Called
 * by the limits. Each fragment is measured once (per page size it is used in), so fragments that multiply each other
 * cost linear time here while their expansion is counted in full. It never descends further than the limit of depth.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  getNamedType,
  type GraphQLField,
  type GraphQLSchema,
  type InlineFragmentNode,
  isCompositeType,
  isListType,
  isObjectType,
  getNullableType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

export interface Measure {
  /** Levels of fields. */
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  /** Objects the answer may hold, and what is dear to compute, in objects' worth. */
  readonly cost: number;
}

const NOTHING: Measure = { depth: 0, aliases: 0, directives: 0, cost: 0 };
const COST_MAX = 1e12;
const PAGE_MAX = 100;
/** Objects in a list that has no `first`: attempts, layers, checks. */
const LIST_ASSUMED = 10;

/** What is dear beyond the objects it answers: whole histories, large values, forecasts, changes. */
const DEAR: Readonly<Record<string, number>> = {
  'Query.meshAt': 5000,
  'Query.simulateMesh': 5000,
  'Query.simulateRun': 5000,
  'Query.meshGraph': 2000,
  'MeshGraph.attempts': 2000,
  'Query.meshOutlook': 2000,
  'Query.checkMeshFile': 1000,
  'Query.previewTemplate': 1000,
  'Template.definition': 20,
  'Query.executionStats': 2000,
  'Query.simulateCircuit': 5000,
  'Query.validateCircuit': 1000,
  'Query.criticalPath': 500,
  'Query.metrics': 100,
  'Query.__schema': 2000,
  'Query.__type': 500,
  'Mesh.progress': 100,
  'Task.output': 20,
  'TaskConnection.totalCount': 100,
  'MeshConnection.totalCount': 100,
  'EdgeConnection.totalCount': 100,
  'EventConnection.totalCount': 500,
};
const CHANGE = 10;

interface Place {
  readonly type: ReturnType<typeof getNamedType> | undefined;
  readonly level: number;
  /** Page size of the connection whose members these are. */
  readonly page: number;
}

function isConnection(type: Place['type']): boolean {
  return type?.name.endsWith('Connection') ?? false;
}

function pageSize(node: FieldNode, field: GraphQLField<unknown, unknown>): number | undefined {
  const argument = field.args.find(({ name }) => name === 'first');
  if (argument === undefined) return undefined;
  const given = node.arguments?.find(({ name }) => name.value === 'first')?.value;
  if (given === undefined) return Number(argument.defaultValue ?? PAGE_MAX);
  const size = given.kind === Kind.INT ? Number(given.value) : PAGE_MAX;
  return Math.min(Math.max(size, 1), PAGE_MAX);
}

export class DocumentMeasure {
  readonly #schema: GraphQLSchema;
  readonly #levelsMax: number;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #known = new Map<string, Measure>();

  constructor(schema: GraphQLSchema, document: DocumentNode, levelsMax: number) {
    this.#schema = schema;
    this.#levelsMax = levelsMax;
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION)
        this.#fragments.set(definition.name.value, definition);
    }
  }

  operation(node: OperationDefinitionNode): Measure {
    const type = this.#schema.getRootType(node.operation) ?? undefined;
    const inside = this.#set(node.selectionSet, { type, level: 1, page: 1 });
    const variables =
      node.variableDefinitions?.reduce((sum, one) => sum + (one.directives?.length ?? 0), 0) ?? 0;
    return { ...inside, directives: inside.directives + variables + (node.directives?.length ?? 0) };
  }

  #set(set: SelectionSetNode, place: Place): Measure {
    let [depth, aliases, directives, cost] = [0, 0, 0, 0];
    for (const selection of set.selections) {
      const one = this.#selection(selection, place);
      depth = Math.max(depth, one.depth);
      aliases += one.aliases;
      directives += one.directives + (selection.directives?.length ?? 0);
      cost = Math.min(COST_MAX, cost + one.cost);
    }
    return { depth, aliases, directives, cost };
  }

  #selection(node: SelectionNode, place: Place): Measure {
    if (node.kind === Kind.FIELD) return this.#field(node, place);
    return node.kind === Kind.INLINE_FRAGMENT ? this.#inline(node, place) : this.#spread(node, place);
  }

  #inline(node: InlineFragmentNode, place: Place): Measure {
    const condition = node.typeCondition && this.#schema.getType(node.typeCondition.name.value);
    return this.#set(node.selectionSet, condition ? { ...place, type: condition } : place);
  }

  /** A fragment that contains itself counts as empty here; the rules of the language refuse it. */
  #spread(node: FragmentSpreadNode, place: Place): Measure {
    const fragment = this.#fragments.get(node.name.value);
    if (fragment === undefined) return NOTHING;
    const key = `${node.name.value} ${place.page}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, NOTHING);
    const type = this.#schema.getType(fragment.typeCondition.name.value);
    const inside = this.#set(fragment.selectionSet, { type, level: 1, page: place.page });
    const measure = { ...inside, directives: inside.directives + (fragment.directives?.length ?? 0) };
    this.#known.set(key, measure);
    return measure;
  }

  #field(node: FieldNode, place: Place): Measure {
    const name = node.name.value;
    const aliases = node.alias === undefined ? 0 : 1;
    if (name.startsWith('__')) return { ...NOTHING, aliases, cost: DEAR[`Query.${name}`] ?? 0 };
    const field = isObjectType(place.type) ? place.type.getFields()[name] : undefined;
    const inside = this.#inside(node, field, place);
    const own = DEAR[`${place.type?.name}.${name}`] ?? this.#ownCost(field, place);
    const times = this.#times(node, field, place);
    return {
      depth: 1 + inside.depth,
      aliases: aliases + inside.aliases,
      directives: inside.directives,
      cost: Math.min(COST_MAX, own + times * (inside.cost + (times > 1 ? 1 : 0))),
    };
  }

  #inside(node: FieldNode, field: GraphQLField<unknown, unknown> | undefined, place: Place): Measure {
    if (node.selectionSet === undefined || place.level > this.#levelsMax) return NOTHING;
    const type = field && getNamedType(field.type);
    const page = field === undefined ? 1 : (pageSize(node, field) ?? place.page);
    return this.#set(node.selectionSet, {
      type,
      level: place.level + 1,
      page: isConnection(type) ? page : 1,
    });
  }

  #ownCost(field: GraphQLField<unknown, unknown> | undefined, place: Place): number {
    if (place.type === this.#schema.getMutationType()) return CHANGE;
    return field !== undefined && isCompositeType(getNamedType(field.type)) ? 1 : 0;
  }

  #times(node: FieldNode, field: GraphQLField<unknown, unknown> | undefined, place: Place): number {
    if (field === undefined || !isListType(getNullableType(field.type))) return 1;
    if (!isCompositeType(getNamedType(field.type))) return 1;
    return pageSize(node, field) ?? (isConnection(place.type) ? place.page : LIST_ASSUMED);
  }
}
