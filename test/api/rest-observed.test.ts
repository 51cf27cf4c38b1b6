/** What is counted of requests and operations: bounded names, outcomes, and nothing twice. */
import { parse } from 'graphql';
import Fastify from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { buildApiSchema } from '../../src/api/graphql/build-schema.js';
import type { ApiFaces } from '../../src/api/graphql/faces.js';
import { DEFAULT_LIMITS } from '../../src/api/limits.js';
import { MeteredDoor, type OperationEnd, rootFieldsOf } from '../../src/api/metered-door.js';
import { type AnsweredRequest, observeHttp } from '../../src/api/rest/observe-http.js';
import { VirtualClock } from '../../src/kit/clock.js';
import { schema, serve, type Served, TASK_ID, taskRow } from './rest-server.js';
import { OWNER } from '../support/identity/viewers.js';

const open: Pick<Served, 'fastify'>[] = [];
afterEach(async () => {
  for (const { fastify } of open.splice(0)) await fastify.close();
});

describe('HTTP requests', () => {
  it('are told by method, route pattern and status, whatever their path', async () => {
    const fastify = Fastify();
    const told: AnsweredRequest[] = [];
    observeHttp(fastify, (request) => told.push(request));
    await serve({ task: () => taskRow() }, {}, fastify);
    open.push({ fastify });
    const url = fastify.listeningOrigin;
    for (const path of [`/tasks/${TASK_ID}`, '/nowhere/at/all', '/tasks?x=1']) await fetch(`${url}${path}`);
    await expect.poll(() => told).toHaveLength(3);
    expect(told.map(({ method, route, status }) => [method, route, status])).toEqual([
      ['GET', '/tasks/:id', 200],
      ['GET', undefined, 404],
      ['GET', '/tasks', 422],
    ]);
    expect(told.every(({ seconds }) => seconds > 0 && seconds < 10)).toBe(true);
  });
});

describe('GraphQL operations', () => {
  async function ends(...queries: readonly string[]): Promise<OperationEnd[]> {
    const told: OperationEnd[] = [];
    const health = { report: async () => ({ status: 'ok', ready: true, checks: [] }) as const };
    const metrics = { snapshot: () => Promise.reject(new Error('broken')) };
    const faces = { health, metrics, layers: () => [] } as unknown as ApiFaces;
    const door = new MeteredDoor({
      schema: await buildApiSchema(faces),
      reads: {} as ApiFaces['reads'],
      limits: DEFAULT_LIMITS,
      subscriptionsMax: 1,
      log: { error: () => {} },
      clock: new VirtualClock(),
      ended: (operation) => told.push(operation),
    });
    const viewer = OWNER;
    for (const query of queries) await door.execute({ document: parse(query), viewer, requestId: 'r' });
    return told;
  }

  it('are told by kind, root fields and outcome', async () => {
    expect(
      await ends(
        '{ health { status } }',
        '{ a: health { ready } task(id: "x") { id } }',
        '{ metrics }',
        '{ nonsense }',
        'mutation { cancelTask(id: "x") { id } }',
      ),
    ).toEqual([
      { kind: 'query', fields: ['health'], outcome: 'ok', seconds: 0 },
      { kind: 'query', fields: ['health', 'task'], outcome: 'refused', seconds: 0 },
      { kind: 'query', fields: ['metrics'], outcome: 'failed', seconds: 0 },
      { kind: 'query', fields: ['nonsense'], outcome: 'invalid', seconds: 0 },
      { kind: 'mutation', fields: ['cancelTask'], outcome: 'refused', seconds: 0 },
    ]);
  });

  it('have the root fields of the schema as their only names', () => {
    expect(rootFieldsOf(schema)).toEqual(expect.arrayContaining(['task', 'createTask', 'meshEvents']));
  });
});
