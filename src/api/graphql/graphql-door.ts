/**
 * The one way to execute a GraphQL operation: gate, variables, execution, errors in the words of the API. HTTP (under
 * Apollo), WebSocket and the REST bridge all come through here. It knows no transport, and it never throws.
 */
import {
  type DocumentNode,
  createSourceEventStream,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { SystemClock } from '../../kit/clock.js';
import { inTurns } from '../../kit/turn.js';
import type { Reads } from '../../store/reads.js';
import { readsOf } from '../../store/tenant-reads.js';
import type { ApiContext } from '../context.js';
import type { GraphqlDoor, Visitor } from '../door.js';
import { variableErrors } from '../errors-coercion.js';
import { presentError, type ReportInternal } from '../errors-graphql.js';
import { Rates } from '../access/rates.js';
import { identityOf } from '../viewer.js';
import type { GraphqlLimits } from '../limits.js';
import { type Variables, variablesFault } from '../limits-variables.js';
import { VariableReader } from './coercion/variables.js';
import { Loaders } from './loaders.js';
import { OperationGate, operationIn } from './operation-gate.js';
import { Deliveries } from './stream/deliveries.js';
import { SharedResults } from './stream/shared-results.js';
import { SubscriptionCount, type SubscriptionPlace } from './stream/subscription-count.js';

/** Structured so that the log can be searched by request. */
export interface DoorLog {
  error(details: object, message: string): void;
}

export interface DoorOptions {
  readonly schema: GraphQLSchema;
  readonly reads: Reads;
  readonly limits: GraphqlLimits;
  readonly subscriptionsMax: number;
  /** Of one identity; unbounded when absent. */
  readonly costPerSecond?: number;
  /** The time a query or mutation may take; afterwards it goes on, but nobody waits for it. */
  readonly requestTimeoutMs?: number;
  readonly log: DoorLog;
}

export interface OperationRequest {
  readonly document: DocumentNode;
  readonly variables?: Variables | null;
  readonly operationName?: string | null;
  readonly viewer: Visitor;
  readonly requestId: string;
  readonly signal?: AbortSignal;
}

/** What graphql-js executes. */
interface Executable {
  readonly document: DocumentNode;
  readonly variableValues: Variables;
}

type Ready =
  | {
      readonly ok: true;
      readonly kind: OperationDefinitionNode['operation'];
      readonly executable: Executable;
    }
  | { readonly ok: false; readonly errors: GraphQLError[] };

const REQUEST_TIMEOUT_MS = 30_000;
const TENANTS_MAX = 1000;
const LATE =
  'this took longer than a request may take ([server] request_timeout_seconds); a change may still be carried out, look before you send it again';

/** Nobody listens to it: only subscriptions do, and they get one of their own. */
const NEVER = new AbortController().signal;

export class SchemaDoor implements GraphqlDoor {
  readonly gate: OperationGate;
  readonly subscriptions: SubscriptionCount;
  readonly #options: DoorOptions;
  readonly #variables: VariableReader;
  readonly #costs: Rates;
  readonly #shared: SharedResults;
  readonly #reads = new Map<string, Reads>();

  constructor(options: DoorOptions) {
    this.#options = options;
    this.#variables = new VariableReader(options.schema);
    this.#shared = new SharedResults(options.schema);
    this.gate = new OperationGate(options.schema, options.limits);
    this.#costs = new Rates(options.costPerSecond ?? Number.MAX_SAFE_INTEGER, new SystemClock());
    this.subscriptions = new SubscriptionCount(options.subscriptionsMax);
  }

  async execute(request: OperationRequest): Promise<ExecutionResult> {
    const ready = await this.#ready(request);
    if (!ready.ok) return { errors: ready.errors };
    if (ready.kind === 'subscription') {
      const message = 'a subscription needs a WebSocket (graphql-transport-ws) or an event stream';
      return { errors: [new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } })] };
    }
    const run = this.#run(request, ready.executable);
    const result = await inTime(run, this.#options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS);
    if (result === undefined)
      return { errors: [new GraphQLError(LATE, { extensions: { code: 'REQUEST_TIMEOUT' } })] };
    return this.#presented(result, request);
  }

  async subscribe(request: OperationRequest): Promise<Deliveries | ExecutionResult> {
    const ready = await this.#ready(request);
    if (!ready.ok) return { errors: ready.errors };
    const entered = this.subscriptions.enter();
    if (entered === undefined) return { errors: [this.subscriptions.full()] };
    const { schema } = this.#options;
    const { operationName, viewer } = request;
    const { signal, place } = untilOver(viewer, entered, request.signal);
    const contextValue = this.#context({ ...request, signal }, false);
    const asked = { schema, ...ready.executable, operationName, contextValue };
    const source = await createSourceEventStream(asked);
    if (Symbol.asyncIterator in source) {
      return new Deliveries(source, place, {
        result: (rootValue) => this.#delivered({ ...asked, rootValue }, request),
        refusal: () => overError(viewer),
        failure: (error) => presentError(error, request.requestId, this.#report(request.requestId)),
      });
    }
    place.leave();
    return this.#presented(source, request);
  }

  #delivered(asked: ExecutionArgs, request: OperationRequest): Promise<ExecutionResult> | ExecutionResult {
    const result = this.#shared.execute(asked);
    if (result instanceof Promise) return result.then((one) => this.#presented(one, request));
    return this.#presented(result, request);
  }

  /** What graphql-js throws instead of answering (a stack that overflowed, a document it cannot take) is an error too. */
  async #run(request: OperationRequest, executable: Executable): Promise<ExecutionResult> {
    const { schema } = this.#options;
    const { operationName } = request;
    const contextValue = this.#context(request, true);
    try {
      return await execute({ schema, ...executable, operationName, contextValue });
    } catch (error) {
      return { errors: [presentError(error, request.requestId, this.#report(request.requestId))] };
    }
  }

  async #ready({ document, variables, operationName, viewer }: OperationRequest): Promise<Ready> {
    const over = overError(viewer);
    if (over !== undefined) return { ok: false, errors: [over] };
    const admission = this.gate.admitDocument(document);
    if (!admission.ok) return { ok: false, errors: [...admission.errors] };
    const operation = operationIn(document, operationName);
    if (operation instanceof GraphQLError) return { ok: false, errors: [operation] };
    const tooMuch = this.#charge(viewer, this.gate.costOf(operation, document));
    if (tooMuch !== undefined) return { ok: false, errors: [tooMuch] };
    const fault = await inTurns(variablesFault(variables ?? undefined));
    if (fault !== undefined) return { ok: false, errors: [fault] };
    const read = await inTurns(this.#variables.read(document, operation, variables ?? {}));
    if (read.faults.length > 0) return { ok: false, errors: variableErrors(read.faults) };
    const executable = { document: read.document, variableValues: read.values };
    return { ok: true, kind: operation.operation, executable };
  }

  #charge(viewer: Visitor, cost: number): GraphQLError | undefined {
    const retryAfterSeconds = this.#costs.take(identityOf(viewer), cost);
    if (retryAfterSeconds === 0) return undefined;
    const message = `you have asked for more than your share; try again in ${retryAfterSeconds} s, ask for smaller pages, or raise [security] cost_per_second`;
    return new GraphQLError(message, { extensions: { code: 'OVERLOADED', retryAfterSeconds } });
  }

  #presented(result: ExecutionResult, { requestId }: OperationRequest): ExecutionResult {
    if (result.errors === undefined) return result;
    const report = this.#report(requestId);
    return { ...result, errors: result.errors.map((error) => presentError(error, requestId, report)) };
  }

  #context(
    { viewer: visitor, requestId, signal }: Pick<OperationRequest, 'viewer' | 'requestId' | 'signal'>,
    cache: boolean,
  ): ApiContext {
    const { credential, ...viewer } = visitor;
    const reads = this.#readsOf(viewer.tenant);
    return {
      viewer,
      expiresAt: credential?.expiresAt ?? null,
      requestId,
      signal: signal ?? NEVER,
      reads,
      loaders: new Loaders(reads, { cache }),
    };
  }

  /** Of the tenants seen of late. */
  #readsOf(tenant: string): Reads {
    const known = this.#reads.get(tenant);
    if (known !== undefined) return known;
    if (this.#reads.size >= TENANTS_MAX) this.#reads.clear();
    const reads = readsOf(this.#options.reads, tenant);
    this.#reads.set(tenant, reads);
    return reads;
  }

  #report(requestId: string): ReportInternal {
    return (err, path) => this.#options.log.error({ err, requestId, path }, 'a GraphQL operation failed');
  }
}

/** A token that was good when a socket opened may not be any more. */
function overError({ credential }: Visitor): GraphQLError | undefined {
  const why = credential?.over;
  return why === undefined ? undefined : new GraphQLError(why, { extensions: { code: 'UNAUTHENTICATED' } });
}

/** The stream of a subscription ends with the credential, and stops listening to it when it ends itself. */
function untilOver(
  { credential }: Visitor,
  entered: SubscriptionPlace,
  given: AbortSignal | undefined,
): { signal: AbortSignal; place: SubscriptionPlace } {
  const own = new AbortController();
  if (credential === undefined) return { signal: given ?? own.signal, place: entered };
  const stop = credential.whenOver(() => own.abort());
  const leave = (): void => {
    stop();
    entered.leave();
  };
  return {
    signal: given === undefined ? own.signal : AbortSignal.any([given, own.signal]),
    place: { leave },
  };
}

/** Undefined when it takes longer; the work itself goes on. */
async function inTime<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
