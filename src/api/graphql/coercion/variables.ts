/**
 * The variables of an operation as its definitions want them, or every fault in them by place. Called by the door before
 * execution, so that a large submission is read in stages; graphql-js is then handed a document whose variables are
 * declared as free JSON, which it passes on untouched.
 */
import {
  type ConstValueNode,
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
  type TypeNode,
  valueFromAST,
  type VariableDefinitionNode,
} from 'graphql';
import type { Stages } from '../../../kit/turn.js';
import type { Fault } from '../../../lifecycle/refusal.js';
import type { Variables } from '../../limits-variables.js';
import { NodeNotes } from '../node-notes.js';
import { GraphQLJson } from '../scalar/json-scalar.js';
import { coerced, FAULTS_MAX } from './input-coercer.js';

export interface CoercedVariables {
  /** To be executed in the place of the one that was asked for. */
  readonly document: DocumentNode;
  readonly values: Variables;
  /** Empty when the variables fit. */
  readonly faults: readonly Fault[];
}

interface Declared {
  readonly name: string;
  readonly type: GraphQLInputType;
  readonly defaultValue: ConstValueNode | undefined;
}

const TAKEN_AS_IT_IS: TypeNode = {
  kind: Kind.NAMED_TYPE,
  name: { kind: Kind.NAME, value: GraphQLJson.name },
};

export class VariableReader {
  readonly #schema: GraphQLSchema;
  readonly #declared = new NodeNotes<OperationDefinitionNode, readonly Declared[]>();
  readonly #documents = new NodeNotes<DocumentNode, DocumentNode>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** The document has passed the gate: all its types exist and are input types. */
  *read(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    given: Variables,
  ): Stages<CoercedVariables> {
    const declared = this.#declaredBy(operation);
    if (declared.length === 0) return { document, values: {}, faults: [] };
    const values: Record<string, unknown> = {};
    const faults: Fault[] = [];
    for (const { name, type, defaultValue } of declared) {
      if (Object.hasOwn(given, name) || (defaultValue === undefined && isNonNullType(type)))
        values[name] = yield* coerced(type, given[name], name, faults);
      else if (defaultValue !== undefined) values[name] = valueFromAST(defaultValue, type);
    }
    return { document: this.#taking(document), values, faults: faults.slice(0, FAULTS_MAX) };
  }

  #declaredBy(operation: OperationDefinitionNode): readonly Declared[] {
    let declared = this.#declared.get(operation);
    if (declared === undefined) {
      declared = (operation.variableDefinitions ?? []).map((node) => this.#declaration(node));
      this.#declared.set(operation, declared);
    }
    return declared;
  }

  #declaration({ variable, type, defaultValue }: VariableDefinitionNode): Declared {
    return {
      name: variable.name.value,
      type: typeFromAST(this.#schema, type) as GraphQLInputType,
      defaultValue,
    };
  }

  #taking(document: DocumentNode): DocumentNode {
    let taking = this.#documents.get(document);
    if (taking === undefined) {
      const definitions = document.definitions.map((one) =>
        one.kind === Kind.OPERATION_DEFINITION
          ? { ...one, variableDefinitions: one.variableDefinitions?.map(takenAsItIs) }
          : one,
      );
      taking = { ...document, definitions };
      this.#documents.set(document, taking);
    }
    return taking;
  }
}

/** Defaults are in the values already. */
function takenAsItIs({ defaultValue: _, ...node }: VariableDefinitionNode): VariableDefinitionNode {
  return { ...node, type: TAKEN_AS_IT_IS };
}
