/**
 * A real `taskmesh serve` in a process of its own, from the built program: to be killed, restarted and watched. With
 * SERVER_LOGS=DIRECTORY each leaves there what it logs, by its process id.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { consciousnessVariables } from './consciousness/either-way.js';

/** A start that takes longer is stuck, however busy the machine is. */
const READY_MS_MAX = 90_000;

const STDERR_MAX = 20_000;

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface ServerProcess {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  /** Resolves with the exit code when the process has ended, however it did; null for a signal. */
  readonly gone: Promise<number | null>;
  /** SIGKILL: no goodbye. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM. Resolves with the exit code. */
  stop(): Promise<number | null>;
  /** The end of what it has logged. */
  stderr(): string;
}

/** A server between its spawn and its readiness, for those who strike there. */
export interface StartingServer extends Pick<ServerProcess, 'pid' | 'gone' | 'kill' | 'stop' | 'stderr'> {
  /** Rejects when the process ends before it is ready. */
  readonly ready: Promise<ServerProcess>;
}

export async function serveProcess(
  stateDir: string,
  env: Record<string, string> = {},
): Promise<ServerProcess> {
  return await spawnServer(stateDir, env).ready;
}

export function spawnServer(stateDir: string, env: Record<string, string> = {}): StartingServer {
  const child = spawn(process.execPath, [MAIN, 'serve', '--json', '--state-dir', stateDir], {
    env: {
      ...process.env,
      TASKMESH_SERVER__PORT: '0',
      TASKMESH_OBSERVABILITY__METRICS__ENABLED: 'false',
      TASKMESH_OBSERVABILITY__LOGS__LEVEL: 'warn',
      ...consciousnessVariables(),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let err = '';
  const logs = env.SERVER_LOGS ?? process.env.SERVER_LOGS;
  child.stderr.on('data', (chunk: Buffer) => {
    err = (err + chunk.toString()).slice(-STDERR_MAX);
    if (logs !== undefined) appendFileSync(join(logs, `${child.pid}.log`), chunk);
  });
  const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return await gone;
  };
  const handle = {
    pid: child.pid as number,
    gone,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    stderr: () => err,
  };
  const ready = readyUrl(child, handle).then(async (url) => {
    const token = (await readFile(join(stateDir, 'token'), 'utf8')).trim();
    return { url, token, ...handle };
  });
  // Whoever kills it before it is ready does not wait for it.
  ready.catch(() => undefined);
  return { ...handle, ready };
}

async function readyUrl(
  child: ChildProcess,
  { gone, stderr }: Pick<ServerProcess, 'gone' | 'stderr'>,
): Promise<string> {
  let out = '';
  return await new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`the server was not ready after ${READY_MS_MAX / 1000} s: ${out}${stderr()}`)),
      READY_MS_MAX,
    );
    void gone.then(() => clearTimeout(late));
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const whole = out.split('\n').slice(0, -1);
      const line = whole.find((candidate) => candidate.includes('"ready"'));
      if (line === undefined) return;
      clearTimeout(late);
      resolve((JSON.parse(line) as { url: string }).url);
    });
    void gone.then((code) =>
      reject(new Error(`the server ended with ${code} before it was ready: ${out}${stderr()}`)),
    );
  });
}

/** One GraphQL request as the owner; throws on errors. */
export async function graphql<T>(
  server: Pick<ServerProcess, 'url' | 'token'>,
  query: string,
  variables: object = {},
): Promise<T> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.token}` },
    body: JSON.stringify({ query, variables }),
  });
  const body = (await response.json()) as { data?: T; errors?: { message: string }[] };
  if (body.errors !== undefined || body.data == null) throw new Error(JSON.stringify(body).slice(0, 2000));
  return body.data;
}
