/**
 * One measurement of the graph as a value, in a process of its own without server and store: the cycle check of an added
 * edge, the critical path after a change, the order of a million nodes, here and in graphology-dag. Prints one JSON line.
 */
import { createRequire } from 'node:module';
import { percentile } from '../figures.js';
import { built } from './built.js';

const NODES = 100_000;
const EDGES_PER_NODE = 3;
const CHANGES = 10_000;
const NODES_LARGE = 1_000_000;

const { SeededRandom } = await built<typeof import('../../src/kit/random.js')>('kit/random');

type Edges = { readonly sources: Int32Array; readonly targets: Int32Array };

/** Random edges from lower to higher nodes, no edge twice. */
function randomEdges(nodes: number): Edges {
  const random = new SeededRandom(42);
  const sources = new Int32Array(nodes * EDGES_PER_NODE);
  const targets = new Int32Array(nodes * EDGES_PER_NODE);
  const known = new Set<number>();
  while (known.size < sources.length) {
    const [one, other] = [random.int(nodes), random.int(nodes)];
    const edge = Math.min(one, other) * nodes + Math.max(one, other);
    if (one === other || known.has(edge)) continue;
    sources[known.size] = Math.min(one, other);
    targets[known.size] = Math.max(one, other);
    known.add(edge);
  }
  return { sources, targets };
}

async function graphOf(nodes: number, { sources, targets }: Edges) {
  const { Graph } = await built<typeof import('../../src/mesh/graph.js')>('mesh/graph');
  const graph = new Graph();
  for (let node = 0; node < nodes; node++) graph.addNode();
  graph.addEdges([...sources].map((source, at) => edge(source, targets[at] as number)));
  return graph;
}

function edge(source: number, target: number) {
  return { source, target, type: 'HARD', weight: 0 } as const;
}

/** Edges in any direction: many contradict the present order, some close a cycle and are refused. */
async function cycleCheck() {
  const graph = await graphOf(NODES, randomEdges(NODES));
  const random = new SeededRandom(7);
  const tookMs: number[] = [];
  let refused = 0;
  while (tookMs.length < CHANGES) {
    const added = edge(random.int(NODES), random.int(NODES));
    if (graph.edge(added.source, added.target) !== undefined) continue;
    const before = performance.now();
    if (graph.addEdge(added) !== undefined) refused++;
    tookMs.push(performance.now() - before);
  }
  return { p50: percentile(tookMs, 50), p99: percentile(tookMs, 99), refused };
}

async function criticalPath() {
  const graph = await graphOf(NODES, randomEdges(NODES));
  const ranks = await built<typeof import('../../src/mesh/incremental-rank.js')>('mesh/incremental-rank');
  const random = new SeededRandom(7);
  const durations = Float64Array.from({ length: NODES }, () => 1 + random.int(100));
  const before = performance.now();
  const rank = new ranks.IncrementalRank(graph, (node) => durations[node] as number);
  const wholeMs = performance.now() - before;
  const tookMs: number[] = [];
  for (let change = 0; change < CHANGES; change++) {
    const node = random.int(NODES);
    durations[node] = 1 + random.int(100);
    const start = performance.now();
    rank.touch(node);
    rank.settle();
    tookMs.push(performance.now() - start);
  }
  return { p50: percentile(tookMs, 50), p99: percentile(tookMs, 99), wholeMs };
}

/** From plain lists of edges: the adjacency is made within the time. */
async function orderHere() {
  const { sources, targets } = randomEdges(NODES_LARGE);
  const order = await built<typeof import('../../src/mesh/topological-order.js')>('mesh/topological-order');
  return timed(() => order.topologicalOrder(order.csrFrom(NODES_LARGE, sources, targets)).length);
}

/** Its graph is made before the time runs: only its ordering counts. */
async function orderThere() {
  const { sources, targets } = randomEdges(NODES_LARGE);
  const load = createRequire(new URL('../peers/package.json', import.meta.url));
  const { DirectedGraph } = load('graphology') as { DirectedGraph: new () => Directed };
  const { topologicalSort } = load('graphology-dag') as { topologicalSort: (graph: Directed) => string[] };
  const graph = new DirectedGraph();
  for (let node = 0; node < NODES_LARGE; node++) graph.addNode(node);
  for (let at = 0; at < sources.length; at++) graph.addEdge(sources[at] as number, targets[at] as number);
  return timed(() => topologicalSort(graph).length);
}

interface Directed {
  addNode(node: number): void;
  addEdge(source: number, target: number): void;
}

function timed(run: () => number) {
  const before = performance.now();
  const ordered = run();
  if (ordered !== NODES_LARGE) throw new Error(`only ${ordered} nodes were ordered`);
  return { ms: performance.now() - before };
}

const measurements = { cycleCheck, criticalPath, orderHere, orderThere };

export type GraphMeasurements = {
  readonly [K in keyof typeof measurements]: Awaited<ReturnType<(typeof measurements)[K]>>;
};

const [name = ''] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(await measurements[name as keyof typeof measurements]())}\n`);
