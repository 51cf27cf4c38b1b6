/**
 * The REST bridge as a table: route → GraphQL operation, and which part of the request becomes which variable. To add a
 * route, add its operation to schema/operations/ and a row here; the mapping of names, the refusals and the OpenAPI
 * document follow by themselves.
 */
import { type DocumentNode, parse } from 'graphql';
import {
  CancelTaskDocument,
  CreateTaskDocument,
  DeleteTaskDocument,
  ExecuteTaskDocument,
  GetTaskDocument,
  ListTasksDocument,
  ServerHealthDocument,
  ServerMetricsDocument,
  ServerStatusDocument,
  TaskEndDocument,
  type TaskEndQuery,
  TaskStatusStreamDocument,
  type TypedDocumentString,
  UpdateTaskDocument,
} from '../../generated/graphql/graphql.js';
import { TERMINAL_STATUSES } from '../../lifecycle/vocabulary.js';
import { lowerCase } from './names.js';
import { TASK_BODY, TASK_CHANGE } from './openapi/examples.js';
import type { Route } from './route.js';

const byId = { params: { id: 'id' } } as const;
const lastWords = new Set(TERMINAL_STATUSES.map(lowerCase));

/** The operations are texts, which the command line sends as they are; here they are read once. */
function parsed(operation: TypedDocumentString<unknown, never>): DocumentNode {
  return parse(operation.toString(), { noLocation: true });
}

export const ROUTES: readonly Route[] = [
  {
    kind: 'operation',
    method: 'POST',
    path: '/tasks',
    document: parsed(CreateTaskDocument),
    body: 'input',
    headers: { 'idempotency-key': 'input.idempotencyKey' },
    status: 201,
    location: '/tasks/{id}',
    tag: 'tasks',
    summary: 'Create a task',
    description:
      'The task is queued at once when nothing holds it back. The same `Idempotency-Key` with the same body creates once.',
    refusals: [403, 404, 409],
    example: { body: TASK_BODY },
  },
  {
    kind: 'operation',
    method: 'GET',
    path: '/tasks',
    document: parsed(ListTasksDocument),
    query: {
      status: 'filter.statuses',
      priority: 'filter.priorities',
      task_type: 'filter.taskTypes',
      layer: 'filter.layers',
      tag: 'filter.tags',
      mesh_id: 'filter.meshId',
      search: 'filter.search',
      created_after: 'filter.createdAfter',
      created_before: 'filter.createdBefore',
      order_by: 'orderBy.field',
      order: 'orderBy.direction',
      limit: 'first',
      first: 'first',
      after: 'after',
    },
    status: 200,
    tag: 'tasks',
    summary: 'List tasks',
    description:
      'Newest first unless ordered otherwise. Lists are separated by commas. Page on with `after` = `page_info.end_cursor`.',
  },
  {
    kind: 'operation',
    method: 'GET',
    path: '/tasks/{id}',
    document: parsed(GetTaskDocument),
    ...byId,
    status: 200,
    tag: 'tasks',
    summary: 'Read a task',
  },
  {
    kind: 'operation',
    method: 'PUT',
    path: '/tasks/{id}',
    document: parsed(UpdateTaskDocument),
    ...byId,
    body: 'input',
    status: 200,
    tag: 'tasks',
    summary: 'Change a task',
    description: 'Fields that are absent stay as they are. What is history already cannot be changed: 409.',
    refusals: [403, 409],
    example: { body: TASK_CHANGE },
  },
  {
    kind: 'operation',
    method: 'DELETE',
    path: '/tasks/{id}',
    document: parsed(DeleteTaskDocument),
    ...byId,
    status: 204,
    tag: 'tasks',
    summary: 'Delete a task',
    description: 'Hides the task; its history stays.',
    refusals: [403, 409],
  },
  {
    kind: 'operation',
    method: 'POST',
    path: '/tasks/{id}/execute',
    document: parsed(ExecuteTaskDocument),
    ...byId,
    status: 200,
    location: '/tasks/{id}',
    tag: 'tasks',
    summary: 'Execute a task',
    description:
      'Releases a held or scheduled task. One that has ended runs again as a new task, which is answered. A running one: 409.',
    refusals: [403, 409],
  },
  {
    kind: 'operation',
    method: 'POST',
    path: '/tasks/{id}/cancel',
    document: parsed(CancelTaskDocument),
    ...byId,
    status: 200,
    tag: 'tasks',
    summary: 'Cancel a task',
    description: 'Gracefully, then by force. Nothing of it starts afterwards.',
    refusals: [403, 409],
  },
  {
    kind: 'stream',
    method: 'GET',
    path: '/tasks/{id}/events',
    document: parsed(TaskStatusStreamDocument),
    ...byId,
    query: { after: 'after' },
    headers: { 'last-event-id': 'after' },
    cursor: 'after',
    ending: {
      document: parsed(TaskEndDocument),
      variable: 'id',
      end: (result) => (result as TaskEndQuery).events.nodes[0]?.seq,
    },
    frame: ({ seq, to }) => ({ id: Number(seq), name: String(to), isLast: lastWords.has(String(to)) }),
    tag: 'tasks',
    summary: 'Watch a task',
    description:
      'Every change of its status as server-sent events, from the beginning or behind `after`. Ends with the task.',
  },
  {
    kind: 'operation',
    method: 'GET',
    path: '/metrics',
    document: parsed(ServerMetricsDocument),
    status: 200,
    tag: 'system',
    summary: 'Metrics as JSON',
    description: 'Numbers by family; histograms as count, sum and estimated percentiles.',
  },
  {
    kind: 'face',
    method: 'GET',
    path: '/metrics/prometheus',
    face: 'prometheus',
    tag: 'system',
    summary: 'Metrics as Prometheus text',
  },
  {
    kind: 'operation',
    method: 'GET',
    path: '/health',
    document: parsed(ServerHealthDocument),
    status: 200,
    healthy: 'ready',
    tag: 'system',
    summary: 'Health and what it is made of',
  },
  { kind: 'face', method: 'GET', path: '/health/live', face: 'live', tag: 'system', summary: 'Liveness' },
  {
    kind: 'face',
    method: 'GET',
    path: '/health/ready',
    face: 'ready',
    tag: 'system',
    summary: 'Readiness',
    description: '503 while starting, draining or without the database.',
  },
  {
    kind: 'operation',
    method: 'GET',
    path: '/status',
    document: parsed(ServerStatusDocument),
    status: 200,
    tag: 'system',
    summary: 'What this server is and what it is doing',
  },
];
