/**
 * The GraphQL door that tells of every operation it has answered: kind, root fields, outcome, time. HTTP, WebSocket and
 * REST all pass through it; what the gate refuses before it is parsed never gets here. Made by the composition root in
 * the place of the plain door.
 */
import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { inSpan, type Tracer } from '../kit/trace/tracer.js';
import { NodeNotes } from './graphql/node-notes.js';
import type { Deliveries } from './graphql/stream/deliveries.js';
import type { Clock } from '../kit/clock.js';
import { httpStatusOf } from './errors.js';
import { type DoorOptions, type OperationRequest, SchemaDoor } from './graphql/graphql-door.js';
import { operationIn } from './graphql/operation-gate.js';

/** The shape of `GraphqlMetrics.ended`. */
export interface OperationEnd {
  readonly kind: 'query' | 'mutation' | 'subscription' | 'unknown';
  readonly fields: readonly string[];
  readonly outcome: 'ok' | 'refused' | 'failed' | 'invalid';
  readonly seconds: number;
}

/** Named in a span. */
const SPAN_FIELDS_MAX = 5;

export interface MeteredDoorOptions extends DoorOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly ended: (operation: OperationEnd) => void;
  /** Undefined: nothing is traced. */
  readonly tracer?: Tracer | undefined;
}

export class MeteredDoor extends SchemaDoor {
  readonly #options: MeteredDoorOptions;

  constructor(options: MeteredDoorOptions) {
    super(options);
    this.#options = options;
  }

  override execute(request: OperationRequest): Promise<ExecutionResult> {
    return this.#timed(request, () => super.execute(request));
  }

  /** Told when the stream opens or is refused; how long it stays open is nobody's latency. */
  override subscribe(request: OperationRequest): Promise<Deliveries | ExecutionResult> {
    return this.#timed(request, () => super.subscribe(request));
  }

  async #timed<R extends object>(request: OperationRequest, run: () => Promise<R>): Promise<R> {
    const startedAt = this.#options.clock.monotonic();
    const asked = askedBy(request);
    const result = await this.#traced(asked, run);
    const seconds = (this.#options.clock.monotonic() - startedAt) / 1000;
    this.#options.ended({ ...asked, outcome: outcomeOf(result), seconds });
    return result;
  }

  #traced<R>({ kind, fields }: Asked, run: () => Promise<R>): Promise<R> {
    const { tracer } = this.#options;
    if (tracer === undefined) return run();
    return inSpan(tracer, `${kind} ${fields.slice(0, SPAN_FIELDS_MAX).join(' ')}`, { run });
  }
}

/** The only names that may become label values. */
export function rootFieldsOf(schema: GraphQLSchema): string[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return roots.flatMap((root) => Object.keys(root?.getFields() ?? {}));
}

interface Asked {
  readonly kind: OperationEnd['kind'];
  readonly fields: readonly string[];
}

/** The REST bridge sends the same few documents again and again. */
const asked = new NodeNotes<DocumentNode, Asked>();

function askedBy({ document, operationName }: OperationRequest): Asked {
  const known = asked.get(document);
  if (known !== undefined) return known;
  const operation = operationIn(document, operationName);
  if (operation instanceof Error) return { kind: 'unknown', fields: [] };
  const found = { kind: operation.operation, fields: rootFields(operation) };
  if (document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION).length === 1)
    asked.set(document, found);
  return found;
}

function rootFields({ selectionSet }: OperationDefinitionNode): string[] {
  return selectionSet.selections.map((one) => (one.kind === Kind.FIELD ? one.name.value : ''));
}

function outcomeOf(result: object): OperationEnd['outcome'] {
  const [error] = (result as ExecutionResult).errors ?? [];
  if (error === undefined) return 'ok';
  const status = httpStatusOf(String(error.extensions.code));
  if (status === 500) return 'failed';
  return status === 400 ? 'invalid' : 'refused';
}
