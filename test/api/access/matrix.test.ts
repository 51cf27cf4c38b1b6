/** Every operation × role × tenant, over HTTP, WebSocket and REST: what the table says, and nothing else, is what happens. */
import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import type { Client } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal } from '../../../src/api/access/guard.js';
import { FIELDS } from '../../../src/api/access/matrix.js';
import { PLACES } from '../../../src/api/access/places.js';
import { accessPage } from '../../../src/api/access/table.js';
import { registerDocs } from '../../../src/api/rest/docs.js';
import { registerRest } from '../../../src/api/rest/register-rest.js';
import { rootFieldOf } from '../../../src/api/rest/route.js';
import { ROUTES } from '../../../src/api/rest/routes.js';
import { ROLES, type Role } from '../../../src/lifecycle/role.js';
import { spoken, tokenOf } from '../../support/identity/viewers.js';
import { type RunningApi, startApi } from '../graphql-server.js';
import { schema as restSchema } from '../rest-server.js';
import { type Asking, askings, UNKNOWN_ID } from './asking.js';

const schema = buildSchema(readFileSync(new URL('../../../schema/schema.graphql', import.meta.url), 'utf8'));
const all = askings(schema);
const callers = ROLES.flatMap((role) => [
  [role, 'default'],
  [role, 'other'],
]) as [Role, string][];
const REFUSED = /needs the role|is about the whole system/;

let api: RunningApi;
beforeAll(async () => {
  let running: RunningApi | undefined;
  api = running = await startApi({
    identities: spoken,
    mount: async (fastify) => {
      await registerRest(fastify, {
        door: {
          execute: (asked: never) => running?.door.execute(asked),
          subscribe: (asked: never) => running?.door.subscribe(asked),
        } as never,
        schema: restSchema,
        health: { report: async () => ({ status: 'ok', ready: true, checks: [] }) },
        metrics: { contentType: 'text/plain', text: async () => 'up 1\n' },
        bodyMax: 1e6,
        viewerOf: (request) => request.viewer,
      });
      await registerDocs(fastify, { schema: restSchema, version: '0' });
    },
  });
});
afterAll(() => api.close());

function expected(name: string, role: Role, tenant: string): boolean {
  const access = FIELDS[name];
  return access !== undefined && refusal({ role, tenant, isAnonymous: false }, access) === undefined;
}

const bearer = (role: Role, tenant: string) => ({ authorization: `Bearer ${tokenOf(role, tenant)}` });

const messagesIn = (errors: readonly { message: string }[] | undefined): string =>
  (errors ?? []).map(({ message }) => message).join();

