/** What becomes of speed and memory as meshes grow, from a thousand tasks to a million, and to ten thousand meshes. */
import type { Bench } from '../bench.js';
import { median } from '../figures.js';
import { type Graph, layered } from '../graphs.js';
import { type Measured, withProduct } from '../product/measure.js';
import { NO_WAIT, releaseFirst, submit, tasksOf } from '../product/mesh-input.js';
import type { Product } from '../product/product.js';
import { alone, type Row } from '../report.js';
import { type Case, held } from './case.js';

const SIZES = [1000, 10_000, 100_000, 1_000_000] as const;
const NORMAL = 10_000;
/** Beyond this size one measurement has to do. */
const REPEATED_MAX = 100_000;
const CHUNK = 10_000;
const WIDTH = 100;
const MESHES = 10_000;
const CLIENTS = 16;
/** Of 1,000 tasks each: it is the growth of meshes that is measured here, not the warming up of a process. */
const WARM_UPS = 15;
const SHARE_MIN = 0.75;
const BYTES_MAX = 2048;

const EXTEND =
  'mutation ($meshId: ID!, $input: ExtendMeshInput!) { extendMesh(meshId: $meshId, input: $input) { id } }';
const CANCEL = 'mutation ($id: ID!) { cancelMesh(id: $id) { id } }';

interface Growth {
  readonly tasksPerSecond: number;
  readonly bytesPerTask: number;
}

/** The chunks of a graph below one held task, so that nothing starts while the mesh grows. */
function* chunksOf({ parents }: Graph): Generator<object[]> {
  const gate = { key: 't0', work: NO_WAIT, hold: true };
  for (let from = 0; from < parents.length; from += CHUNK) {
    const tasks = parents.slice(from, from + CHUNK).map((sources, at) => ({
      key: `t${from + at + 1}`,
      work: NO_WAIT,
      dependsOn: (sources.length === 0 ? [-1] : sources).map((source) => ({ task: `t${source + 1}` })),
    }));
    // a submission holds 10,000 tasks, so the gate takes the place of the last
    if (from === 0) yield [gate, ...tasks.slice(0, CHUNK - 1)];
    if (from === 0 && tasks.length === CHUNK) yield tasks.slice(CHUNK - 1);
    if (from > 0) yield tasks;
  }
}

async function grow(product: Product, graph: Graph): Promise<string> {
  let meshId = '';
  for (const tasks of chunksOf(graph)) {
    if (meshId === '') meshId = await submit(product, tasks);
    else await product.graphql(EXTEND, { meshId, input: { tasks } });
  }
  return meshId;
}

async function oneMesh({ product, store }: Measured, tasks: number): Promise<Growth> {
  const small = tasksOf(layered({ layers: 10, width: WIDTH, seed: 7 }));
  for (let run = 0; run < WARM_UPS; run++) await store.completedAt(await submit(product, small));
  const emptyBytes = await product.ask('heapBytes');
  const meshId = await grow(product, layered({ layers: tasks / WIDTH, width: WIDTH }));
  const bytesPerTask = ((await product.ask('heapBytes')) - emptyBytes) / tasks;
  await product.ask('expect', tasks + 1);
  await releaseFirst(product, meshId);
  return { bytesPerTask, tasksPerSecond: await finish({ product, store }, meshId, tasks) };
}

async function finish(
  { product, store }: Pick<Measured, 'product' | 'store'>,
  meshId: string,
  tasks: number,
) {
  await product.ask('ran');
  const endedAt = await store.completedAt(meshId);
  return (tasks / (endedAt - (await product.ask('firstStart')))) * 1000;
}

/** Meshes of ten tasks, all waiting for slots that other work holds until all of them are there. */
async function manyMeshes(bench: Bench, { product, store }: Measured, meshes: number): Promise<Growth> {
  const graph = layered({ layers: 5, width: 2 });
  const tasks = graph.parents.length;
  const blockers = Array.from({ length: bench.options.parallel }, (_, at) => ({
    key: `b${at}`,
    priority: 'CRITICAL',
    work: { wait: { durationMs: 3_600_000 } },
    executionTimeoutMs: 7_200_000,
  }));
  const blocking = await submit(product, blockers);
  const emptyBytes = await product.ask('heapBytes');
  await submitAll(product, graph, meshes);
  const bytesPerTask = ((await product.ask('heapBytes')) - emptyBytes) / (meshes * tasks);
  await product.ask('expect', meshes * tasks);
  await product.graphql(CANCEL, { id: blocking });
  await product.ask('ran');
  const endedAt = await store.nothingRunsAt();
  const all = (meshes * tasks) / (endedAt - (await product.ask('firstStart')));
  return { bytesPerTask, tasksPerSecond: all * 1000 };
}

async function submitAll(product: Product, graph: Graph, meshes: number): Promise<void> {
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < meshes) {
      const from = next++ * graph.parents.length;
      await submit(product, tasksOf(graph, { from }));
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

async function repeat(
  bench: Bench,
  runs: number,
  measure: (measured: Measured) => Promise<Growth>,
): Promise<Growth[]> {
  const seen: Growth[] = [];
  for (let run = 0; run < runs; run++) seen.push(await withProduct(bench, {}, measure));
  return seen;
}

interface Found {
  readonly name: string;
  readonly seen: readonly Growth[];
}

function speedRow({ name, seen }: Found, normal: number | undefined): Row {
  const values = seen.map(({ tasksPerSecond }) => tasksPerSecond);
  const row = alone({ case: `growth ${name}`, unit: 'tasks/s', values, product: median(values) });
  if (normal === undefined) return row;
  const share = median(values) / normal;
  return held(
    { ...row, note: `${share.toFixed(2)} × the figure of ${NORMAL.toLocaleString('en')} tasks` },
    `>= ${SHARE_MIN} × that of ${NORMAL.toLocaleString('en')} tasks`,
    share >= SHARE_MIN,
  );
}

function memoryRow({ name, seen }: Found): Row {
  const values = seen.map(({ bytesPerTask }) => bytesPerTask);
  const row = alone({
    case: `growth ${name} heap of an open task`,
    unit: 'bytes',
    values,
    product: median(values),
  });
  return held(row, `<= ${BYTES_MAX} bytes`, (row.product ?? 0) <= BYTES_MAX);
}

export const growth: Case = {
  title: 'meshes grown by extendMesh, and many of them',
  async *run(bench) {
    const largest = bench.options.tasks ?? Math.max(...SIZES);
    const found: Found[] = [];
    // the normal size first: the others are held against it
    for (const size of [NORMAL, ...SIZES.filter((other) => other !== NORMAL)].filter(
      (one) => one <= largest,
    )) {
      const runs = size > REPEATED_MAX ? 1 : bench.options.runs;
      const one = {
        name: size.toLocaleString('en'),
        seen: await repeat(bench, runs, (measured) => oneMesh(measured, size)),
      };
      found.push(one);
      yield speedRow(one, normalOf(found));
      if (size >= NORMAL) yield memoryRow(one);
    }
    const meshes = Math.min(MESHES, largest);
    const seen = await repeat(bench, 1, (measured) => manyMeshes(bench, measured, meshes));
    const many = { name: `${meshes.toLocaleString('en')} meshes`, seen };
    yield speedRow(many, normalOf(found));
    yield memoryRow(many);
  },
};

function normalOf([normal, ...others]: readonly Found[]): number | undefined {
  if (normal === undefined || others.length === 0) return undefined;
  return median(normal.seen.map(({ tasksPerSecond }) => tasksPerSecond));
}
