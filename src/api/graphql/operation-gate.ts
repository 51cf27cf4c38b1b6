/**
 * Through here passes every operation before it runs: text → document → within the limits → valid for the schema.
 * A document that has passed twice is remembered, so a client's repeated query is parsed and checked no more. One with its values
 * in the text comes once: to keep it would fill the memory with what nobody sends again. Used by HTTP, WebSocket and the
 * REST bridge alike; it never executes anything.
 */
import {
  type DocumentNode,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
} from 'graphql';
import { placeOf } from '../errors-coercion.js';
import { type GraphqlLimits, limitRules } from '../limits.js';
import { DocumentMeasure } from '../limits-measure.js';
import { DocumentCheck } from './document-check.js';
import { NodeNotes } from './node-notes.js';
import { RecentTexts } from './recent-texts.js';

export type Admission =
  | { readonly ok: true; readonly document: DocumentNode }
  | { readonly ok: false; readonly errors: readonly GraphQLError[] };

/** Together at most this many characters of query text are remembered, oldest use first out; a document is twenty times its text. */
const REMEMBERED_CHARS_MAX = 4_000_000;
/** Of texts alone. */
const SEEN_CHARS_MAX = 1_000_000;
const ERRORS_MAX = 20;

function refused(code: string, message: string, from?: GraphQLError): Admission {
  const { nodes, source, positions } = from ?? {};
  return {
    ok: false,
    errors: [new GraphQLError(message, { nodes, source, positions, extensions: { code } })],
  };
}

/** The parser recurses: a document of nothing but braces ends as a RangeError, long before it is a memory problem. */
function parseFault(error: unknown, tokensMax: number): Admission {
  if (error instanceof RangeError)
    return refused('QUERY_TOO_DEEP', 'the document is nested far too deep; flatten it');
  const fault = error as GraphQLError;
  if (!/\d+ tokens. Parsing aborted/.test(fault.message))
    return refused('GRAPHQL_PARSE_FAILED', fault.message, fault);
  const message = `the document has more than ${tokensMax} tokens; hand large inputs over as variables ([server] graphql_tokens_max)`;
  return refused('QUERY_TOO_LONG', message, fault);
}

function inPlace(document: DocumentNode, error: GraphQLError): GraphQLError {
  const { nodes, source, positions, message, extensions } = error;
  const field = nodes?.[0] && placeOf(document, nodes[0]);
  const code = extensions.code ?? 'GRAPHQL_VALIDATION_FAILED';
  return new GraphQLError(message, {
    nodes,
    source,
    positions,
    extensions: { ...extensions, code, ...(field ? { field } : {}) },
  });
}

export class OperationGate {
  readonly #schema: GraphQLSchema;
  readonly #limits: GraphqlLimits;
  readonly #limitCheck: DocumentCheck;
  readonly #languageCheck: DocumentCheck;
  readonly #remembered = new RecentTexts<DocumentNode>(REMEMBERED_CHARS_MAX);
  /** Once. */
  readonly #seen = new RecentTexts<true>(SEEN_CHARS_MAX);
  readonly #passed = new NodeNotes<DocumentNode, Admission>();
  readonly #costs = new NodeNotes<OperationDefinitionNode, number>();

  constructor(schema: GraphQLSchema, limits: GraphqlLimits) {
    this.#schema = schema;
    this.#limits = limits;
    this.#limitCheck = new DocumentCheck(schema, limitRules(limits));
    this.#languageCheck = new DocumentCheck(schema, specifiedRules);
  }

  admitText(text: string): Admission {
    const known = this.#remembered.get(text);
    if (known !== undefined) return { ok: true, document: known };
    const parsed = this.#parse(text);
    if (!parsed.ok) return parsed;
    const admission = this.admitDocument(parsed.document);
    if (!admission.ok) return admission;
    if (this.#seen.get(text) === undefined) this.#seen.set(text, true);
    else this.#remembered.set(text, admission.document);
    return admission;
  }

  /** For documents of our own (REST); each is checked once. */
  admitDocument(document: DocumentNode): Admission {
    const known = this.#passed.get(document);
    if (known !== undefined) return known;
    const admission = this.#check(document);
    this.#passed.set(document, admission);
    return admission;
  }

  /** In objects' worth; of an operation of a document that was admitted. */
  costOf(operation: OperationDefinitionNode, document: DocumentNode): number {
    const known = this.#costs.get(operation);
    if (known !== undefined) return known;
    const { cost } = new DocumentMeasure(this.#schema, document, this.#limits.depthMax).operation(operation);
    this.#costs.set(operation, cost);
    return cost;
  }

  #parse(text: string): Admission {
    try {
      return { ok: true, document: parse(text, { maxTokens: this.#limits.tokensMax }) };
    } catch (error) {
      return parseFault(error, this.#limits.tokensMax);
    }
  }

  #check(document: DocumentNode): Admission {
    const beyond = this.#limitCheck.errors(document, ERRORS_MAX);
    const errors = beyond.length > 0 ? beyond : this.#languageCheck.errors(document, ERRORS_MAX);
    if (errors.length === 0) return { ok: true, document };
    return { ok: false, errors: errors.map((error) => inPlace(document, error)) };
  }
}

/** The one operation that is meant, or why it cannot be told. */
export function operationIn(
  document: DocumentNode,
  name?: string | null,
): OperationDefinitionNode | GraphQLError {
  const operation = getOperationAST(document, name);
  if (operation) return operation;
  const named = document.definitions.flatMap((one) =>
    one.kind === 'OperationDefinition' && one.name ? [one.name.value] : [],
  );
  const choice = named.length > 0 ? `; the document has ${named.slice(0, 10).join(', ')}` : '';
  const message = name
    ? `no operation is called ${JSON.stringify(name.slice(0, 64))}${choice}`
    : `operationName must say which operation to run${choice}`;
  return new GraphQLError(message, {
    extensions: { code: 'OPERATION_RESOLUTION_FAILURE', field: 'operationName' },
  });
}
