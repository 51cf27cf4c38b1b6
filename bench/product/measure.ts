/** One measurement of the product: its own process on a fresh database, a warm-up, then the workload over HTTP. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench.js';
import type { Run } from '../figures.js';
import type { Graph } from '../graphs.js';
import type { PostgresServer } from '../servers/postgres.js';
import { now } from './clock.js';
import { type MeshOptions, submit, tasksOf } from './mesh-input.js';
import { Product } from './product.js';
import { StoreWatch } from './store-watch.js';

export interface GraphWorkload {
  readonly graph: Graph;
  readonly warmUp: Graph;
}

export interface Measured {
  readonly product: Product;
  readonly store: StoreWatch;
  readonly databaseUrl: string;
}

export interface Place {
  readonly postgres?: PostgresServer;
  readonly env?: Readonly<Record<string, string>>;
}

/** A product on a fresh database, stopped when `use` is done with it. */
export async function withProduct<T>(
  bench: Bench,
  { postgres = bench.postgres, env }: Place,
  use: (measured: Measured) => Promise<T>,
): Promise<T> {
  await bench.calm();
  const databaseUrl = await postgres.freshDatabase();
  const product = await Product.start(bench, { databaseUrl, env });
  const store = await StoreWatch.open(databaseUrl);
  try {
    return await use({ product, store, databaseUrl });
  } finally {
    await store.close();
    await bench.stop(product);
  }
}

export async function measureGraph(bench: Bench, workload: GraphWorkload, place: Place = {}): Promise<Run> {
  return await withProduct(bench, place, async (measured) => {
    await warmUp(measured, workload.warmUp);
    return await profiled(bench, measured.product, () => runGraph(measured, workload.graph));
  });
}

/** With a CPU profile of the product where one was asked for. */
export async function profiled<T>(bench: Bench, product: Product, work: () => Promise<T>): Promise<T> {
  const { profile } = bench.options;
  if (profile === undefined) return await work();
  mkdirSync(profile, { recursive: true });
  await product.ask('startProfile');
  const result = await work();
  await product.ask('stopProfile', join(profile, `${Date.now()}.cpuprofile`));
  return result;
}

/** Every contestant repeats its warm-up for so long: servers run for weeks, and V8 needs some 20,000 tasks to know a path. */
export const WARM_UP_MS = 4_000;

async function warmUp(measured: Measured, graph: Graph): Promise<void> {
  const until = now() + WARM_UP_MS;
  do await runGraph(measured, graph);
  while (now() < until);
}

export async function runGraph({ product, store }: Measured, graph: Graph): Promise<Run> {
  const tasks = tasksOf(graph);
  await product.ask('expect', tasks.length);
  const before = now();
  const meshId = await submit(product, tasks);
  const submitMs = now() - before;
  await product.ask('ran');
  const endedAt = await store.completedAt(meshId);
  return { ...(await product.ask('times')), submitMs, endedAt };
}

/** From the call that submits to the store saying that all is done, ms: what is left where no handler marks a start. */
export async function measureWhole(
  bench: Bench,
  { graph, warmUp }: GraphWorkload,
  mesh: MeshOptions,
  place: Place = {},
): Promise<number> {
  return await withProduct(bench, place, async ({ product, store }) => {
    await store.completedAt(await submit(product, tasksOf(warmUp, mesh)));
    const tasks = tasksOf(graph, mesh);
    const before = now();
    return (await store.completedAt(await submit(product, tasks))) - before;
  });
}
