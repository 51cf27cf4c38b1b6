/** The OpenAPI document: fresh, well formed, complete, and true about what the bridge really answers. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterEach, describe, expect, it } from 'vitest';
import { openApi } from '../../src/api/rest/openapi/document.js';
import { ROUTES } from '../../src/api/rest/routes.js';
import { schema, send, serve, type Served, TASK_ID, taskRow } from './rest-server.js';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const { version } = JSON.parse(read('package.json')) as { version: string };

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema: object }[];
  readonly requestBody?: { content: Record<string, { schema: object; example?: unknown }> };
  readonly responses: Record<
    string,
    { content?: Record<string, { schema: object; example?: unknown }>; $ref?: string }
  >;
}
const document = openApi(schema, version) as unknown as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; responses: Record<string, object> };
};
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
);

const ajv = new Ajv2020({ strict: false, allErrors: true });
(addFormats as unknown as (to: Ajv2020) => void)(ajv);
ajv.addFormat('int32', true);
ajv.addFormat('int64', true);
ajv.addSchema({ $id: 'doc', ...document } as object);

function validate(where: string, value: unknown): string {
  const check = ajv.getSchema(`doc#${where}`);
  if (check === undefined) throw new Error(`no schema at ${where}`);
  return check(value) ? '' : ajv.errorsText(check.errors);
}

/** A JSON pointer below a path item. */
function pointer(path: string, ...steps: string[]): string {
  const escaped = [path, ...steps].map((step) =>
    encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1')),
  );
  return `/paths/${escaped.join('/')}`;
}

function* refsOf(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    if (key === '$ref') yield String(member);
    else yield* refsOf(member);
  }
}

const open: Served[] = [];
afterEach(async () => {
  for (const { fastify } of open.splice(0)) await fastify.close();
});

describe('the committed document', () => {
  it('is what the emitter would write now (else run scripts/emit-openapi.ts)', () => {
    expect(read('schema/openapi.json')).toBe(`${JSON.stringify(document, null, 2)}\n`);
  });
});

describe('the document', () => {
  it('resolves every reference', () => {
    for (const ref of refsOf(document)) {
      const target = ref
        .slice(2)
        .split('/')
        .reduce<unknown>((at, step) => (at as Record<string, unknown>)?.[step], document);
      expect({ ref, found: target !== undefined }).toEqual({ ref, found: true });
    }
  });

  it('has every schema used and every schema valid', () => {
    const used = new Set(refsOf(document));
    for (const name of Object.keys(document.components.schemas)) {
      expect(used).toContain(`#/components/schemas/${name}`);
      expect(() => validate(`/components/schemas/${name}`, null)).not.toThrow();
    }
  });

  it('has every route of the table, once, with a name of its own', () => {
    expect(operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`).sort()).toEqual(
      ROUTES.map(({ method, path }) => `${method} ${path}`).sort(),
    );
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('declares every parameter in braces, and no other path parameter', () => {
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared =
        operation.parameters?.filter((parameter) => parameter.in === 'path' && parameter.required) ?? [];
      expect({ path, names: declared.map(({ name }) => name) }).toEqual({
        path,
        names: inPath,
      });
    }
  });

  it('speaks snake_case and lower case only', () => {
    for (const [name, component] of Object.entries(document.components.schemas)) {
      const { properties = {}, enum: words = [] } = component as { properties?: object; enum?: string[] };
      for (const word of [...Object.keys(properties), ...words])
        expect(`${name}: ${word}`).toMatch(/^\w+: [a-z][a-z0-9_]*$/);
    }
  });

  it('has examples that its schemas accept', () => {
    const bodies = operations.filter(({ operation }) => operation.requestBody);
    expect(bodies.length).toBeGreaterThan(0);
    for (const { path, method, operation } of bodies) {
      const example = operation.requestBody?.content['application/json']?.example;
      expect(example).toBeDefined();
      expect(
        validate(pointer(path, method, 'requestBody', 'content', 'application/json', 'schema'), example),
      ).toBe('');
    }
  });

  it('refuses what the bridge refuses', () => {
    const at = pointer('/tasks', 'post', 'requestBody', 'content', 'application/json', 'schema');
    for (const body of [
      {},
      { name: 'a', nope: 1 },
      { name: 'a', priority: 'HIGH!' },
      { name: 'a', work: {} },
      { name: 7 },
    ]) {
      expect([body, validate(at, body)]).not.toEqual([body, '']);
    }
  });
});

describe('an answer of the bridge fits the schema of its route', () => {
  const row = taskRow({
    work: { command: { argv: ['a'], shell: false } },
    failure: { kind: 'ERROR', code: 'E', message: 'm' },
    concurrency: { key: 'k', limit: 1, strategy: 'CANCEL_NEWEST' },
    fairness: { key: 'k', weight: 1.5 },
    edgesIn: [{ sourceId: TASK_ID, type: 'DATA', weight: 2 }],
    output: { any: ['thing'] },
  });

  it.each([
    ['post', '/tasks', 201, { createTask: () => row }, { name: 'a' }],
    ['get', '/tasks/{id}', 200, { task: () => row }, undefined],
    [
      'get',
      '/tasks',
      200,
      { tasks: () => ({ nodes: [row], totalCount: 1, pageInfo: { endCursor: null, hasNextPage: false } }) },
      undefined,
    ],
    [
      'get',
      '/health',
      503,
      {
        health: () => ({ status: 'STARTING', ready: false, checks: [{ name: 'a', ok: true, detail: null }] }),
      },
      undefined,
    ],
    ['get', '/health/ready', 200, {}, undefined],
    ['get', '/metrics', 200, { metrics: () => ({ a: 1 }) }, undefined],
  ] as const)('%s %s %i', async (method, path, status, root, body) => {
    const server = await serve(root as never);
    open.push(server);
    const response = await send(`${server.url}${path.replace('{id}', TASK_ID)}`, method.toUpperCase(), body);
    expect(response.status).toBe(status);
    expect(
      validate(
        pointer(path, method, 'responses', String(status), 'content', 'application/json', 'schema'),
        await response.json(),
      ),
    ).toBe('');
  });

  it('refusals fit the schema of refusals', async () => {
    const server = await serve({});
    open.push(server);
    for (const path of ['/tasks?x=1', '/nowhere', `/tasks/${TASK_ID}/events?after=x`]) {
      expect(validate('/components/schemas/Error', await (await fetch(`${server.url}${path}`)).json())).toBe(
        '',
      );
    }
  });
});
