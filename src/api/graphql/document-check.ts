/**
 * Holds documents against rules, as `validate` of graphql-js does and with the same errors. That asks each rule for its part of
 * each kind of node before it looks at a document, 30 rules times 43 kinds, which was the half of a small document's time; here
 * they are asked once for all documents, and a rule is made for a document that has something for it. Used by the gate. Rules that
 * edit what they visit are none of validation. Cost: nodes times the rules that have a part for their kind.
 */
import {
  type ASTNode,
  type ASTVisitor,
  BREAK,
  type DocumentNode,
  getEnterLeaveForKind,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  TypeInfo,
  ValidationContext,
  type ValidationRule,
} from 'graphql';
import { type Visit, walkDocument, type Walker } from './document-walk.js';

/** A rule's part of a kind; `at` is the rule. */
interface Part {
  readonly at: number;
  readonly enter: Visit | undefined;
  readonly leave: Visit | undefined;
}

const ENOUGH = 'Too many validation errors, error limit reached. Validation aborted.';
const NOTHING: DocumentNode = { kind: Kind.DOCUMENT, definitions: [] };

type Usages = ReturnType<ValidationContext['getVariableUsages']>;

/** graphql-js goes through each operation once more to find its variables, which a text without a `$` has not. */
class Context extends ValidationContext {
  override getVariableUsages(node: Parameters<ValidationContext['getVariableUsages']>[0]): Usages {
    return node.loc?.source.body.includes('$') === false ? [] : super.getVariableUsages(node);
  }
}

/** The rules over one document, and what each of them does not want to see: below a node, or from now on. */
class Walk implements Walker {
  readonly #context: ValidationContext;
  readonly #typeInfo: TypeInfo;
  readonly #rules: readonly ValidationRule[];
  readonly #concerned: ReadonlyMap<string, readonly number[]>;
  readonly #visitors: (ASTVisitor | undefined)[];
  readonly #skipping: (ASTNode | typeof BREAK | null)[];
  readonly #parts = new Map<string, readonly Part[]>();

  constructor(
    context: ValidationContext,
    typeInfo: TypeInfo,
    rules: readonly ValidationRule[],
    concerned: ReadonlyMap<string, readonly number[]>,
  ) {
    this.#context = context;
    this.#typeInfo = typeInfo;
    this.#rules = rules;
    this.#concerned = concerned;
    this.#visitors = new Array(rules.length).fill(undefined);
    this.#skipping = new Array(rules.length).fill(null);
  }

  readonly enter: Visit = (node, key, parent, path, ancestors): void => {
    this.#typeInfo.enter(node);
    for (const { at, enter } of this.#partsOf(node)) {
      if (enter === undefined || this.#skipping[at] !== null) continue;
      const answer = enter.call(this.#visitors[at], node, key, parent, path, ancestors);
      if (answer === false) this.#skipping[at] = node;
      else if (answer === BREAK) this.#skipping[at] = BREAK;
    }
  };

  readonly leave: Visit = (node, key, parent, path, ancestors): void => {
    for (const { at, leave } of this.#partsOf(node)) {
      const skipped = this.#skipping[at];
      if (skipped === node) this.#skipping[at] = null;
      else if (skipped === null && leave !== undefined) {
        const answer = leave.call(this.#visitors[at], node, key, parent, path, ancestors);
        if (answer === BREAK) this.#skipping[at] = BREAK;
      }
    }
    this.#typeInfo.leave(node);
  };

  #partsOf({ kind }: ASTNode): readonly Part[] {
    const known = this.#parts.get(kind);
    if (known !== undefined) return known;
    const parts = (this.#concerned.get(kind) ?? []).map((at) => {
      const { enter, leave } = getEnterLeaveForKind(this.#visitor(at), kind);
      return { at, enter: enter as Visit | undefined, leave: leave as Visit | undefined };
    });
    this.#parts.set(kind, parts);
    return parts;
  }

  #visitor(at: number): ASTVisitor {
    return (this.#visitors[at] ??= (this.#rules[at] as ValidationRule)(this.#context));
  }
}

export class DocumentCheck {
  readonly #schema: GraphQLSchema;
  readonly #rules: readonly ValidationRule[];
  /** By kind of node, the rules that have a part for it; a rule has the same parts for every document. */
  readonly #concerned: ReadonlyMap<string, readonly number[]>;

  constructor(schema: GraphQLSchema, rules: readonly ValidationRule[]) {
    this.#schema = schema;
    this.#rules = rules;
    const context = new ValidationContext(schema, NOTHING, new TypeInfo(schema), () => undefined);
    const visitors = rules.map((rule) => rule(context));
    this.#concerned = new Map(Object.values(Kind).map((kind) => [kind, concernedBy(kind, visitors)]));
  }

  /** At most `errorsMax` errors, and then one that says so. */
  errors(document: DocumentNode, errorsMax: number): readonly GraphQLError[] {
    const errors: GraphQLError[] = [];
    const typeInfo = new TypeInfo(this.#schema);
    const context = new Context(this.#schema, document, typeInfo, (error) => {
      if (errors.length >= errorsMax) throw new GraphQLError(ENOUGH);
      errors.push(error);
    });
    try {
      walkDocument(document, new Walk(context, typeInfo, this.#rules, this.#concerned));
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      errors.push(error); // by our count, or by a rule that found the document too much work
    }
    return errors;
  }
}

function concernedBy(kind: Kind, visitors: readonly ASTVisitor[]): number[] {
  return visitors.flatMap((visitor, at) => {
    const { enter, leave } = getEnterLeaveForKind(visitor, kind);
    return enter === undefined && leave === undefined ? [] : [at];
  });
}
