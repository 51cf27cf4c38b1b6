/** The routes of identities and the audit. Read by `routes.ts`. */
import type { DocumentNode } from 'graphql';
import type { Route } from './route.js';

export interface SecurityDocuments {
  readonly viewer: DocumentNode;
  readonly tokens: DocumentNode;
  readonly create: DocumentNode;
  readonly revoke: DocumentNode;
  readonly revokeIdentity: DocumentNode;
  readonly audit: DocumentNode;
}

const TOKEN_BODY = { name: 'nightly deploys', role: 'developer', lifetime_seconds: 86_400 };

export function securityRoutes(documents: SecurityDocuments): readonly Route[] {
  return [
    {
      kind: 'operation',
      method: 'GET',
      path: '/viewer',
      document: documents.viewer,
      status: 200,
      tag: 'security',
      summary: 'Who you are here, and what you may do',
    },
    {
      kind: 'operation',
      method: 'GET',
      path: '/tokens',
      document: documents.tokens,
      query: { tenant: 'tenant' },
      status: 200,
      tag: 'security',
      summary: 'The API tokens of a tenant',
      refusals: [403],
    },
    {
      kind: 'operation',
      method: 'POST',
      path: '/tokens',
      document: documents.create,
      body: 'input',
      status: 201,
      tag: 'security',
      summary: 'Make an API token; it is told once',
      refusals: [403],
      example: { body: TOKEN_BODY },
    },
    {
      kind: 'operation',
      method: 'DELETE',
      path: '/tokens/{id}',
      document: documents.revoke,
      params: { id: 'id' },
      query: { tenant: 'tenant' },
      status: 200,
      tag: 'security',
      summary: 'Revoke an API token, at once and for good',
      refusals: [403],
    },
    revocation(documents.revokeIdentity),
    {
      kind: 'operation',
      method: 'GET',
      path: '/audit',
      document: documents.audit,
      query: {
        actor: 'filter.actor',
        action: 'filter.action',
        subject: 'filter.subject',
        refused: 'filter.refused',
        since: 'filter.since',
        until: 'filter.until',
        first: 'first',
        after: 'after',
      },
      status: 200,
      tag: 'security',
      summary: 'What people changed, newest first',
      refusals: [403],
    },
  ];
}

function revocation(document: DocumentNode): Route {
  return {
    kind: 'operation',
    method: 'POST',
    path: '/identities/revocations',
    document,
    body: 'input',
    status: 201,
    tag: 'security',
    summary: 'Revoke one JWT of a subject, or all that were issued until now',
    refusals: [403],
    example: { body: { subject: 'ann' } },
  };
}
