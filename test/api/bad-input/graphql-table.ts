/**
 * Bad inputs of the GraphQL door, as data: what is sent, and how it must be answered. Each answer names the place and
 * the fix. The rows are independent of what stands behind the door; `graphql-ask.ts` sends them.
 */
import { documentRows } from './graphql-document-rows.js';
import { inputRows } from './graphql-input-rows.js';
import { protocolRows } from './graphql-protocol-rows.js';
import { socketRows } from './graphql-socket-rows.js';

/** An operation; it is refused alike over HTTP and WebSocket. */
export interface BadOperation {
  readonly name: string;
  readonly query: () => string;
  readonly variables?: () => object;
  /** Over HTTP: 400 when nothing was executed, 200 when the refusal came out of a field. */
  readonly status: 200 | 400;
  readonly code: string;
  readonly field?: string;
  readonly says: RegExp;
  /** Too large for a message of a WebSocket. */
  readonly httpOnly?: boolean;
}

/** A request that is wrong before it is an operation. */
export interface BadRequest {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: () => string | Buffer;
  readonly status: number;
  readonly code: string;
  readonly says: RegExp;
}

/** What a client says on a socket that must not be said; `{ type }` of the last message, or the code it is closed with. */
export interface BadConversation {
  readonly name: string;
  readonly protocol?: string;
  readonly say: readonly (string | Buffer)[];
  readonly closed: number;
}

export const badOperations: readonly BadOperation[] = [...documentRows, ...inputRows];
export const badRequests: readonly BadRequest[] = protocolRows;
export const badConversations: readonly BadConversation[] = socketRows;
