/**
 * The cluster of the demo: a PostgreSQL, servers that share it, and nodes that run the tasks, each a process. Made by
 * `main.ts`. Parts start one after the other, each when the one before is ready, and end in reverse.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { EmbeddedPostgres } from '../../src/store/postgres/embedded.js';
import type { DemoOptions } from './options.js';
import { Program } from './program.js';
import { startRedis } from './redis.js';

/** Two servers and two nodes hold some eighty, and more are for those who look around. */
const CONNECTIONS_MAX = '300';
const SLOTS = '4';

export interface DemoServer {
  readonly program: Program;
  readonly url: string;
  readonly metrics: string;
  readonly stateDir: string;
}

export class DemoCluster {
  readonly servers: DemoServer[] = [];
  readonly nodes: Program[] = [];
  readonly stateDir: string;
  readonly #options: DemoOptions;
  readonly #say: (text: string) => void;
  readonly #undo: (() => Promise<unknown>)[] = [];
  #token = '';
  #env: Readonly<Record<string, string>> = {};

  constructor(options: DemoOptions, say: (text: string) => void) {
    this.#options = options;
    this.#say = say;
    this.stateDir = resolve(options.stateDir);
  }

  get token(): string {
    return this.#token;
  }

  /** Ends early, between two parts, when `stop` aborts. */
  async start(stop: AbortSignal): Promise<void> {
    await this.#prepare();
    await this.#startDatabase();
    if (this.#options.redis) await this.#startRedis();
    for (let number = 1; number <= this.#options.servers && !stop.aborted; number++)
      await this.#serve(number);
    for (let number = 1; number <= this.#options.nodes && !stop.aborted; number++) await this.#join(number);
  }

  /** Nothing of it is left but the tables in a database that was given. */
  async close(): Promise<void> {
    for (const undo of this.#undo.splice(0).reverse())
      await undo().catch((error: unknown) => this.#say(String(error)));
  }

  async #prepare(): Promise<void> {
    await mkdir(join(this.stateDir, 'logs'), { recursive: true, mode: 0o755 });
    this.#undo.push(async () => {
      await rm(this.stateDir, { recursive: true, force: true, maxRetries: 5 });
      // only if the demo made it: otherwise it is not empty
      await rmdir(dirname(this.stateDir)).catch(() => undefined);
    });
    const file = join(this.stateDir, 'token');
    this.#token = await readFile(file, 'utf8').then(
      (text) => text.trim(),
      () => randomBytes(32).toString('base64url'),
    );
    await writeFile(file, `${this.#token}\n`, { mode: 0o600 });
  }

  async #startDatabase(): Promise<void> {
    let url = this.#options.database;
    if (url === undefined) {
      const settings = { max_connections: CONNECTIONS_MAX };
      const postgres = new EmbeddedPostgres({ stateDir: this.stateDir, settings });
      await postgres.start();
      this.#undo.push(() => postgres.stop());
      url = postgres.url;
    }
    const { hostname, port, pathname } = new URL(url);
    const whose = this.#options.database === undefined ? '' : ', yours';
    this.#say(`PostgreSQL   ${hostname}:${port || 5432}${pathname}${whose}`);
    this.#env = {
      TASKMESH_DATABASE__URL: url,
      TASKMESH_OBSERVABILITY__LOGS__LEVEL: 'info',
      TASKMESH_EXECUTION__MAX_PARALLEL_TASKS: SLOTS,
    };
  }

  async #startRedis(): Promise<void> {
    const redis = await startRedis();
    this.#undo.push(() => redis.stop());
    this.#env = { ...this.#env, TASKMESH_CLUSTER__BACKEND: redis.url };
    this.#say(`Redis        ${redis.url}`);
  }

  async #serve(number: number): Promise<void> {
    const name = `server-${number}`;
    const stateDir = join(this.stateDir, name);
    await mkdir(stateDir, { recursive: true });
    await writeFile(join(stateDir, 'token'), `${this.#token}\n`, { mode: 0o600 });
    const { port, metricsPort } = this.#options;
    const program = this.#program(name, ['serve', '--state-dir', stateDir], {
      TASKMESH_GENERAL__INSTANCE_NAME: name,
      TASKMESH_SERVER__PORT: String(port === 0 ? 0 : port + number - 1),
      TASKMESH_OBSERVABILITY__METRICS__PORT: String(metricsPort === 0 ? 0 : metricsPort + number - 1),
    });
    const { url, metrics } = await program.ready;
    this.servers.push({ program, url: String(url), metrics: String(metrics), stateDir });
    this.#say(`${name}     ${String(url)}   process ${program.pid}   metrics ${String(metrics)}`);
  }

  async #join(number: number): Promise<void> {
    const name = `node-${number}`;
    // where whoever brings it back by hand starts it too: the same place may take the name again at once
    const stateDir = this.servers.at(-1)?.stateDir ?? this.stateDir;
    const program = this.#program(name, ['node', '--state-dir', stateDir, '--name', name], {});
    await program.ready;
    this.nodes.push(program);
    this.#say(`${name}       runs ${SLOTS} tasks at once   process ${program.pid}`);
  }

  #program(name: string, argv: readonly string[], env: Readonly<Record<string, string>>): Program {
    const logFile = join(this.stateDir, 'logs', `${name}.log`);
    const program = new Program({ name, argv, env: { ...this.#env, ...env }, logFile });
    this.#undo.push(() => program.stop());
    return program;
  }
}
