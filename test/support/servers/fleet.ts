/** Several real `taskmesh serve` on one database: each with its own state directory and port, all with one token. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { vi, expect } from 'vitest';
import { MODULE_FILE, MODULE_SOURCE } from '../kill-rounds/meshes.js';
import { endAll, familyOf, living, processesOf, type Sighting } from '../kill-rounds/processes.js';
import { freshDatabase, type FreshDatabase } from '../postgres.js';
import { graphql, type ServerProcess, serveProcess } from '../server-process.js';

const STATUS =
  '{ status { serverId leader leaderId epoch servers { id state lagEvents silentSeconds url } } }';
const GONE_MS_MAX = 20_000;

export interface FleetStatus {
  readonly serverId: string;
  readonly leader: boolean;
  readonly leaderId: string | null;
  readonly epoch: number | null;
  readonly servers: readonly {
    readonly id: string;
    readonly state: string;
    readonly lagEvents: number;
    readonly silentSeconds: number;
    readonly url: string | null;
  }[];
}

export class Fleet {
  readonly root: string;
  readonly effects: string;
  readonly #database: FreshDatabase;
  readonly #env: Record<string, string>;
  readonly #token = randomBytes(32).toString('base64url');
  readonly #running = new Map<number, ServerProcess>();
  readonly #families: Sighting[] = [];

  private constructor(root: string, database: FreshDatabase, env: Record<string, string>) {
    this.root = root;
    this.effects = join(root, 'effects.log');
    this.#database = database;
    this.#env = env;
  }

  /** `finished` registers what ends the fleet with its test, however that ends. */
  static async make(
    finished: (close: () => Promise<void>) => void,
    env: Record<string, string> = {},
  ): Promise<Fleet> {
    const root = await realpath(await mkdtemp(join(tmpdir(), 'taskmesh-fleet-')));
    await mkdir(join(root, 'modules'));
    await writeFile(join(root, 'modules', MODULE_FILE), MODULE_SOURCE);
    const fleet = new Fleet(root, await freshDatabase(), env);
    finished(() => fleet.close());
    return fleet;
  }

  get databaseUrl(): string {
    return this.#database.url;
  }

  /** The numbers of those that run. */
  get numbers(): number[] {
    return [...this.#running.keys()];
  }

  server(number: number): ServerProcess {
    const server = this.#running.get(number);
    if (server === undefined) throw new Error(`server ${number} does not run`);
    return server;
  }

  /** `number` says in which state directory; `url` is of the database, where the server goes to it by another way. */
  async start(number: number, url = this.#database.url): Promise<ServerProcess> {
    const stateDir = join(this.root, `server-${number}`);
    await mkdir(stateDir, { recursive: true });
    await writeFile(join(stateDir, 'token'), `${this.#token}\n`, { mode: 0o600 });
    const server = await serveProcess(stateDir, {
      TASKMESH_DATABASE__URL: url,
      TASKMESH_GENERAL__INSTANCE_NAME: `server-${number}`,
      TASKMESH_EXECUTION__MODULE_ROOT: join(this.root, 'modules'),
      TASKMESH_EXECUTION__MAX_PARALLEL_TASKS: '16',
      TASKMESH_EXECUTION__KILL_GRACE_SECONDS: '1',
      ...this.#env,
    });
    this.#running.set(number, server);
    return server;
  }

  /** The first leads; the others come together. */
  async startAll(count: number): Promise<void> {
    await this.start(0);
    await Promise.all(Array.from({ length: count - 1 }, (_, at) => this.start(at + 1)));
  }

  async kill(number: number): Promise<void> {
    const server = this.server(number);
    this.#families.push(...familyOf(server.pid));
    this.#running.delete(number);
    await server.kill();
  }

  /** As by SIGTERM; resolves when the process has ended. */
  async stop(number: number): Promise<void> {
    const server = this.server(number);
    this.#families.push(...familyOf(server.pid));
    this.#running.delete(number);
    await server.stop();
  }

  status(number: number): Promise<FleetStatus> {
    return graphql<{ status: FleetStatus }>(this.server(number), STATUS).then(({ status }) => status);
  }

  /** Which of them says that it leads; waits until one does. */
  async leader(): Promise<number> {
    return await vi.waitFor(
      async () => {
        for (const number of this.numbers) {
          const status = await this.status(number).catch(() => undefined);
          if (status?.leader === true) return number;
        }
        throw new Error('nobody leads');
      },
      { timeout: 90_000, interval: 50 },
    );
  }

  async followers(): Promise<number[]> {
    const leader = await this.leader();
    return this.numbers.filter((number) => number !== leader);
  }

  /** As clients see it who know several addresses: some server that runs, another at every look. */
  target(start: number): Pick<ServerProcess, 'url' | 'token'> {
    let turn = start;
    const next = (): ServerProcess | undefined => [...this.#running.values()][turn++ % this.#running.size];
    return {
      // discard's port, where nobody answers
      get url() {
        return next()?.url ?? 'http://127.0.0.1:9';
      },
      token: this.#token,
    };
  }

  async withDatabase<T>(use: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: this.#database.url });
    await client.connect();
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  }

  async close(): Promise<void> {
    for (const { pid } of this.#running.values()) this.#families.push(...familyOf(pid));
    try {
      await Promise.all(this.numbers.map((number) => this.stop(number)));
      const left = (): string =>
        [...living(this.#families), ...processesOf(this.root)].map(({ command }) => command).join('\n');
      await vi.waitFor(() => expect(left()).toBe(''), { timeout: GONE_MS_MAX });
    } finally {
      endAll([...this.#families, ...processesOf(this.root)]);
      await this.#database.drop();
      await rm(this.root, { recursive: true, force: true, maxRetries: 5 });
    }
  }
}
