/**
 * A throwaway PostgreSQL for product and peers alike: the binaries the product brings (or those of `--postgres-bin`),
 * initdb's own configuration, fsync on, data below the bench's directory. It differs from stock in the port, the number
 * of connections and, when asked, in slower fsyncs.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { findBinaries } from '../../src/store/postgres/embedded/binaries.js';
import { freePort } from '../../src/store/postgres/embedded/free-port.js';
import { type Account, accountFor } from '../../src/store/postgres/embedded/system-account.js';

const LOOK_MS = 10;
const START_MS_MAX = 30_000;

export interface PostgresOptions {
  /** Where its data goes; made here. */
  readonly directory: string;
  /** A folder with `postgres` and `initdb`. */
  readonly binaries?: string;
  /** Beside the few variables it gets anyway. */
  readonly env?: Readonly<Record<string, string>>;
}

interface Programs {
  readonly postgres: string;
  readonly initdb: string;
}

export class PostgresServer {
  readonly version: string;
  readonly #options: PostgresOptions;
  readonly #programs: Programs;
  readonly #account: Account | null;
  readonly #port: number;
  #child: ChildProcess | undefined;
  #ended: Promise<unknown> = Promise.resolve();

  private constructor(options: PostgresOptions, programs: Programs, account: Account | null, port: number) {
    this.#options = options;
    this.#programs = programs;
    this.#account = account;
    this.#port = port;
    this.version = execFileSync(programs.postgres, ['--version'], { encoding: 'utf8' }).trim();
  }

  static async start(options: PostgresOptions): Promise<PostgresServer> {
    const account = await accountFor(options.directory);
    const { binaries } = options;
    const programs =
      binaries === undefined
        ? await findBinaries(account)
        : { postgres: join(binaries, 'postgres'), initdb: join(binaries, 'initdb') };
    const server = new PostgresServer(options, programs, account, await freePort());
    server.#initialize();
    await server.launch();
    return server;
  }

  url(database: string): string {
    return `postgresql://postgres@127.0.0.1:${this.#port}/${database}`;
  }

  /** An empty database right after a checkpoint, so that none falls into the measurement. */
  async freshDatabase(name = 'bench'): Promise<string> {
    await this.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await this.query(`CREATE DATABASE ${name}`);
    await this.query('CHECKPOINT');
    return this.url(name);
  }

  async query(statement: string, database = 'postgres'): Promise<void> {
    const client = new pg.Client({ connectionString: this.url(database) });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  }

  /** Resolves when it takes connections. */
  async launch(): Promise<void> {
    const { directory, env } = this.#options;
    const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '200' };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(this.#programs.postgres, ['-D', directory, '-p', String(this.#port), ...flags], {
      ...(this.#account ?? {}),
      cwd: directory,
      env: { ...SERVER_ENV, ...env },
      stdio: 'ignore',
    });
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once('exit', resolve));
    const until = performance.now() + START_MS_MAX;
    while (!(await this.#answers())) {
      if (child.exitCode !== null || performance.now() > until)
        throw new Error(`PostgreSQL did not start in ${directory}`);
      await pause(LOOK_MS);
    }
  }

  /** As a crash: no checkpoint, sessions cut off. */
  async crash(): Promise<void> {
    this.#child?.kill('SIGQUIT');
    await this.#ended;
  }

  async stop(): Promise<void> {
    this.#child?.kill('SIGINT');
    await this.#ended;
  }

  #initialize(): void {
    const { directory } = this.#options;
    mkdirSync(directory, { mode: 0o700 });
    chmodSync(directory, 0o700);
    if (this.#account !== null) chownSync(directory, this.#account.uid, this.#account.gid);
    const flags = [
      '--username=postgres',
      '--auth=trust',
      '--no-locale',
      '--encoding=UTF8',
      '--no-instructions',
    ];
    execFileSync(this.#programs.initdb, ['-D', directory, ...flags], {
      ...(this.#account ?? {}),
      cwd: directory,
      env: SERVER_ENV,
      stdio: 'pipe',
    });
  }

  async #answers(): Promise<boolean> {
    return await this.query('SELECT 1').then(
      () => true,
      () => false,
    );
  }
}

const SERVER_ENV = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
