/** What a container runs, without one: the entrypoint with secrets as files, and the health checks against what it starts. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { endAll, processesOf } from '../../support/kill-rounds/processes.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';
import { type Ended, root } from '../cli-program.js';

const TOKEN = 'A'.repeat(43);

let place: string;
let database: FreshDatabase;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  place = realpathSync(mkdtempSync(join(tmpdir(), 'taskmesh-container-')));
  database = await freshDatabase();
  mkdirSync(join(place, 'secrets'));
  writeFileSync(join(place, 'secrets', 'taskmesh_token'), TOKEN);
  env = {
    PATH: process.env.PATH,
    SECRETS_DIR: join(place, 'secrets'),
    TASKMESH_STATE_DIR: join(place, 'state'),
    TASKMESH_SERVER__PORT: '0',
    TASKMESH_OBSERVABILITY__METRICS__ENABLED: 'false',
  };
});
afterAll(async () => {
  endAll(processesOf(place));
  await database.drop();
  rmSync(place, { recursive: true, force: true });
});

interface Begun {
  readonly out: () => string;
  readonly ended: Promise<Ended>;
  end(): void;
}

function begin(command: readonly [string, ...string[]], more: NodeJS.ProcessEnv = {}): Begun {
  const [program, ...argv] = command;
  const child = spawn(program, argv, { cwd: root, env: { ...env, ...more } });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr })),
  );
  return { out: () => stdout, ended, end: () => void child.kill('SIGTERM') };
}

const entrypoint = (argv: readonly string[], more?: NodeJS.ProcessEnv): Begun =>
  begin(['sh', 'deploy/entrypoint.sh', ...argv], more);

async function isHealthy(argv: readonly string[], more: NodeJS.ProcessEnv): Promise<boolean> {
  const { exitCode } = await begin([process.execPath, 'deploy/healthcheck.mjs', ...argv], more).ended;
  return exitCode === 0;
}

async function shown(begun: Begun, pattern: RegExp): Promise<string> {
  const look = (): string => {
    const [, found] = pattern.exec(begun.out()) ?? [];
    if (found === undefined) throw new Error(`no ${pattern} in ${begun.out()}`);
    return found;
  };
  return await vi.waitFor(look, { timeout: 30_000, interval: 50 });
}

it('makes the addresses of the stores of secrets in files', async () => {
  const secrets = join(place, 'all-secrets');
  mkdirSync(secrets);
  writeFileSync(join(secrets, 'postgres_password'), 'pg-word\n');
  writeFileSync(join(secrets, 'redis_password'), 'redis-word\n');
  const script = await readFile(join(root, 'deploy/entrypoint.sh'), 'utf8');
  const shows = script.replace(/^exec node.*$/m, 'echo "$TASKMESH_DATABASE__URL $TASKMESH_CLUSTER__BACKEND"');
  const file = join(place, 'shows.sh');
  writeFileSync(file, shows);
  const { stdout } = await begin(['sh', file], { SECRETS_DIR: secrets }).ended;
  expect(stdout).toBe(
    'postgresql://taskmesh:pg-word@postgres:5432/taskmesh redis://:redis-word@redis:6379\n',
  );
});

it('serves with the token of the secret, runs a node, and tells the health of both', {
  timeout: 120_000,
}, async () => {
  const stores = { TASKMESH_DATABASE__URL: database.url };
  const server = entrypoint(['serve', '--json'], stores);
  const url = await shown(server, /"url":"([^"]+)"/);
  expect((await readFile(join(place, 'state', 'token'), 'utf8')).trim()).toBe(TOKEN);
  const health = { HEALTH_PORT: new URL(url).port, HEALTH_SERVERS: `http://127.0.0.1:1,${url}` };
  expect(await isHealthy(['server'], health)).toBe(true);
  expect(await isHealthy(['node', 'node-1'], health)).toBe(false);
  const node = entrypoint(['node', '--name', 'node-1', '--json'], stores);
  await shown(node, /"ready":(true)/);
  expect(await isHealthy(['node', 'node-1'], health)).toBe(true);
  node.end();
  expect((await node.ended).exitCode).toBe(0);
  expect(await isHealthy(['node', 'node-1'], health)).toBe(false);
  server.end();
  expect((await server.ended).exitCode).toBe(0);
  expect(await isHealthy(['server'], health)).toBe(false);
});
