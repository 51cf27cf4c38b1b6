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
    const argv = [MAIN, 'node', '--json', '--state-dir', bench.path('node'), ...room];
    const child = spawn(process.execPath, argv, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 2],
    });
    const node = bench.keep(new Node(child));
    while ((await product.graphql<{ layer: { slots: number } }>(SLOTS)).layer.slots === 0) {
      if (child.exitCode !== null) throw new Error(`the node ended with ${child.exitCode}`);
      await pause(LOOK_MS);
    }
    return node;
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

async function throughput({ product, store }: Place, count: number): Promise<number> {
  const mesh = tasks(count);
  const before = now();
  return count / ((await store.completedAt(await submit(product, mesh))) - before);
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
      await throughput(place, plan.warmUp);
      const perMs = await throughput(place, plan.count);
      return { perSecond: perMs * 1000, tripsMs: await trips(place, plan) };
    } finally {
      await bench.stop(node);
    }
  });
}
