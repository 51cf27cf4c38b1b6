/** A cluster in this process: a registry and a BullMQ backend that are real, nodes that run real work, and the layer. */
import pg from 'pg';
import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../../src/kit/clock.js';
import { ClusterLayer } from '../../../src/layers/cluster/cluster-layer.js';
import { NodeAgent } from '../../../src/layers/cluster/node/node-agent.js';
import { LoadMeter } from '../../../src/layers/cluster/node/node-load.js';
import type { NodeEvent } from '../../../src/layers/cluster/node/node-options.js';
import { openBackend } from '../../../src/layers/cluster/open-backend.js';
import type { QueueBackend } from '../../../src/layers/cluster/queue-backend.js';
import type { NodesListener } from '../../../src/layers/layer.js';
import { openLocalLayer } from '../../../src/layers/local/open-local-layer.js';
import { type JoinRequest, type NodeBeat, nodeRef } from '../../../src/lifecycle/cluster-node.js';
import type { AttemptKey, Outcome } from '../../../src/lifecycle/task.js';
import { PostgresNodes } from '../../../src/store/postgres/postgres-nodes.js';
import { type FreshDatabase, freshDatabase } from '../postgres.js';
import { until } from '../until.js';
import { keyOf } from './cluster-nodes.js';

const LOOK_MS = 50;

export interface WorldNode {
  /** While true the database does not hear it. */
  isCut: boolean;
  readonly agent: NodeAgent;
  readonly events: NodeEvent[];
  readonly ended: Promise<void>;
}

export class ClusterWorld {
  readonly clock = new SystemClock({ timersHoldProcess: true });
  readonly late: { key: AttemptKey; outcome: Outcome }[] = [];
  readonly errors: Error[] = [];
  readonly refused: string[] = [];
  readonly dir = mkdtempSync(join(tmpdir(), 'taskmesh-cluster-'));
  readonly #undo: (() => Promise<unknown>)[] = [];
  readonly #nodes: WorldNode[] = [];
  #looking: NodeJS.Timeout | undefined;
  #isClosed = false;
  #redis: ChildProcess | undefined;
  #url = '';
  database!: FreshDatabase;
  pool!: pg.Pool;
  registry!: PostgresNodes;
  layer!: ClusterLayer;

  static async open(kind: 'postgresql' | 'redis'): Promise<ClusterWorld> {
    const world = new ClusterWorld();
    await world.#open(kind);
    return world;
  }

  async #open(kind: 'postgresql' | 'redis'): Promise<void> {
    this.database = await freshDatabase();
    this.pool = new pg.Pool({ connectionString: this.database.url, max: 4 });
    this.pool.on('error', () => undefined);
    this.registry = new PostgresNodes(this.pool);
    this.#url = kind === 'redis' ? await this.#startRedis() : this.database.url;
    this.layer = this.openLayer();
    this.layer.lead(this.#listener);
    this.#lookAgain();
  }

  readonly #listener: NodesListener = {
    nodesChanged: () => undefined,
    runs: () => false,
    lateLine: () => undefined,
    linesStored: () => Promise.resolve(),
    stillLeads: () => Promise.resolve(true),
    late: (key, outcome) => {
      this.late.push({ key, outcome });
      this.layer.recorded(key.token);
    },
  };

  openLayer(): ClusterLayer {
    const layer = new ClusterLayer({
      clock: this.clock,
      openBackend: () => this.openBackend(),
      policy: 'RESOURCE_BASED',
      onError: (error) => this.errors.push(error),
      onRefused: (reason, node) => this.refused.push(`${reason} ${node}`),
    });
    this.#undo.push(() => layer.close());
    return layer;
  }

  openBackend(): Promise<QueueBackend> {
    const onError = (error: Error): void => void this.errors.push(error);
    return openBackend({ url: this.#url, schema: 'taskmesh_queue', connections: 2, onError });
  }

  /** One look after the other: an answer that is overtaken would show what is no more. */
  #lookAgain(): void {
    this.#looking = setTimeout(() => {
      void this.look()
        .catch(() => undefined)
        .then(() => this.#isClosed || this.#lookAgain());
    }, LOOK_MS);
  }

  async look(layer: ClusterLayer = this.layer): Promise<void> {
    await layer.look(await this.registry.look());
  }

  async startNode(name: string, { slots = 4, leaseMs = 20_000, drainMs = 5000 } = {}): Promise<WorldNode> {
    const backend = await this.openBackend();
    const stateDir = join(this.dir, name);
    const events: NodeEvent[] = [];
    const membership = {
      join: (request: JoinRequest) => this.registry.join(request),
      beat: (beat: NodeBeat) =>
        node.isCut ? Promise.reject(new Error('the link is cut')) : this.registry.beat(beat),
      leave: (who: string, incarnation: number) => this.registry.leave(who, incarnation),
    };
    const meter = new LoadMeter();
    const agent = new NodeAgent({
      load: (running) => meter.read(running),
      request: {
        name,
        instance: name,
        address: `here:${process.pid}`,
        version: '1',
        labels: [],
        capacity: { slots, cores: slots, memoryBytes: 2 ** 33 },
        leaseMs,
        key: keyOf(name),
      },
      registry: membership,
      backend,
      openLayer: () =>
        openLocalLayer({
          node: name,
          maxParallelTasks: slots,
          stateDir,
          workingDir: this.dir,
          env: { PATH: process.env['PATH'] ?? '' },
          moduleRoot: this.dir,
          killGraceMs: 200,
          clock: this.clock,
        }).layer,
      clock: this.clock,
      drainMs,
      told: (event) => events.push(event),
    });
    const node: WorldNode = { isCut: false, agent, events, ended: agent.run() };
    this.#nodes.push(node);
    this.#undo.push(() => backend.close());
    await until(`node ${name} is ready`, () => this.refOf(name) !== undefined);
    return node;
  }

  /** As the layer knows it. */
  refOf(name: string): string | undefined {
    const node = this.layer.nodes().find((one) => one.name === name && one.state === 'READY');
    return node === undefined ? undefined : nodeRef(node);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#looking);
    for (const { agent } of this.#nodes) agent.drain();
    await Promise.all(this.#nodes.map(({ ended }) => ended));
    for (const undo of this.#undo.reverse()) await undo();
    await this.pool.end();
    await this.database.drop();
    this.#redis?.kill();
    rmSync(this.dir, { recursive: true, force: true });
  }

  async #startRedis(): Promise<string> {
    const port = 20_000 + Math.floor(Math.random() * 20_000);
    this.#redis = spawn('redis-server', ['--port', String(port), '--save', '', '--bind', '127.0.0.1'], {
      stdio: 'ignore',
    });
    while (!(await answers(port))) await new Promise((resolve) => setTimeout(resolve, 20));
    return `redis://127.0.0.1:${port}`;
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => (socket.end(), resolve(true)));
    socket.on('error', () => resolve(false));
  });
}
