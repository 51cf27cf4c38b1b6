/** A real Redis or Valkey in a process of its own, on a free port of the loopback: to be killed, paused, started anew, filled. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { Redis } from 'ioredis';
import { freePort } from '../../../src/store/postgres/embedded/free-port.js';

const READY_MS_MAX = 20_000;
const LOOK_MS = 20;

const program = ['redis-server', 'valkey-server'].find((one) => spawnSync(one, ['--version']).status === 0);

/** For `describe.skipIf`, which shows as skipped what cannot run here. */
export const hasRedis = program !== undefined;
if (!hasRedis) console.warn('there is no redis-server here: tests of the cluster on Redis are skipped');

export interface RedisWish {
  readonly dir: string;
  /** As after `redis-server`. Without any it keeps nothing over a restart. */
  readonly args?: readonly string[];
  /** Files of TLS, as after `redis-server`: then it takes nobody without a certificate. */
  readonly tls?: readonly string[];
}

export class RedisProcess {
  readonly port: number;
  readonly #wish: RedisWish;
  #child: ChildProcess | undefined;

  private constructor(port: number, wish: RedisWish) {
    this.port = port;
    this.#wish = wish;
  }

  static async start(wish: RedisWish): Promise<RedisProcess> {
    const redis = new RedisProcess(await freePort(), wish);
    await redis.start();
    return redis;
  }

  get url(): string {
    return `${this.#wish.tls === undefined ? 'redis' : 'rediss'}://127.0.0.1:${this.port}`;
  }

  /** On the same port, with what its files hold. */
  async start(): Promise<void> {
    const { dir, args = [], tls } = this.#wish;
    mkdirSync(dir, { recursive: true });
    const port = String(this.port);
    const door =
      tls === undefined
        ? ['--port', port]
        : ['--port', '0', '--tls-port', port, '--tls-auth-clients', 'yes', ...tls];
    const place = ['--bind', '127.0.0.1', '--dir', dir, '--save', ''];
    this.#child = spawn(program as string, [...door, ...place, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    this.#child.stdout?.on('data', (chunk: Buffer) => (out = (out + chunk.toString()).slice(-2000)));
    const end = performance.now() + READY_MS_MAX;
    while (!/Ready to accept connections/.test(out)) {
      if (this.#child.exitCode !== null || performance.now() > end) throw new Error(`no Redis: ${out}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** SIGKILL: no last write. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGCONT');
    child.kill('SIGKILL');
    await gone;
  }

  async ask<T>(use: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis({ host: '127.0.0.1', port: this.port });
    try {
      return await use(client);
    } finally {
      client.disconnect();
    }
  }
}

/** A user who may do what the queue needs and nothing else, and nobody beside it. */
export function userArgs(user: string, password: string, schema: string): string[] {
  const may = ['+@read', '+@write', '+@connection', '+@blocking', '+@scripting', '+info'];
  return ['--user', 'default', 'off', '--user', user, 'on', `>${password}`, `~${schema}:*`, '-@all', ...may];
}
