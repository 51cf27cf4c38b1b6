/** Measures the product: a server, and one node that is a `taskmesh node` of its own, on a fresh database. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import type { Bench, Stoppable } from '../bench.js';
import { independent } from '../graphs.js';
import { now } from '../product/clock.js';
import { type Measured as Place, withProduct } from '../product/measure.js';
import { NO_WAIT, submit, tasksOf } from '../product/mesh-input.js';
import type { Product } from '../product/product.js';
import type { ClusterPlan, Measured } from './plan.js';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const LOOK_MS = 50;
const SLOTS = '{ layer(name: CLUSTER) { slots } }';
const CORDON = 'mutation ($id: ID!, $cordoned: Boolean!) { cordonNode(id: $id, cordoned: $cordoned) { id } }';
const PAUSE = 'mutation ($id: ID!) { pauseMesh(id: $id) { id } }';
const RESUME = 'mutation ($id: ID!) { resumeMesh(id: $id) { id } }';
const NAME = 'bench';

type Throughput = Pick<Measured, 'perSecond' | 'submittedPerSecond'>;

class Node implements Stoppable {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(
    bench: Bench,
    product: Product,
    env: Record<string, string>,
    slots: number,
  ): Promise<Node> {
    const room = ['--concurrency', String(slots), '--cores', String(slots), '--memory', `${slots}GB`];
    const argv = [MAIN, 'node', '--json', '--name', NAME, '--state-dir', bench.path('node'), ...room];
    const child = spawn(process.execPath, argv, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 2],
    });
    const node = bench.keep(new Node(child));
    await node.#until(product, (free) => free > 0);
    return node;
  }

  /** Cordoned, it takes nothing: what is submitted then waits for it. */
  async cordon(product: Product, cordoned: boolean): Promise<void> {
    await product.graphql(CORDON, { id: NAME, cordoned });
    await this.#until(product, (free) => (free === 0) === cordoned);
  }

  async #until(product: Product, isSo: (slots: number) => boolean): Promise<void> {
    while (!isSo((await product.graphql<{ layer: { slots: number } }>(SLOTS)).layer.slots)) {
      if (this.#child.exitCode !== null) throw new Error(`the node ended with ${this.#child.exitCode}`);
      await pause(LOOK_MS);
    }
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    await ended;
  }
}

function tasks(count: number): object[] {
  return tasksOf(independent(count), { work: NO_WAIT }).map((task) => ({
    ...task,
    layer: 'CLUSTER',
    taskType: 'MICRO',
  }));
}

/** Plain BullMQ has nothing like a submission: jobs begin with their dispatch. So both are told, with it and without. */
async function throughput({ product, store }: Place, node: Node, count: number): Promise<Throughput> {
  const mesh = tasks(count);
  await node.cordon(product, true);
  const before = now();
  const id = await submit(product, mesh);
  const submitMs = now() - before;
  await product.graphql(PAUSE, { id });
  await node.cordon(product, false);
  const resumed = now();
  await product.graphql(RESUME, { id });
  const dispatchMs = (await store.completedAt(id)) - resumed;
  return {
    perSecond: (count / dispatchMs) * 1000,
    submittedPerSecond: (count / (submitMs + dispatchMs)) * 1000,
  };
}

async function trips({ product }: Place, { idle }: ClusterPlan): Promise<number[]> {
  await product.ask('noteEvents');
  const tookMs: number[] = [];
  for (let trip = 0; trip < idle.warmUp + idle.count; trip++) {
    const before = now();
    tookMs.push((await product.ask('ended', await submit(product, tasks(1)))) - before);
    await pause(idle.pauseMs[trip % idle.pauseMs.length]);
  }
  return tookMs.slice(idle.warmUp);
}

/** `backend`: empty for the database, as in the configuration. */
export async function measureProduct(bench: Bench, backend: string, plan: ClusterPlan): Promise<Measured> {
  const messages = { TASKMESH_CLUSTER__BACKEND: backend };
  return await withProduct(bench, { env: messages }, async (place) => {
    const env = {
      ...messages,
      TASKMESH_DATABASE__URL: place.databaseUrl,
      TASKMESH_OBSERVABILITY__LOGS__LEVEL: 'warn',
    };
    const node = await Node.start(bench, place.product, env, plan.slots);
    try {
      await throughput(place, node, plan.warmUp);
      const measured = await throughput(place, node, plan.count);
      return { ...measured, tripsMs: await trips(place, plan) };
    } finally {
      await bench.stop(node);
    }
  });
}