describe('the table of access', () => {
  it('has a row for each root field, and docs/access.md is fresh (npm run emit writes it)', () => {
    expect(Object.keys(FIELDS).toSorted()).toEqual(all.map(({ name }) => name).toSorted());
    expect(readFileSync(new URL('../../../docs/access.md', import.meta.url), 'utf8')).toBe(accessPage());
  });

  it.each(callers)('holds over HTTP for %s of the tenant %s', async (role, tenant) => {
    const wrong: string[] = [];
    for (const { name, kind, document } of all.filter((one) => one.kind !== 'subscription')) {
      const { body } = await api.post(document, {}, bearer(role, tenant));
      const isRefused = REFUSED.test(messagesIn(body.errors));
      if (isRefused === expected(name, role, tenant)) wrong.push(`${kind} ${name}: ${JSON.stringify(body)}`);
    }
    expect(wrong).toEqual([]);
  });

  it.each(callers)('holds over WebSocket for %s of the tenant %s', async (role, tenant) => {
    const client = api.client({ connectionParams: bearer(role, tenant) });
    const wrong: string[] = [];
    for (const one of all) {
      const isRefused = REFUSED.test(await told(client, one));
      if (isRefused === expected(one.name, role, tenant)) wrong.push(one.name);
    }
    await client.dispose();
    expect(wrong).toEqual([]);
  });

  it.each(callers)('holds over REST for %s of the tenant %s', async (role, tenant) => {
    const wrong: string[] = [];
    for (const route of ROUTES) {
      const access = route.kind === 'face' ? PLACES[route.path] : FIELDS[rootFieldOf(route)];
      const isOpen =
        access === 'public' ||
        (typeof access === 'object' && refusal({ role, tenant, isAnonymous: false }, access) === undefined);
      const answer = await fetch(
        api.url + route.path.replace(/\{\w+\}/g, UNKNOWN_ID) + (QUERIES[route.path] ?? ''),
        {
          method: route.method,
          headers: { 'content-type': 'application/json', ...bearer(role, tenant) },
          ...(route.method === 'POST' || route.method === 'PUT'
            ? { body: JSON.stringify(BODIES[route.path] ?? {}) }
            : {}),
          signal: AbortSignal.timeout(10_000),
        },
      );
      const isRefused = answer.status === 403 && REFUSED.test(await answer.text());
      if (isRefused === isOpen) wrong.push(`${route.method} ${route.path}: ${answer.status}`);
    }
    expect(wrong).toEqual([]);
  });

  it('is told to the caller: viewer', async () => {
    const ask = async (headers: Record<string, string>) =>
      (await api.post('{ viewer { id role tenant isAnonymous mayRunCode expiresAt can } }', {}, headers)).body
        .data?.viewer;
    expect(await ask(bearer('DEVELOPER', 'other'))).toMatchObject({
      ...{ id: 'user:DEVELOPER', role: 'DEVELOPER', tenant: 'other' },
      ...{ isAnonymous: false, mayRunCode: true, expiresAt: null },
      can: expect.arrayContaining(['submitMesh', 'viewer', 'taskStatusChanged']),
    });
    const { can } = (await ask(bearer('VIEWER', 'other'))) as { can: string[] };
    expect(can.filter((name) => /^(submitMesh|cancelTask|nodes|drainNode)$/.test(name))).toEqual([]);
    expect(await ask({})).toMatchObject({
      id: 'anonymous',
      role: 'OPERATOR',
      isAnonymous: true,
      mayRunCode: false,
    });
  });

  it('says to a stranger of another machine nothing but that a token is needed', async () => {
    const { body, status } = await api.post('{ viewer { id } }', {}, { authorization: 'Bearer nobody' });
    expect([status, body.errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
  });
});

/** Bodies and queries that their routes take. */
const RULE = { name: 'x', condition: { insight: {} } };
const BODIES: Readonly<Record<string, object>> = {
  '/tasks': { name: 'a' },
  '/tokens': { name: 'a' },
  '/identities/revocations': { subject: 'a' },
  '/alerts/rules': RULE,
  '/alerts/rules/{id}': RULE,
  '/templates': { name: 'a', definition: {} },
  '/templates/{name}': { expected_version: 1, definition: {} },
  '/schedules': { name: 'a', template: 'a', cron: '* * * * *' },
  '/schedules/{name}': { expected_revision: 1, template: 'a', cron: '* * * * *' },
  '/circuits/simulate': { qasm: 'qubit q;' },
  '/learning/train': { model: 'x' },
  '/consciousness/evolve': { level: 'cognitive', why: 'x' },
  '/consciousness/events': { kind: 'DEPLOY', subject: 'x' },
};
const QUERIES: Readonly<Record<string, string>> = {
  '/metrics/history': '?name=tasks',
  '/alerts/rules/{id}/silence': '?seconds=1',
};

/** The errors of an operation; of a subscription that is let in: nothing. */
async function told(client: Client, { document, kind }: Asking): Promise<string> {
  return await new Promise((resolve) => {
    let stop = (): void => undefined;
    const end = (text: string): void => {
      clearInterval(look);
      resolve(text);
      stop();
    };
    const look = setInterval(() => {
      if (kind === 'subscription' && api.door.subscriptions.open > 0) end('');
    }, 2);
    stop = client.subscribe(
      { query: document },
      {
        next: ({ errors }) => end(messagesIn(errors)),
        error: (error) =>
          end(Array.isArray(error) ? messagesIn(error as { message: string }[]) : String(error)),
        complete: () => end(''),
      },
    );
  });
}
