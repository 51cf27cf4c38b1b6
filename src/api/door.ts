/**
 * What the outside doors share: who a request is, what it brings, and the one way to execute an operation.
 * HTTP GraphQL, WebSocket GraphQL and the REST bridge all pass through `GraphqlDoor`, so that validation, limits,
 * identity and errors are the same everywhere. The composition root builds it.
 */
import type { DocumentNode, ExecutionResult } from 'graphql';
import type { Caller } from '../orchestrator/commands.js';

/** Who asks, decided once per request or socket from the token and the address. */
export type Viewer = Caller;

export interface GraphqlDoor {
  /** Validates (with limits), executes a query or mutation and answers the result; never throws. */
  execute(request: {
    readonly document: DocumentNode;
    readonly variables?: Readonly<Record<string, unknown>>;
    readonly operationName?: string;
    readonly viewer: Viewer;
    readonly requestId: string;
    readonly signal?: AbortSignal;
  }): Promise<ExecutionResult>;
  /** A subscription as a stream of results, for server-sent events. */
  subscribe(request: {
    readonly document: DocumentNode;
    readonly variables?: Readonly<Record<string, unknown>>;
    readonly viewer: Viewer;
    readonly requestId: string;
    readonly signal: AbortSignal;
  }): Promise<AsyncIterable<ExecutionResult> | ExecutionResult>;
}
