/** Secrets of work: where they come from, where they may stand, and that nothing an attempt says holds one. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { SystemClock } from '../../src/kit/clock.js';
import { openLocalLayer } from '../../src/layers/local/open-local-layer.js';
import type { Work } from '../../src/lifecycle/work.js';
import { SecretStore } from '../../src/work/secrets/secret-store.js';
import { templateFaults } from '../../src/work/templates.js';
import {
  abortable,
  attemptOf,
  codeOf,
  outputOf,
  RecordingSink,
  temporaryDir,
} from '../support/work/fixtures.js';
import { httpServer } from '../support/work/http-server.js';

const VALUE = 'canary "7f3a" & more/than+that';

const dir = temporaryDir('secrets');
const folder = join(dir, 'secrets');
mkdirSync(folder);
writeFileSync(join(folder, 'from-file'), 'kept in a file\n');
writeFileSync(join(folder, 'large'), 'x'.repeat(65_537));
mkdirSync(join(folder, 'folder'));
const program = join(dir, 'read-secret.sh');
writeFileSync(
  program,
  '#!/bin/sh\n[ "$2" = absent ] && { echo "canary 7f3a"; exit 3; }\nprintf "%s of %s\\n" "$1" "$2"',
  { mode: 0o755 },
);

const store = new SecretStore({
  env: { PATH: process.env['PATH'], MESH_SECRET_DB_PASSWORD: VALUE },
  directory: folder,
  command: [program, 'value'],
});
const server = await httpServer((response, { headers, path }) =>
  response
    .setHeader('content-type', 'application/json')
    .end(JSON.stringify({ sent: headers['x-key'], path })),
);
const { layer } = openLocalLayer({
  node: 'here',
  maxParallelTasks: 4,
  stateDir: join(dir, '.taskmesh'),
  workingDir: dir,
  env: { PATH: process.env['PATH'] ?? '' },
  secrets: store,
  moduleRoot: dir,
  clock: new SystemClock(),
  http: { allowPrivate: [`127.0.0.1:${server.port}`] },
});
afterAll(() => layer.close());

let sink: RecordingSink;
beforeEach(() => (sink = new RecordingSink()));

const run = (work: Work) => layer.start(attemptOf(work), abortable().signal, sink);

const shows = (name: string, script = 'printf %s "$S" | wc -c; echo "$S"'): Work => ({
  command: { argv: ['sh', '-c', script], env: { S: `\${secret:${name}}` } },
});

describe('a secret', () => {
  it.each([
    ['a variable of the server', 'db.password', VALUE],
    ['a file', 'from-file', 'kept in a file'],
    ['what a command prints', 'else_where', 'value of else_where'],
  ])('comes from %s', async (_, name, value) => {
    await run(shows(name));
    expect(sink.texts('STDOUT').map((line) => line.trim())).toEqual([`${value.length}`, '***']);
  });

  it('is masked in lines, outputs and failures, also as JSON, in a URL and as base64', async () => {
    const forms = [
      'echo "<$S>" >&2',
      `echo "$(printf %s "$S" | base64 -w0)"`,
      'echo "{\\"at\\":\\"canary \\\\\\"7f3a\\\\\\" & more/than+that\\"}"',
      'exit 4',
    ].join('\n');
    const outcome = await run(shows('db.password', forms));
    expect(codeOf(outcome)).toBe('EXIT_4');
    const said = JSON.stringify([outcome, sink.lines]);
    expect(said).not.toMatch(/canary|7f3a|Y2FuYXJ5/);
    expect(said.match(/\*\*\*/g)?.length).toBeGreaterThanOrEqual(3);
  });

  it('reaches a server by header and url, and the answer tells neither', async () => {
    const work: Work = {
      http: { url: `${server.url}/\${secret:from-file}`, headers: { 'x-key': '${secret:db.password}' } },
    };
    expect(outputOf(await run(work))).toMatchObject({ body: { sent: '***', path: '/***' } });
    expect(server.received.at(-1)).toMatchObject({
      path: '/kept%20in%20a%20file',
      headers: { 'x-key': VALUE },
    });
  });

  it('reaches a module, which may return it', async () => {
    writeFileSync(
      join(dir, 'echo.mjs'),
      'export default ({ input: { key } }) => ({ [key]: [key], length: key.length })',
    );
    const work: Work = { module: { path: 'echo.mjs', input: { key: '${secret:db.password}' } } };
    expect(outputOf(await run(work))).toEqual({ '***': ['***'], length: VALUE.length });
  });

  it('lies in no file of the attempt', async () => {
    await run(shows('db.password', 'ls'));
    const files = readdirSync(join(dir, '.taskmesh'), { recursive: true, encoding: 'utf8' })
      .map((name) => join(dir, '.taskmesh', name))
      .filter((path) => statSync(path).isFile());
    for (const path of files) expect(readFileSync(path, 'utf8')).not.toContain(VALUE);
  });

  it('that an output of another task names stays text', async () => {
    const work: Work = { command: { argv: ['cat'], stdin: '${inputs.x}' } };
    const attempt = attemptOf(work, { inputs: { x: '${secret:db.password}' } });
    expect(outputOf(await layer.start(attempt, abortable().signal, sink))).toBe('${secret:db.password}');
  });

  it('that is escaped is text', async () => {
    expect(outputOf(await run({ command: { argv: ['cat'], stdin: '$${secret:db.password}' } }))).toBe(
      '${secret:db.password}',
    );
  });
});

it.each([
  ['that nobody knows', 'absent', 'SECRET_UNAVAILABLE', 'execution.secrets_command ended with 3'],
  ['of which the file is too large', 'large', 'SECRET_UNAVAILABLE', 'more than 65536 bytes'],
  ['of which the file is a folder', 'folder', 'SECRET_UNAVAILABLE', 'cannot be read (EISDIR)'],
])('a secret %s fails the attempt, with no word of a value', async (_, name, code, why) => {
  const outcome = await run(shows(name));
  expect(codeOf(outcome)).toBe(code);
  expect(JSON.stringify(outcome)).toContain(why);
  expect(JSON.stringify(outcome)).not.toContain('canary');
});

it('without a place to look says where to put it', async () => {
  const empty = new SecretStore({ env: {}, directory: '', command: [] });
  await expect(empty.read(['db.password'])).rejects.toMatchObject({
    code: 'SECRET_UNKNOWN',
    message: expect.stringContaining('set MESH_SECRET_DB_PASSWORD') as string,
  });
});

it.each<[string, Work, string]>([
  ['an argument', { command: { argv: ['x', '${secret:a}'] } }, 'SECRET_IN_SIGHT'],
  ['a script', { command: { argv: ['echo ${secret:a}'], shell: true } }, 'SECRET_IN_SIGHT'],
  ['a directory', { command: { argv: ['x'], cwd: '/${secret:a}' } }, 'SECRET_IN_SIGHT'],
  ['a circuit', { circuit: { source: '${secret:a}' } }, 'SECRET_IN_SIGHT'],
  ['no name', { command: { argv: ['x'], stdin: '${secret:}' } }, 'TEMPLATE_INVALID'],
  ['a path', { command: { argv: ['x'], stdin: '${secret:../token}' } }, 'TEMPLATE_INVALID'],
  ['no end', { command: { argv: ['x'], stdin: '${secret:a' } }, 'TEMPLATE_INVALID'],
])('a secret in %s is refused when it is submitted', (_, work, code) => {
  expect(templateFaults(work).map((fault) => fault.code)).toEqual([code]);
});
