/** The routes of schedules. Read by `../routes.ts`. */
import type { DocumentNode } from 'graphql';
import type { Route } from '../route.js';

export interface ScheduleDocuments {
  readonly list: DocumentNode;
  readonly read: DocumentNode;
  readonly create: DocumentNode;
  readonly update: DocumentNode;
  readonly remove: DocumentNode;
  readonly pause: DocumentNode;
  readonly resume: DocumentNode;
  readonly trigger: DocumentNode;
}

const TEXT = { template: 'pause', params: { pause: 200 }, cron: '30 2 * * 1-5', time_zone: 'Europe/Berlin' };
const ONE = '/schedules/{name}';
const byName = { params: { name: 'name' }, tag: 'schedules' } as const;

export function scheduleRoutes(documents: ScheduleDocuments): readonly Route[] {
  const { list, read, create, update, remove, pause, resume, trigger } = documents;
  return [
    {
      ...{ kind: 'operation', method: 'GET', path: '/schedules', document: list, status: 200 },
      query: { search: 'search', first: 'first', after: 'after' },
      ...{ tag: 'schedules', summary: 'List the schedules' },
    },
    {
      ...{ kind: 'operation', method: 'POST', path: '/schedules', document: create, body: 'input' },
      ...{ status: 201, location: ONE, tag: 'schedules', summary: 'Run a template at times' },
      description: 'Due from now on.',
      ...{ refusals: [403, 404, 409], example: { body: { name: 'nightly', ...TEXT } } },
    },
    {
      ...{ kind: 'operation', method: 'GET', path: ONE, document: read, ...byName },
      ...{ query: { count: 'count' }, status: 200, summary: 'Read a schedule' },
      description: 'With its next `count` due times.',
    },
    {
      ...{ kind: 'operation', method: 'PUT', path: ONE, document: update, ...byName },
      ...{ body: 'input', status: 200, summary: 'Replace a schedule' },
      description: 'When `expected_revision` is not the newest any more, nothing changes: 409.',
      ...{ refusals: [403, 409], example: { body: { expected_revision: 1, ...TEXT } } },
    },
    {
      ...{ kind: 'operation', method: 'DELETE', path: ONE, document: remove, ...byName },
      ...{ status: 204, summary: 'Delete a schedule', refusals: [403], description: 'Its meshes stay.' },
    },
    {
      ...{ kind: 'operation', method: 'POST', path: `${ONE}/pause`, document: pause, ...byName },
      ...{ status: 200, summary: 'Pause a schedule', refusals: [403] },
      description: 'What falls due meanwhile is not run, and not caught up.',
    },
    {
      ...{ kind: 'operation', method: 'POST', path: `${ONE}/resume`, document: resume, ...byName },
      ...{ status: 200, summary: 'Let a schedule go on', refusals: [403] },
    },
    {
      ...{ kind: 'operation', method: 'POST', path: `${ONE}/trigger`, document: trigger, ...byName },
      headers: { 'idempotency-key': 'idempotencyKey' },
      ...{ status: 201, summary: 'Run what is scheduled now', refusals: [403, 409] },
      description: 'A mesh beside the due times.',
    },
  ];
}
