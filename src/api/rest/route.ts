/**
 * What a row of the REST table says: which operation stands behind a route, which parts of the request become which of
 * its variables, and how the answer is presented. Rows are values; bridge.ts, event-stream.ts and openapi/ read them.
 */
import { type DocumentNode, Kind } from 'graphql';
import { assert } from '../../kit/assert.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Names outside → path of the variable inside (`filter.statuses`). */
export type Variables = Readonly<Record<string, string>>;

export interface RouteWords {
  readonly summary: string;
  readonly description?: string;
  readonly tag:
    | 'tasks'
    | 'templates'
    | 'schedules'
    | 'circuits'
    | 'learning'
    | 'consciousness'
    | 'alerts'
    | 'security'
    | 'system';
  /** Refusals beyond those that every route has. */
  readonly refusals?: readonly number[];
}

interface RequestParts {
  readonly method: Method;
  /** With parameters in braces: `/tasks/{id}`. */
  readonly path: string;
  readonly params?: Variables;
  readonly query?: Variables;
  readonly headers?: Variables;
}

/** A query or mutation. */
export interface OperationRoute extends RequestParts, RouteWords {
  readonly kind: 'operation';
  readonly document: DocumentNode;
  /** The variable that the JSON body becomes. */
  readonly body?: string;
  readonly status: 200 | 201 | 204;
  /** Where the thing that was made can be read: `/tasks/{id}`, filled from the answer. */
  readonly location?: string;
  /** Member of the answer that must be true; otherwise the status is 503. */
  readonly healthy?: string;
  /** An example of the body, and of the answer, for the documentation. */
  readonly example?: { readonly body?: unknown; readonly answer?: unknown };
}

/** A subscription as server-sent events. */
export interface StreamRoute extends RequestParts, RouteWords {
  readonly kind: 'stream';
  readonly method: 'GET';
  readonly document: DocumentNode;
  /** The variable that says from where on. */
  readonly cursor: string;
  /** Asked before the stream opens: has what it is about ended, and with which event? */
  readonly ending: {
    readonly document: DocumentNode;
    readonly variable: string;
    end(result: Readonly<Record<string, unknown>>): number | undefined;
  };
  /** What of an event, as REST writes it, becomes the frame's `id` and `event`, and whether nothing can follow it. */
  frame(event: Readonly<Record<string, unknown>>): {
    readonly id: number;
    readonly name: string;
    readonly isLast: boolean;
  };
}

/** Answered by a face of the server without GraphQL: probes that must answer while nothing else does, and plain text. */
export interface FaceRoute extends RouteWords {
  readonly kind: 'face';
  readonly method: 'GET';
  readonly path: string;
  readonly face: 'live' | 'ready' | 'prometheus';
}

export type Route = OperationRoute | StreamRoute | FaceRoute;

/** `/tasks/{id}` as Fastify writes it: `/tasks/:id`. */
export function fastifyPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

/** `Mutation.createTask`: the one field that the document of a route asks for. */
export function rootFieldOf({ document }: OperationRoute | StreamRoute): string {
  const [operation] = document.definitions;
  assert(operation?.kind === Kind.OPERATION_DEFINITION, 'the document of a route is one operation');
  const [field] = operation.selectionSet.selections;
  assert(field?.kind === Kind.FIELD, 'the operation of a route asks for a field');
  const root = operation.operation.replace(/^./, (letter) => letter.toUpperCase());
  return `${root}.${field.name.value}`;
}
