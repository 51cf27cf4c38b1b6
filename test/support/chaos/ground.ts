/** What the chaos stands on: a PostgreSQL and perhaps a Redis of its own, servers and nodes as processes, and the file of what their work did. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { expect, vi } from 'vitest';
import type { SeededRandom } from '../../../src/kit/random.js';
import { EmbeddedPostgres } from '../../../src/store/postgres/embedded.js';
import { type NodeProcess, spawnNode } from '../cluster/node-process.js';
import { RedisProcess } from '../cluster/redis-process.js';
import { MODULE_FILE, MODULE_SOURCE } from '../kill-rounds/meshes.js';
import { endAll, living, processesOf, type Sighting } from '../kill-rounds/processes.js';
import { serveProcess, type ServerProcess } from '../server-process.js';
import { SilentLink } from '../servers/proxy.js';
import { Part } from './part.js';
import type { ChaosPlan } from './plan.js';

/** Processes die here, not the machine: what the kernel has is safe. */
const SETTINGS = { max_connections: '300', fsync: 'off' };
const GONE_MS_MAX = 60_000;
const SERVER_SLOTS = '2';
const NODE_SLOTS = '6';

/** The way of one server or node to what they share. */
interface Ways {
  readonly links: readonly SilentLink[];
  readonly databaseUrl: string;
  /** Of the queue, where that is not in the database. */
  readonly env: Readonly<Record<string, string>>;
}

export class ChaosGround {
  readonly root: string;
  readonly effects: string;
  readonly postgres: EmbeddedPostgres;
  readonly servers: Part<ServerProcess>[] = [];
  readonly nodes: Part<NodeProcess>[] = [];
  readonly #token = randomBytes(32).toString('base64url');
  readonly #plan: ChaosPlan;
  #redis: RedisProcess | undefined;
  #isRedisDown = false;

  private constructor(root: string, plan: ChaosPlan) {
    this.root = root;
    this.#plan = plan;
    this.effects = join(root, 'effects.log');
    this.postgres = new EmbeddedPostgres({ stateDir: join(root, 'database'), settings: SETTINGS });
  }

  /** `finished` registers what ends it all with its test, however that ends. */
  static async make(
    plan: ChaosPlan,
    random: SeededRandom,
    finished: (close: () => Promise<void>) => void,
  ): Promise<ChaosGround> {
    const root = await realpath(await mkdtemp(join(tmpdir(), 'taskmesh-chaos-')));
    const ground = new ChaosGround(root, plan);
    finished(() => ground.#clear());
    await mkdir(join(root, 'modules'));
    await writeFile(join(root, 'modules', MODULE_FILE), MODULE_SOURCE);
    await ground.postgres.start();
    // without a log: whatever it holds is gone with it
    if (plan.backend === 'redis') ground.#redis = await RedisProcess.start({ dir: join(root, 'redis') });
    for (let number = 0; number < plan.servers; number++) await ground.#addServer(number, random);
    await Promise.all(Array.from({ length: plan.nodes }, (_, number) => ground.#addNode(number, random)));
    return ground;
  }

  get parts(): Part[] {
    return [...this.servers, ...this.nodes];
  }

  /** Kills Redis and starts it anew with nothing of what it held. Undefined: there is none, or it is down already. */
  restartRedis(): Promise<void> | undefined {
    const redis = this.#redis;
    if (redis === undefined || this.#isRedisDown) return undefined;
    this.#isRedisDown = true;
    return redis
      .kill()
      .then(() => redis.start())
      .then(() => void (this.#isRedisDown = false));
  }

  /** As clients see it who know several addresses: some server that runs, another at every look. */
  target(start: number): Pick<ServerProcess, 'url' | 'token'> {
    let turn = start;
    const next = (): ServerProcess | undefined => {
      const running = this.servers.flatMap(({ process }) => process ?? []);
      return running[turn++ % running.length];
    };
    return {
      // discard's port, where nobody answers
      get url() {
        return next()?.url ?? 'http://127.0.0.1:9';
      },
      token: this.#token,
    };
  }

  async withDatabase<T>(use: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: this.postgres.url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  }

  /** Nothing of what was killed may live on. */
  async expectNoOrphans(): Promise<void> {
    const killed = this.parts.flatMap((part) => part.killed);
    await vi.waitFor(() => expect(spoken(living(killed))).toEqual([]), {
      timeout: GONE_MS_MAX,
      interval: 100,
    });
  }

  /** Ends all in order; afterwards no process of theirs may live. */
  async close(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.close()));
    await Promise.all(this.servers.map((server) => server.close()));
    await this.#redis?.kill();
    await this.postgres.stop();
    const left = (): string[] => spoken(processesOf(this.root));
    await vi.waitFor(() => expect(left()).toEqual([]), { timeout: GONE_MS_MAX });
  }

  /** What a test that failed has left. */
  async #clear(): Promise<void> {
    await this.close().catch(() => undefined);
    endAll(processesOf(this.root));
    await rm(this.root, { recursive: true, force: true, maxRetries: 5 });
  }

  get #env(): Record<string, string> {
    return {
      TASKMESH_CLUSTER__LEASE_SECONDS: String(this.#plan.leaseSeconds),
      TASKMESH_EXECUTION__MODULE_ROOT: join(this.root, 'modules'),
      TASKMESH_EXECUTION__KILL_GRACE_SECONDS: '1',
      TASKMESH_EXECUTION__DRAIN_SECONDS: '2',
    };
  }

  async #ways(): Promise<Ways> {
    const database = await SilentLink.to(this.postgres.url);
    if (this.#redis === undefined) return { links: [database], databaseUrl: database.url, env: {} };
    const queue = await SilentLink.to(this.#redis.url);
    const env = { TASKMESH_CLUSTER__BACKEND: queue.url };
    return { links: [database, queue], databaseUrl: database.url, env };
  }

  async #addServer(number: number, random: SeededRandom): Promise<void> {
    const stateDir = join(this.root, `server-${number}`);
    await mkdir(stateDir);
    await writeFile(join(stateDir, 'token'), `${this.#token}\n`, { mode: 0o600 });
    const env = { ...this.#env, TASKMESH_EXECUTION__MAX_PARALLEL_TASKS: SERVER_SLOTS };
    const { links, databaseUrl, env: more } = await this.#ways();
    const start = () => serveProcess(stateDir, { ...env, ...more, TASKMESH_DATABASE__URL: databaseUrl });
    const part = new Part(`server-${number}`, { links, random, start });
    this.servers.push(part);
    await part.open();
  }

  async #addNode(number: number, random: SeededRandom): Promise<void> {
    const name = `node-${number}`;
    const stateDir = join(this.root, 'nodes');
    const { links, databaseUrl, env } = await this.#ways();
    const args = ['--concurrency', NODE_SLOTS, '--database', databaseUrl];
    const start = () => spawnNode({ stateDir, name, args, env: { ...this.#env, ...env } });
    const part = new Part(name, { links, random, start });
    this.nodes.push(part);
    await part.open();
  }
}

function spoken(sightings: readonly Sighting[]): string[] {
  return sightings.map(({ pid, command }) => `${pid} ${command}`);
}
