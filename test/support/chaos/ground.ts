/** What the chaos stands on: a PostgreSQL of its own, servers and nodes as processes, and the file of what their work did. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { expect, vi } from 'vitest';
import type { SeededRandom } from '../../../src/kit/random.js';
import { EmbeddedPostgres } from '../../../src/store/postgres/embedded.js';
import { type NodeProcess, spawnNode } from '../cluster/node-process.js';
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

export class ChaosGround {
  readonly root: string;
  readonly effects: string;
  readonly postgres: EmbeddedPostgres;
  readonly servers: Part<ServerProcess>[] = [];
  readonly nodes: Part<NodeProcess>[] = [];
  readonly #token = randomBytes(32).toString('base64url');
  readonly #plan: ChaosPlan;

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
    for (let number = 0; number < plan.servers; number++) await ground.#addServer(number, random);
    await Promise.all(Array.from({ length: plan.nodes }, (_, number) => ground.#addNode(number, random)));
    return ground;
  }

  get parts(): Part[] {
    return [...this.servers, ...this.nodes];
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

  async #addServer(number: number, random: SeededRandom): Promise<void> {
    const stateDir = join(this.root, `server-${number}`);
    await mkdir(stateDir);
    await writeFile(join(stateDir, 'token'), `${this.#token}\n`, { mode: 0o600 });
    const env = { ...this.#env, TASKMESH_EXECUTION__MAX_PARALLEL_TASKS: SERVER_SLOTS };
    const start = (url: string) => serveProcess(stateDir, { ...env, TASKMESH_DATABASE__URL: url });
    const link = await SilentLink.to(this.postgres.url);
    const part = new Part(`server-${number}`, { link, random, start });
    this.servers.push(part);
    await part.open();
  }

  async #addNode(number: number, random: SeededRandom): Promise<void> {
    const name = `node-${number}`;
    const stateDir = join(this.root, 'nodes');
    const args = ['--concurrency', NODE_SLOTS];
    const start = (url: string) =>
      spawnNode({ stateDir, name, args: [...args, '--database', url], env: this.#env });
    const link = await SilentLink.to(this.postgres.url);
    const part = new Part(name, { link, random, start });
    this.nodes.push(part);
    await part.open();
  }
}

function spoken(sightings: readonly Sighting[]): string[] {
  return sightings.map(({ pid, command }) => `${pid} ${command}`);
}
