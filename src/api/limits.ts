/**
 * The limits of a GraphQL operation as plain validation rules. The door runs them before the rules of the language, on
 * HTTP and WebSocket alike, because those rules take quadratic time on documents made for it. A document over a limit
 * is the caller's error and names the limit, the measure and the setting.
 */
import {
  type ASTVisitor,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import type { DoorCode } from './errors.js';
import { unstorable } from './graphql/scalar/text-rules.js';
import { DocumentMeasure, type Measure } from './limits-measure.js';

export interface GraphqlLimits {
  readonly depthMax: number;
  readonly tokensMax: number;
  readonly aliasesMax: number;
  readonly directivesMax: number;
  readonly costMax: number;
}

export const DEFAULT_LIMITS: GraphqlLimits = {
  depthMax: 12,
  tokensMax: 8000,
  aliasesMax: 30,
  directivesMax: 50,
  costMax: 50_000,
};

/** Operations in one document; a client sends one, a file of them a handful. */
const OPERATIONS_MAX = 20;
/**
 * Selection sets and fragment spreads in one document. The rules of the language compare fields of the same name
 * pairwise: 1,900 times `health { ready }` took them 700 ms, 500 times 50 ms.
 */
const PARTS_MAX = 500;

interface Rule {
  readonly code: DoorCode;
  readonly measure: keyof Measure;
  readonly limit: keyof GraphqlLimits;
  readonly setting: string;
  readonly says: (measured: number, limit: number) => string;
}

const RULES: readonly Rule[] = [
  {
    code: 'QUERY_TOO_DEEP',
    measure: 'depth',
    limit: 'depthMax',
    setting: 'graphql_depth_max',
    says: (_, limit) => `is nested deeper than ${limit} levels; ask for the inner part in a query of its own`,
  },
  {
    code: 'QUERY_TOO_MANY_ALIASES',
    measure: 'aliases',
    limit: 'aliasesMax',
    setting: 'graphql_aliases_max',
    says: (measured, limit) =>
      `has ${measured} aliases, at most ${limit} are allowed; send several operations`,
  },
  {
    code: 'QUERY_TOO_MANY_DIRECTIVES',
    measure: 'directives',
    limit: 'directivesMax',
    setting: 'graphql_directives_max',
    says: (measured, limit) =>
      `has ${measured} directives, at most ${limit} are allowed; leave out what is not wanted`,
  },
  {
    code: 'QUERY_TOO_COMPLEX',
    measure: 'cost',
    limit: 'costMax',
    setting: 'graphql_cost_max',
    says: (measured, limit) =>
      `may cost ${measured}, at most ${limit} is allowed; ask for smaller pages (first) or fewer nested lists`,
  },
];

function faultsOf(node: OperationDefinitionNode, measure: Measure, limits: GraphqlLimits): GraphQLError[] {
  const name =
    node.name === undefined ? `this ${node.operation}` : `the ${node.operation} ${node.name.value}`;
  const broken = RULES.filter((rule) => measure[rule.measure] > limits[rule.limit]);
  return broken.map(({ code, says, setting, measure: what, limit }) => {
    const message = `${name} ${says(measure[what], limits[limit])} ([server] ${setting})`;
    return new GraphQLError(message, { nodes: node, extensions: { code, limit: limits[limit] } });
  });
}

function operationsOf(document: DocumentNode): OperationDefinitionNode[] {
  return document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
}

function crowd(what: string, number: number, max: number): GraphQLError | undefined {
  if (number <= max) return undefined;
  const message = `the document has ${number} ${what}, at most ${max} are allowed; send several`;
  return new GraphQLError(message, { extensions: { code: 'QUERY_TOO_COMPLEX', limit: max } });
}

function sizeFaults(
  schema: GraphQLSchema,
  document: DocumentNode,
  { limits, parts }: { readonly limits: GraphqlLimits; readonly parts: number },
): readonly GraphQLError[] {
  const operations = operationsOf(document);
  const tooMany =
    crowd('operations', operations.length, OPERATIONS_MAX) ?? crowd('selections', parts, PARTS_MAX);
  if (tooMany !== undefined) return [tooMany];
  const measure = new DocumentMeasure(schema, document, limits.depthMax);
  return operations.flatMap((node) => faultsOf(node, measure.operation(node), limits));
}

export function sizeRule(limits: GraphqlLimits): ValidationRule {
  return (context: ValidationContext): ASTVisitor => {
    let parts = 0;
    const count = (): void => {
      parts++;
    };
    return {
      SelectionSet: count,
      FragmentSpread: count,
      Document: {
        leave(document) {
          for (const fault of sizeFaults(context.getSchema(), document, { limits, parts }))
            context.reportError(fault);
        },
      },
    };
  };
}

/** Texts written into the document; those in variables are checked with the variables. */
export function textRule(context: ValidationContext): ASTVisitor {
  return {
    StringValue(node) {
      const wrong = unstorable(node.value);
      if (wrong === undefined) return;
      const extensions = { code: 'INVALID_INPUT' };
      context.reportError(new GraphQLError(`a text in the document ${wrong}`, { nodes: node, extensions }));
    },
  };
}

export function limitRules(limits: GraphqlLimits): readonly ValidationRule[] {
  return [sizeRule(limits), textRule];
}
