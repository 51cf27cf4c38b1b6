/** The routes of consciousness. Read by `routes.ts`. */
import type { DocumentNode } from 'graphql';
import type { Route } from './route.js';

export interface ConsciousnessDocuments {
  readonly state: DocumentNode;
  readonly evolve: DocumentNode;
  readonly processEvent: DocumentNode;
}

const EVOLVE_BODY = { level: 'cognitive', why: 'to see what it would hold back', accept_risk: false };
const EVENT_BODY = { kind: 'DEPLOY', subject: 'warehouse', text: 'version 2.3', payload: { version: '2.3' } };

export function consciousnessRoutes({
  state,
  evolve,
  processEvent,
}: ConsciousnessDocuments): readonly Route[] {
  return [
    {
      kind: 'operation',
      method: 'GET',
      path: '/consciousness',
      document: state,
      status: 200,
      tag: 'consciousness',
      summary: 'Where consciousness stands, and on what evidence',
    },
    {
      kind: 'operation',
      method: 'POST',
      path: '/consciousness/evolve',
      document: evolve,
      body: 'input',
      status: 200,
      tag: 'consciousness',
      summary: 'Force a level',
      description:
        'Recorded with who asked and what was missing. Up, its powers are only thought until the gates have passed, unless `accept_risk`. Needs the owner.',
      refusals: [403, 409],
      example: { body: EVOLVE_BODY },
    },
    {
      kind: 'operation',
      method: 'POST',
      path: '/consciousness/events',
      document: processEvent,
      body: 'input',
      status: 201,
      tag: 'consciousness',
      summary: 'Tell of something that happened outside',
      description:
        'A deployment, an incident, a maintenance window: a circumstance of what begins in the next half hour. Needs the owner.',
      refusals: [403, 409],
      example: { body: EVENT_BODY },
    },
  ];
}
