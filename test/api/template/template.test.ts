/** Templates over every door: kept in versions, checked, run once for a key, remembered by their meshes, of one tenant. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, startApp } from '../../support/app.js';
import { Person } from '../../support/identity/people.js';
import { taskApi } from '../../support/task-api.js';

let app: TestApp;
const api = taskApi(() => app);

beforeAll(async () => {
  app = await startApp({ execution: { maxParallelTasks: 4, drainSeconds: 0 } });
}, 120_000);
afterAll(() => app.close());

const PAUSE = {
  parameters: [{ name: 'pause', type: 'INTEGER', default: 10, min: 0, max: 60_000 }],
  definition: {
    name: 'pause',
    tasks: { first: { wait: '${params.pause}' }, second: { dependsOn: 'first' } },
  },
};
const CREATE =
  'mutation ($input: CreateTemplateInput!) { createTemplate(input: $input) { id name version latest } }';
const UPDATE =
  'mutation ($name: String!, $input: UpdateTemplateInput!) { updateTemplate(name: $name, input: $input) { version } }';
const RUN = `mutation ($input: InstantiateTemplateInput!) { instantiateTemplate(input: $input) {
  id name template { name version params } } }`;

interface Run {
  readonly instantiateTemplate: { readonly id: string; readonly name: string; readonly template: object };
}

const run = async (input: object): Promise<Run['instantiateTemplate']> =>
  (await api.ask<Run>(RUN, { input })).instantiateTemplate;

async function rest(
  method: string,
  path: string,
  body?: object,
  headers: object = {},
): Promise<[number, Record<string, unknown>]> {
  const response = await fetch(app.url + path, {
    method,
    headers: {
      authorization: `Bearer ${app.token}`,
      ...(body && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return [response.status, text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)];
}

describe('a template', () => {
  it('is kept, run with its defaults and with values, and its meshes remember it', async () => {
    await api.ask(CREATE, { input: { name: 'pause', ...PAUSE } });
    const plain = await run({ template: 'pause' });
    expect(plain).toMatchObject({
      name: 'pause',
      template: { name: 'pause', version: 1, params: { pause: 10 } },
    });
    const named = await run({ template: 'pause', params: { pause: 1 }, name: 'short' });
    expect(named).toMatchObject({ name: 'short', template: { params: { pause: 1 } } });
    expect(Object.values(await api.ended(named.id)).map(({ status }) => status)).toEqual([
      'COMPLETED',
      'COMPLETED',
    ]);
    await api.submit([{ key: 'other' }]);
    const { meshes } = await api.ask<{ meshes: { nodes: { id: string }[]; totalCount: number } }>(
      '{ meshes(filter: { template: "pause" }) { nodes { id } totalCount } }',
    );
    expect(meshes).toEqual({ nodes: [{ id: named.id }, { id: plain.id }], totalCount: 2 });
    const { rerunMesh } = await api.ask<{ rerunMesh: object }>(
      'mutation ($id: ID!) { rerunMesh(id: $id, strategy: ALL) { template { version params } } }',
      { id: named.id },
    );
    expect(rerunMesh).toEqual({ template: { version: 1, params: { pause: 1 } } });
  });

  it('counts its versions up, keeps those before, and refuses a lost update', async () => {
    const input = { ...PAUSE, description: 'longer', expectedVersion: 1 };
    expect(await api.ask(UPDATE, { name: 'pause', input })).toEqual({ updateTemplate: { version: 2 } });
    expect(await api.refusal(UPDATE, { name: 'pause', input })).toBe('CONFLICT');
    const query = `query ($version: Int) { template(name: "pause", version: $version) {
      version latest description definition versions { version } } }`;
    const read = async (version?: number): Promise<object> =>
      (await api.ask<{ template: object }>(query, { version })).template;
    expect(await read()).toMatchObject({
      version: 2,
      description: 'longer',
      versions: [{ version: 2 }, { version: 1 }],
    });
    expect(await read(1)).toMatchObject({
      version: 1,
      latest: 2,
      description: null,
      definition: {
        tasks: [{ key: 'first', work: { wait: { durationMs: '${params.pause}' } } }, { key: 'second' }],
      },
    });
    expect(await run({ template: 'pause', version: 1 })).toMatchObject({ template: { version: 1 } });
  });

  it('is run once for a key, and answered the same whatever became of it', async () => {
    await api.ask(CREATE, { input: { name: 'once', ...PAUSE } });
    const input = { template: 'once', params: { pause: 3 }, idempotencyKey: 'k' };
    const made = await Promise.all([run(input), run(input)]);
    expect(made[0].id).toBe(made[1].id);
    expect(await api.refusal(RUN, { input: { ...input, params: {} } })).toBe('IDEMPOTENCY_CONFLICT');
    await api.ask('mutation { deleteTemplate(name: "once") }');
    expect((await run(input)).id).toBe(made[0].id);
    expect(await api.refusal(RUN, { input: { template: 'once' } })).toBe('NOT_FOUND');
    const again = await api.ask(CREATE, { input: { name: 'once', ...PAUSE } });
    expect(again).toMatchObject({ createTemplate: { version: 2, latest: 2 } });
  });

  it('is checked before it is kept, and before it is run', async () => {
    expect(await api.refusal(CREATE, { input: { name: 'pause', ...PAUSE } })).toBe('CONFLICT');
    expect(await api.refusal(CREATE, { input: { name: 'a b', ...PAUSE } })).toBe('INVALID_INPUT');
    const preview = async (params: object): Promise<object> =>
      (
        await api.ask<{ previewTemplate: object }>(
          'query ($input: InstantiateTemplateInput!) { previewTemplate(input: $input) { valid faults { path message } input } }',
          { input: { template: 'pause', params } },
        )
      ).previewTemplate;
    expect(await preview({ pause: 5 })).toMatchObject({
      valid: true,
      input: { tasks: [{ work: { wait: { durationMs: 5 } } }, {}] },
    });
    expect(await preview({ pause: -5 })).toMatchObject({
      valid: false,
      faults: [{ path: 'params.pause' }],
      input: null,
    });
    const file =
      'name: typed\nparameters:\n  pause: { type: integer }\ntasks:\n  a: { wait: "${params.pause}" }\n';
    const checked = await api.ask(
      'query ($text: String!) { checkMeshFile(text: $text) { valid input template { name parameters { name type required } } } }',
      { text: file },
    );
    expect(checked).toEqual({
      checkMeshFile: {
        valid: true,
        input: null,
        template: { name: 'typed', parameters: [{ name: 'pause', type: 'INTEGER', required: true }] },
      },
    });
  });

  it('stands at the doors of REST', async () => {
    const [made, created] = await rest('POST', '/templates', {
      name: 'rested',
      ...PAUSE,
      parameters: [{ ...PAUSE.parameters[0], type: 'integer' }],
    });
    expect([made, created]).toEqual([
      201,
      expect.objectContaining({ name: 'rested', version: 1, is_deleted: false }),
    ]);
    const [ran, mesh] = await rest(
      'POST',
      '/templates/rested/meshes',
      { params: { pause: 2 } },
      { 'idempotency-key': 'r' },
    );
    expect([ran, mesh]).toEqual([
      201,
      expect.objectContaining({ template: { name: 'rested', version: 1, params: { pause: 2 } } }),
    ]);
    const [changed] = await rest('PUT', '/templates/rested', {
      ...PAUSE,
      parameters: [{ ...PAUSE.parameters[0], type: 'integer' }],
      expected_version: 1,
    });
    const [late] = await rest('PUT', '/templates/rested', {
      ...PAUSE,
      parameters: [{ ...PAUSE.parameters[0], type: 'integer' }],
      expected_version: 1,
    });
    const [faulty, refusal] = await rest('POST', '/templates/rested/meshes', { params: { pause: 'x' } });
    expect([changed, late, faulty]).toEqual([200, 409, 422]);
    expect(JSON.stringify(refusal)).toContain('params.pause');
    expect((await rest('GET', '/templates?search=rest'))[1].nodes).toEqual([
      expect.objectContaining({ name: 'rested', version: 2 }),
    ]);
    expect((await rest('GET', '/templates/rested?version=1'))[1]).toMatchObject({ version: 1, latest: 2 });
    expect((await rest('DELETE', '/templates/rested'))[0]).toBe(204);
    expect((await rest('GET', '/templates/rested'))[0]).toBe(404);
  });

  it('is of a tenant and a role, and what is done about it is audited', async () => {
    const owner = new Person(app.url, app.token);
    const [acme, operator] = await Promise.all([
      owner.admit('ADMIN', 'acme'),
      owner.admit('OPERATOR', 'default'),
    ]);
    await acme.get(CREATE, { input: { name: 'pause', ...PAUSE } });
    expect(JSON.stringify(await acme.ask(RUN, { input: { template: 'rested', version: 1 } }))).toContain(
      'NOT_FOUND',
    );
    const code = { definition: { name: 'c', tasks: [{ key: 'c', work: { command: { argv: ['true'] } } }] } };
    expect(JSON.stringify(await operator.ask(CREATE, { input: { name: 'code', ...code } }))).toContain(
      'FORBIDDEN',
    );
    await owner.get(CREATE, { input: { name: 'code', ...code } });
    expect(JSON.stringify(await operator.ask(RUN, { input: { template: 'code' } }))).toContain('FORBIDDEN');
    await operator.get(RUN, { input: { template: 'pause' } });
    const { auditLog } = await owner.get<{ auditLog: { nodes: { action: string; subject: string }[] } }>(
      '{ auditLog(first: 100) { nodes { action subject } } }',
    );
    const told = auditLog.nodes.filter(({ action }) => action.endsWith('Template'));
    expect(told.slice(0, 2)).toEqual([
      { action: 'instantiateTemplate', subject: expect.stringMatching(/^mesh /) },
      { action: 'createTemplate', subject: 'template code' },
    ]);
    expect(told).not.toContainEqual({ action: 'createTemplate', subject: 'template c' });
  });
});
