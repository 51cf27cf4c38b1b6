/** The routes of alerts. Read by `routes.ts`. */
import type { DocumentNode } from 'graphql';
import type { Route } from './route.js';

export interface AlertDocuments {
  readonly rules: DocumentNode;
  readonly rule: DocumentNode;
  readonly create: DocumentNode;
  readonly update: DocumentNode;
  readonly remove: DocumentNode;
  readonly silence: DocumentNode;
  readonly alerts: DocumentNode;
  readonly acknowledge: DocumentNode;
}

const RULE_BODY = {
  name: 'nightly fails',
  severity: 'critical',
  condition: { status: { mesh: ['failed'], mesh_name: 'nightly*' } },
  channels: [{ webhook: { url: 'https://hooks.example.org/mesh', secret: 'HOOK' } }],
};
const byId = { params: { id: 'id' }, tag: 'alerts' } as const;
const NOT_ALLOWED = [403, 409];

export function alertRoutes(documents: AlertDocuments): readonly Route[] {
  return [...ruleRoutes(documents), ...raisedRoutes(documents)];
}

function ruleRoutes({ rules, rule, create, update, remove, silence }: AlertDocuments): readonly Route[] {
  return [
    {
      ...{ kind: 'operation', method: 'GET', path: '/alerts/rules', document: rules, status: 200 },
      ...{ tag: 'alerts', summary: 'List the alert rules' },
    },
    {
      ...{ kind: 'operation', method: 'POST', path: '/alerts/rules', document: create, body: 'input' },
      ...{ status: 201, location: '/alerts/rules/{id}', tag: 'alerts', summary: 'Make an alert rule' },
      description: 'Watched from the next look of the leader on. Needs an ADMIN.',
      ...{ refusals: NOT_ALLOWED, example: { body: RULE_BODY } },
    },
    {
      ...{ kind: 'operation', method: 'GET', path: '/alerts/rules/{id}', document: rule, ...byId },
      ...{ status: 200, summary: 'Read an alert rule' },
    },
    {
      ...{ kind: 'operation', method: 'PUT', path: '/alerts/rules/{id}', document: update, ...byId },
      ...{ body: 'input', status: 200, summary: 'Replace an alert rule' },
      ...{ refusals: NOT_ALLOWED, example: { body: RULE_BODY } },
    },
    {
      ...{ kind: 'operation', method: 'DELETE', path: '/alerts/rules/{id}', document: remove, ...byId },
      ...{ status: 204, summary: 'Delete an alert rule', refusals: [403] },
      description: 'Its open alerts are over with it.',
    },
    {
      ...{
        kind: 'operation',
        method: 'POST',
        path: '/alerts/rules/{id}/silence',
        document: silence,
        ...byId,
      },
      ...{ query: { seconds: 'seconds' }, status: 200, summary: 'Silence an alert rule', refusals: [403] },
      description: 'For so many `seconds` its alerts are recorded and no channel tells of them; 0 ends it.',
    },
  ];
}

function raisedRoutes({ alerts, acknowledge }: AlertDocuments): readonly Route[] {
  return [
    {
      ...{ kind: 'operation', method: 'GET', path: '/alerts', document: alerts },
      query: {
        rule_id: 'filter.ruleId',
        severity: 'filter.severity',
        open: 'filter.open',
        acknowledged: 'filter.acknowledged',
        first: 'first',
        after: 'after',
      },
      ...{ status: 200, tag: 'alerts', summary: 'List alerts, newest first' },
    },
    {
      ...{
        kind: 'operation',
        method: 'POST',
        path: '/alerts/{id}/acknowledge',
        document: acknowledge,
        ...byId,
      },
      ...{ query: { note: 'note' }, status: 200, summary: 'Acknowledge an alert', refusals: [403] },
      description: 'It is not told again.',
    },
  ];
}
