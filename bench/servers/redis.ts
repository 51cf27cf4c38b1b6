/** A throwaway Redis for the peers that need one, without snapshots; the caller chooses how durable its log is. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../src/store/postgres/embedded/free-port.js';

const LOOK_MS = 10;

/** `no`: nothing is kept; `everysec`: up to a second is lost; `always`: as durable as a commit of PostgreSQL. */
export type AppendOnly = 'no' | 'everysec' | 'always';

export interface RedisOptions {
  readonly directory: string;
  readonly appendOnly: AppendOnly;
  readonly env?: Readonly<Record<string, string>>;
}

/** Undefined when there is no `redis-server` on the PATH. */
export function redisVersion(): string | undefined {
  try {
    const line = execFileSync('redis-server', ['--version'], { encoding: 'utf8', stdio: 'pipe' });
    return /v=(\S+)/.exec(line)?.[1];
  } catch {
    return undefined;
  }
}

export class RedisServer {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(port: number, child: ChildProcess) {
    this.port = port;
    this.#child = child;
  }

  static async start({ directory, appendOnly, env }: RedisOptions): Promise<RedisServer> {
    mkdirSync(directory, { recursive: true });
    const port = await freePort();
    const log =
      appendOnly === 'no' ? ['--appendonly', 'no'] : ['--appendonly', 'yes', '--appendfsync', appendOnly];
    const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', ''];
    const child = spawn('redis-server', [...place, ...log], {
      env: { ...process.env, ...env },
      stdio: 'ignore',
    });
    while (!(await answers(port))) {
      if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
      await pause(LOOK_MS);
    }
    return new RedisServer(port, child);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
