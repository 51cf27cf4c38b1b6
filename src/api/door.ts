/**
 * What the outside doors share: who a request is, what it brings, and the one way to execute an operation.
 * HTTP GraphQL, WebSocket GraphQL and the REST bridge all pass through `GraphqlDoor`, so that validation, limits,
 * identity and errors are the same everywhere. The composition root builds it.
 */
import type { DocumentNode, ExecutionResult } from 'graphql';
import type { Role } from '../lifecycle/role.js';
import type { Caller } from '../orchestrator/commands.js';
import type { Credential } from '../security/credential.js';

/** Who asks, decided once per request or socket from the token and the address. */
export interface Viewer extends Caller {
  readonly tenant: string;
  readonly role: Role;
  /** From this machine, without a token. */
  readonly isAnonymous: boolean;
  /** Where the request came from. */
  readonly address: string;
}

/** A viewer at the door; the credential goes no farther. */
export interface Visitor extends Viewer {
  /** Absent: it holds for ever. */
  readonly credential?: Credential | undefined;
}

export interface GraphqlDoor {
  /** Validates (with limits), executes a query or mutation and answers the result; never throws. */
  execute(request: {
    readonly document: DocumentNode;
    readonly variables?: Readonly<Record<string, unknown>>;
    readonly operationName?: string;
    readonly viewer: Visitor;
    readonly requestId: string;
    readonly signal?: AbortSignal;
  }): Promise<ExecutionResult>;
  /** A subscription as a stream of results, for server-sent events. */
  subscribe(request: {
    readonly document: DocumentNode;
    readonly variables?: Readonly<Record<string, unknown>>;
    readonly viewer: Visitor;
    readonly requestId: string;
    readonly signal: AbortSignal;
  }): Promise<AsyncIterable<ExecutionResult> | ExecutionResult>;
}
