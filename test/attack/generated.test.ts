/**
 * What a generator sends to a running server: 5,000 GraphQL documents and 2,500 REST bodies with `npm test`, and with
 * ATTACK_DOCUMENTS=100000 ATTACK_BODIES=50000 [ATTACK_SEED=7] as many as one likes. Whatever it is, it is answered, refused by
 * name, and harms nobody (running.ts says what is asked of every answer).
 */
import { buildSchema } from 'graphql';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROUTES } from '../../src/api/rest/routes.js';
import { Generator } from './generated.js';
import { until } from '../support/until.js';
import { CANARY, each, openTarget, type Target } from './running.js';

const DOCUMENTS = Number(process.env.ATTACK_DOCUMENTS ?? 5000);
const BODIES = Number(process.env.ATTACK_BODIES ?? 2500);
const SEED = Number(process.env.ATTACK_SEED ?? 1);
const AT_ONCE = 8;
const TIMEOUT = { timeout: 3_600_000 };

/** As a part of a URL. */
const written = (value: unknown): string =>
  encodeURIComponent(
    String(value)
      .replaceAll(/\p{Surrogate}/gu, '?')
      .slice(0, 200),
  );

let target: Target;
beforeAll(async () => {
  // nothing that is generated may run for long or run at all: no module and no command is found
  target = await openTarget({ TASKMESH_EXECUTION__ENV_ALLOW: '', TASKMESH_EXECUTION__TIMEOUT_SECONDS: '2' });
}, 120_000);
afterAll(() => target?.close(), 120_000);

it(`${DOCUMENTS} documents are answered or refused by name`, TIMEOUT, async () => {
  const schema = buildSchema(readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8'));
  const generator = new Generator(SEED);
  let answered = 0;
  await each(
    Array.from({ length: DOCUMENTS }),
    async () => {
      const query = generator.document(schema);
      const { text } = await target.query(query);
      if (text.includes('"data":{')) answered++;
    },
    AT_ONCE,
  );
  console.log(`${DOCUMENTS} documents, ${answered} with data, slowest ${target.slowest()}, seed ${SEED}`);
  expect(answered).toBeGreaterThan(DOCUMENTS / 50);
  expect(await target.isAlive()).toBe(true);
});

it(`${BODIES} bodies and queries of REST are answered or refused by name`, TIMEOUT, async () => {
  const generator = new Generator(SEED + 1);
  const routes = ROUTES.filter(({ kind }) => kind === 'operation');
  const source = readFileSync(new URL('../../schema/openapi.json', import.meta.url), 'utf8');
  const names = [
    ...new Set([...source.matchAll(/"([a-z][a-z_]{1,30})":/g)].map(([, name]) => name as string)),
  ];
  let accepted = 0;
  await each(
    Array.from({ length: BODIES }),
    async () => {
      const route = generator.pick(routes);
      const path = route.path.replaceAll(/\{\w+\}/g, () => written(generator.json(names, 0)));
      const query = Object.keys(('query' in route && route.query) || {}).map(
        (name) => `${name}=${written(generator.json(names, 0))}`,
      );
      const hasBody = route.method === 'POST' || route.method === 'PUT';
      const { status } = await target.send(`${path}${query.length === 0 ? '' : `?${query.join('&')}`}`, {
        method: route.method,
        ...(hasBody && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(generator.json(names)),
        }),
      });
      if (status < 300) accepted++;
    },
    AT_ONCE,
  );
  console.log(`${BODIES} bodies, ${accepted} accepted, slowest ${target.slowest()}, seed ${SEED + 1}`);
  expect(accepted).toBeGreaterThan(0);
  expect(await target.isAlive()).toBe(true);
});

it('a task is carried out as ever afterwards', TIMEOUT, async () => {
  const { text } = await target.query('mutation { createTask(input: { name: "after" }) { id status } }');
  expect(text).toContain('"id"');
  expect(target.stderr()).not.toContain(target.token);
});

const SHOWN = [
  ...[
    '{ auditLog(first: 100) { nodes { action subject before after } } }',
    '{ events(first: 200) { nodes { payload } } }',
  ],
  ...['{ tasks(first: 100) { nodes { output failure { message } metadata } } }', '{ metrics }'],
];

it(
  'the secret of work that shows it in every way stands nowhere, and nor does the token',
  TIMEOUT,
  async () => {
    const script =
      'echo "$S"; echo "$S" >&2; printf %s "$S" | base64; printf \'{"s":"%s"}\' "$S" > "$TASKMESH_OUTPUT"; exit $1';
    const env = { S: '${secret:CANARY}' };
    const tasks = ['0', '4'].map((code) => ({
      ...{ key: `t${code}`, name: 'shows', layer: 'LOCAL', retryPolicy: { maxAttempts: 1 } },
      work: { command: { argv: ['/bin/sh', '-c', script, 'sh', code], env } },
    }));
    const { text } = await target.query(
      'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }',
      { input: { name: 'shows', tasks } },
    );
    const { id } = (JSON.parse(text) as { data: { submitMesh: { id: string } } }).data.submitMesh;
    let shown = '';
    await until('both have ended', async () => {
      const query = 'query ($id: ID!) { mesh(id: $id) { tasks(first: 9) { nodes { id status output } } } }';
      shown = (await target.query(query, { id })).text;
      return shown.includes('"COMPLETED"') && shown.includes('"FAILED"');
    });
    for (const [, task] of shown.matchAll(/"id":"([^"]+)"/g)) {
      const { text: lines } = await target.query(`{ taskLogs(taskId: "${task}") { nodes { text } } }`);
      expect(lines).toContain('***');
    }
    // what answers hold is looked at by each of them
    for (const query of SHOWN) await target.query(query);
    for (const path of ['/metrics', '/metrics/prometheus', '/status', '/', '/openapi.json', '/audit'])
      await target.send(path);
    for (const [where, written] of await target.traces())
      for (const secret of [CANARY, Buffer.from(CANARY).toString('base64'), target.token])
        expect(written.includes(secret), `${secret} in ${where}`).toBe(false);
  },
);
