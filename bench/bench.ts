/**
 * What the cases stand on: options, a directory, the database server, and a list of what has to be stopped. One for the
 * whole run of the bench.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Options } from './options.js';
import { quiet } from './others.js';
import { compilePrograms } from './product/compile.js';
import { PostgresServer } from './servers/postgres.js';

export interface Stoppable {
  stop(): Promise<unknown>;
}

export class Bench {
  readonly options: Options;
  readonly directory: string;
  readonly postgres: PostgresServer;
  /** Where the programs are that run inside measured processes. */
  readonly programs: string;
  readonly #open = new Set<Stoppable>();
  #names = 0;

  private constructor(options: Options, directory: string, postgres: PostgresServer) {
    this.options = options;
    this.directory = directory;
    this.postgres = postgres;
    this.programs = compilePrograms(directory);
    this.#open.add(postgres);
  }

  static async open(options: Options): Promise<Bench> {
    const directory = mkdtempSync(join(tmpdir(), 'taskmesh-bench-'));
    chmodSync(directory, 0o755); // PostgreSQL may have to run as another user
    const place = { directory: join(directory, 'postgres'), binaries: options.postgresBinaries };
    return new Bench(options, directory, await PostgresServer.start(place));
  }

  /** A path of that kind that nobody has been given yet. */
  path(kind: string): string {
    return join(this.directory, `${kind}-${++this.#names}`);
  }

  /** Stopped with the bench, unless it was stopped before. */
  keep<T extends Stoppable>(part: T): T {
    this.#open.add(part);
    return part;
  }

  async stop(part: Stoppable): Promise<void> {
    this.#open.delete(part);
    await part.stop();
  }

  async close(): Promise<void> {
    for (const part of [...this.#open].reverse()) await this.stop(part).catch(() => undefined);
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** To be awaited before each measurement. */
  async calm(): Promise<void> {
    await quiet(this.options.quietMs);
  }

  /** Progress, for those who wait; never on standard output. */
  say(text: string): void {
    process.stderr.write(`${text}\n`);
  }
}
