/**
 * Holds a document against rules, as `validate` of graphql-js does and with the same errors. That asks each rule for its part of
 * each kind of node before it looks at a document, 30 rules times 43 kinds, which was the half of a small document's time; here
 * they are asked about a kind when the document has it. Used by the gate. Rules that edit what they visit are none of validation.
 * Cost: nodes times the rules that have a part for their kind.
 */
import {
  type ASTNode,
  BREAK,
  type DocumentNode,
  getEnterLeaveForKind,
  GraphQLError,
  type GraphQLSchema,
  TypeInfo,
  ValidationContext,
  type ValidationRule,
  visit,
} from 'graphql';

type Place = [key: unknown, parent: unknown, path: unknown, ancestors: unknown];
type Step = (node: ASTNode, ...place: Place) => unknown;

interface Steps {
  readonly enter: readonly (Step | undefined)[];
  readonly leave: readonly (Step | undefined)[];
}

const ENOUGH = 'Too many validation errors, error limit reached. Validation aborted.';

/** The rules over one document, and what each of them does not want to see: below a node, or from now on. */
class Walk {
  readonly #typeInfo: TypeInfo;
  readonly #visitors: readonly object[];
  readonly #skipping: (ASTNode | typeof BREAK | null)[];
  readonly #steps = new Map<string, Steps>();

  constructor(context: ValidationContext, typeInfo: TypeInfo, rules: readonly ValidationRule[]) {
    this.#typeInfo = typeInfo;
    this.#visitors = rules.map((rule) => rule(context));
    this.#skipping = this.#visitors.map(() => null);
  }

  enter(node: ASTNode, place: Place): void {
    this.#typeInfo.enter(node);
    const { enter } = this.#stepsOf(node);
    for (let at = 0; at < enter.length; at++) {
      const step = enter[at];
      if (step === undefined || this.#skipping[at] !== null) continue;
      const answer = step.call(this.#visitors[at], node, ...place);
      if (answer === false) this.#skipping[at] = node;
      else if (answer === BREAK) this.#skipping[at] = BREAK;
    }
  }

  leave(node: ASTNode, place: Place): void {
    const { leave } = this.#stepsOf(node);
    for (let at = 0; at < leave.length; at++) {
      const skipped = this.#skipping[at];
      if (skipped === node) this.#skipping[at] = null;
      else if (skipped === null && leave[at]?.call(this.#visitors[at], node, ...place) === BREAK)
        this.#skipping[at] = BREAK;
    }
    this.#typeInfo.leave(node);
  }

  #stepsOf({ kind }: ASTNode): Steps {
    const known = this.#steps.get(kind);
    if (known !== undefined) return known;
    const parts = this.#visitors.map((visitor) => getEnterLeaveForKind(visitor, kind));
    const steps = {
      enter: parts.map(({ enter }) => enter as Step | undefined),
      leave: parts.map(({ leave }) => leave as Step | undefined),
    };
    this.#steps.set(kind, steps);
    return steps;
  }
}

/** At most `errorsMax` errors, and then one that says so. */
export function checkDocument(
  schema: GraphQLSchema,
  document: DocumentNode,
  rules: readonly ValidationRule[],
  errorsMax: number,
): readonly GraphQLError[] {
  const errors: GraphQLError[] = [];
  const typeInfo = new TypeInfo(schema);
  const context = new ValidationContext(schema, document, typeInfo, (error) => {
    if (errors.length >= errorsMax) throw new GraphQLError(ENOUGH);
    errors.push(error);
  });
  const walk = new Walk(context, typeInfo, rules);
  try {
    visit(document, {
      enter: (node, ...place) => walk.enter(node, place),
      leave: (node, ...place) => walk.leave(node, place),
    });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    errors.push(error); // by our count, or by a rule that found the document too much work
  }
  return errors;
}
