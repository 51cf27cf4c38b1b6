/**
 * What an operation makes of a payload, made once for all subscribers who ask for the same of the same payload: where ten
 * thousand hear of one event, executing was a third of what each of them cost. Only where nothing but document and payload can
 * matter: one root field, below it columns without arguments and directives. The root field is asked each time, because the
 * guard stands before it. Used by the door; costs two lookups for each delivery, and memory for as long as a payload is held.
 */
import {
  type DocumentNode,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  type FieldNode,
  type GraphQLField,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { NodeNotes } from '../node-notes.js';

type Executed = Promise<ExecutionResult> | ExecutionResult;
type Field = GraphQLField<unknown, unknown>;

const ROOT_DEPTH = 1;
/** Of each payload; who makes up a document for each subscriber has them executed. */
const DOCUMENTS_MAX = 16;
/** No root field of a subscription looks at it: sources yield payloads in their final shape. */
const NOTHING = {} as GraphQLResolveInfo;

export class SharedResults {
  readonly #schema: GraphQLSchema;
  /** Null where results are not shared. */
  readonly #roots = new NodeNotes<DocumentNode, Field | null>();
  readonly #results = new WeakMap<object, Map<DocumentNode, ExecutionResult>>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** `rootValue` is the payload. */
  execute(asked: ExecutionArgs): Executed {
    const { document, rootValue, contextValue } = asked;
    const root = this.#rootOf(document);
    if (root === null || typeof rootValue !== 'object' || rootValue === null) return execute(asked);
    const known = this.#results.get(rootValue)?.get(document);
    if (known !== undefined && mayHave(root, rootValue, contextValue)) return known;
    const made = execute(asked);
    if (!(made instanceof Promise) && made.errors === undefined) this.#share(rootValue, document, made);
    return made;
  }

  #share(payload: object, document: DocumentNode, result: ExecutionResult): void {
    const results = this.#results.get(payload) ?? new Map<DocumentNode, ExecutionResult>();
    if (results.size < DOCUMENTS_MAX) this.#results.set(payload, results.set(document, result));
  }

  #rootOf(document: DocumentNode): Field | null {
    const known = this.#roots.get(document);
    if (known !== undefined) return known;
    const root = sharedRoot(this.#schema, document);
    this.#roots.set(document, root);
    return root;
  }
}

function mayHave({ resolve }: Field, payload: object, context: unknown): boolean {
  try {
    return resolve?.(payload, {}, context, NOTHING) === payload;
  } catch {
    return false; // executed, it says why
  }
}

function isColumn({ name, arguments: given = [] }: FieldNode, field: Field | null | undefined): boolean {
  if (name.value === '__typename') return true;
  return given.length === 0 && field?.resolve === undefined;
}

/** The one root field, if all that is asked of its payload are columns. */
function sharedRoot(schema: GraphQLSchema, document: DocumentNode): Field | null {
  const types = new TypeInfo(schema);
  const roots: Field[] = [];
  let depth = 0;
  let isPlain = true;
  const see = {
    enter: (node: FieldNode): void => {
      const field = types.getFieldDef();
      depth++;
      if (depth === ROOT_DEPTH && field) roots.push(field);
      else if (!isColumn(node, field)) isPlain = false;
    },
    leave: (): void => void depth--,
  };
  const refuse = (): void => void (isPlain = false);
  visit(
    document,
    visitWithTypeInfo(types, {
      [Kind.FIELD]: see,
      [Kind.DIRECTIVE]: { enter: refuse },
      [Kind.FRAGMENT_DEFINITION]: { enter: refuse },
    }),
  );
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const [root = null] = roots;
  return isPlain && roots.length === 1 && operations.length === 1 ? root : null;
}
