/**
 * The server under load: `taskmesh serve` out of dist/ with the PostgreSQL it brings along, in a directory of its own, its
 * security on. All clients of the bench are one caller with one address, so what is allowed to one caller is raised.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TICK_MS, ticksBelow } from '../process-ticks.js';

/** What differs from the defaults, printed with the figures. */
export const SETTINGS: Readonly<Record<string, string>> = {
  TASKMESH_SECURITY__ANONYMOUS: 'false',
  TASKMESH_SECURITY__REQUESTS_PER_SECOND: '1000000',
  TASKMESH_SECURITY__COST_PER_SECOND: '1000000000',
  TASKMESH_SECURITY__SOCKETS_PER_IDENTITY: '100000',
  TASKMESH_SERVER__SUBSCRIPTIONS_MAX: '100000',
  TASKMESH_OBSERVABILITY__METRICS__ENABLED: 'false',
  TASKMESH_OBSERVABILITY__LOGS__LEVEL: 'error',
};

/** Of the processor, ms. */
export interface Used {
  readonly server: number;
  /** All its processes. */
  readonly database: number;
  readonly clients: number;
}

export interface Server {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  used(): Used;
  memoryKb(): number;
  descriptors(): number;
  stop(): Promise<void>;
}

function usedBy(pid: number): Used {
  const [server, ...below] = ticksBelow(pid);
  const database = below.reduce((sum, { ticks, buried }) => sum + ticks + buried, server?.buried ?? 0);
  const { user, system } = process.cpuUsage();
  return {
    server: (server?.ticks ?? 0) * TICK_MS,
    database: database * TICK_MS,
    clients: (user + system) / 1000,
  };
}

/** `profiles`: the folder where its CPU profile goes. */
export async function serve(profiles?: string): Promise<Server> {
  const dir = mkdtempSync(join(tmpdir(), 'taskmesh-load-'));
  const flags = profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`];
  const program = [
    '--max-semi-space-size=32',
    ...flags,
    'dist/main.js',
    'serve',
    '--json',
    '--state-dir',
    dir,
  ];
  const { NODE_ENV: _, ...env } = process.env; // vite sets it, to `development`
  const child = spawn(process.execPath, program, {
    env: { ...env, ...SETTINGS, TASKMESH_SERVER__PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = await Promise.race([
    new Promise<string>((resolve) => child.stdout.once('data', (chunk) => resolve(String(chunk)))),
    gone.then(() => Promise.reject(new Error('the server did not start'))),
  ]);
  const { url } = JSON.parse(line.split('\n')[0] ?? '') as { url: string };
  const pid = child.pid as number;
  return {
    ...{ url, pid, token: readFileSync(join(dir, 'token'), 'utf8').trim() },
    used: () => usedBy(pid),
    memoryKb: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]),
    descriptors: () => readdirSync(`/proc/${pid}/fd`).length,
    stop: async () => {
      child.kill('SIGTERM');
      await gone;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
