/** The routes of templates. Read by `../routes.ts`. */
import type { DocumentNode } from 'graphql';
import type { Route } from '../route.js';

export interface TemplateDocuments {
  readonly list: DocumentNode;
  readonly read: DocumentNode;
  readonly create: DocumentNode;
  readonly update: DocumentNode;
  readonly remove: DocumentNode;
  readonly instantiate: DocumentNode;
}

const TEXT = {
  parameters: [{ name: 'pause', type: 'integer', default: 100, min: 0, max: 60000 }],
  definition: {
    name: 'pause',
    tasks: [{ key: 'pause', work: { wait: { durationMs: '${params.pause}' } } }],
  },
};
const byName = { params: { name: 'name' }, tag: 'templates' } as const;

export function templateRoutes(documents: TemplateDocuments): readonly Route[] {
  const { list, read, create, update, remove, instantiate } = documents;
  return [
    {
      ...{ kind: 'operation', method: 'GET', path: '/templates', document: list, status: 200 },
      query: { search: 'search', first: 'first', after: 'after' },
      ...{ tag: 'templates', summary: 'List the templates' },
    },
    {
      ...{ kind: 'operation', method: 'POST', path: '/templates', document: create, body: 'input' },
      ...{ status: 201, location: '/templates/{name}', tag: 'templates', summary: 'Keep a template' },
      description:
        'A mesh in the one shape of files, with `${params.NAME}` in its texts. Names inside `definition` are as in files.',
      ...{ refusals: [403, 409], example: { body: { name: 'pause', ...TEXT } } },
    },
    {
      ...{ kind: 'operation', method: 'GET', path: '/templates/{name}', document: read, ...byName },
      ...{ query: { version: 'version' }, status: 200, summary: 'Read a template' },
    },
    {
      ...{ kind: 'operation', method: 'PUT', path: '/templates/{name}', document: update, ...byName },
      ...{ body: 'input', status: 200, summary: 'Change a template' },
      description: 'A new version. When `expected_version` is not the newest any more, nothing changes: 409.',
      ...{ refusals: [403, 409], example: { body: { expected_version: 1, ...TEXT } } },
    },
    {
      ...{ kind: 'operation', method: 'DELETE', path: '/templates/{name}', document: remove, ...byName },
      ...{ status: 204, summary: 'Delete a template', refusals: [403] },
      description: 'Its versions stay readable by number, and the meshes made of it stay.',
    },
    {
      ...{ kind: 'operation', method: 'POST', path: '/templates/{name}/meshes', document: instantiate },
      ...{ params: { name: 'input.template' }, body: 'input', tag: 'templates', status: 201 },
      headers: { 'idempotency-key': 'input.idempotencyKey' },
      summary: 'Run a template',
      description: 'A mesh of it. The same `Idempotency-Key` with the same body makes one.',
      ...{ refusals: [403, 404, 409], example: { body: { params: { pause: 200 } } } },
    },
  ];
}
