/** Depth, width and churn at sizes where recursion overflows and quadratic work never ends. No times are asserted. */
import { expect, test } from 'vitest';
import { SeededRandom } from '../../../src/kit/random.js';
import { criticalPath, slack, upwardRanks } from '../../../src/mesh/critical-path.js';
import { Graph, type GraphEdge } from '../../../src/mesh/graph.js';
import { IncrementalRank } from '../../../src/mesh/incremental-rank.js';
import { ancestors, descendants } from '../../../src/mesh/reachability.js';
import { ReadySet } from '../../../src/mesh/ready-set.js';
import { expectOrdered } from './naive-graph.js';

const DEPTH = 200_000;
const edgeOf = (source: number, target: number): GraphEdge => ({ source, target, type: 'HARD', weight: 0 });

function graphOf(nodeCount: number): Graph {
  const graph = new Graph();
  for (let i = 0; i < nodeCount; i++) graph.addNode();
  return graph;
}

function chain(): Graph {
  const graph = graphOf(DEPTH);
  expect(graph.addEdges(Array.from({ length: DEPTH - 1 }, (_, i) => edgeOf(i, i + 1)))).toBeUndefined();
  return graph;
}

test('a chain of 200,000 nodes is measured, ranked and followed without exhausting the stack', () => {
  const graph = chain();
  expect(criticalPath(graph, () => 1).length).toBe(DEPTH);
  expect(upwardRanks(graph, () => 1)[0]).toBe(DEPTH);
  expect(slack(graph, () => 1).slack.every((seconds) => seconds === 0)).toBe(true);
  expect(descendants(graph, [0]).size).toBe(DEPTH - 1);
  expect(ancestors(graph, [DEPTH - 1]).size).toBe(DEPTH - 1);
  let last = 1;
  const ranks = new IncrementalRank(graph, (node) => (node === DEPTH - 1 ? last : 1));
  last = 3;
  ranks.touch(DEPTH - 1);
  expect(ranks.settle().length).toBe(DEPTH);
  expect(ranks.rank(0)).toBe(DEPTH + 2);
});

test('the cycle of 200,000 nodes is named, whether its last edge comes alone or with all others', () => {
  const graph = chain();
  expect(graph.addEdge(edgeOf(DEPTH - 1, 0))?.cycle.length).toBe(DEPTH + 1);
  const fresh = graphOf(DEPTH);
  const cycle = fresh.addEdges(Array.from({ length: DEPTH }, (_, i) => edgeOf(i, (i + 1) % DEPTH)))?.cycle;
  expect(cycle?.length).toBe(DEPTH + 1);
  expect(fresh.edgeCount).toBe(0);
});

test('a chain that is declared last task first, one edge at a time, stays ordered', () => {
  const graph = graphOf(DEPTH);
  const edges = Array.from({ length: DEPTH - 1 }, (_, i) => edgeOf(i + 1, i));
  expect(edges.filter((edge) => graph.addEdge(edge) !== undefined)).toEqual([]);
  expect(graph.topologicalOrder()).toEqual(Int32Array.from({ length: DEPTH }, (_, i) => DEPTH - 1 - i));
});

test('edges of a hidden order that arrive at random, one at a time, are all accepted and end up ordered', () => {
  const random = new SeededRandom('arrivals');
  const graph = graphOf(2_000);
  const hidden = Array.from({ length: 2_000 }, (_, node) => ({ node, at: random.next() })).sort(
    (a, b) => a.at - b.at,
  );
  const edges: GraphEdge[] = [];
  for (let i = 0; i < 6_000; i++) {
    const [a, b] = [random.int(2_000), random.int(2_000)].sort((x, y) => x - y) as [number, number];
    const edge = edgeOf((hidden[a] as { node: number }).node, (hidden[b] as { node: number }).node);
    if (a !== b && graph.edge(edge.source, edge.target) === undefined && graph.addEdge(edge) === undefined)
      edges.push(edge);
  }
  expect(edges.length).toBeGreaterThan(5_900);
  expectOrdered(graph, edges);
});

test('a fan of 100,000 is built, completed and torn down edge by edge', () => {
  const width = 100_000;
  const graph = graphOf(width + 1);
  graph.addEdges(Array.from({ length: width }, (_, i) => edgeOf(width, i)));
  const ready = new ReadySet(graph);
  expect(ready.ready()).toEqual([width]);
  expect(ready.satisfy(width).length).toBe(width);
  for (let node = 0; node < width; node++) graph.removeNode(node);
  expect([graph.nodeCount, graph.edgeCount]).toEqual([1, 0]);
});

test('a mesh that never ends takes in and sheds tasks for ever at a constant size', () => {
  const random = new SeededRandom('churn');
  const graph = graphOf(0);
  const alive: number[] = [];
  let refused = 0;
  for (let i = 0; i < 100_000; i++) {
    const node = graph.addNode();
    for (let k = 0; k < 2 && alive.length > k; k++) {
      const source = alive[random.int(alive.length)] as number;
      if (graph.edge(source, node) === undefined && graph.addEdge(edgeOf(source, node))) refused++;
    }
    alive.push(node);
    if (alive.length > 50) graph.removeNode(alive.splice(random.int(alive.length), 1)[0] as number);
  }
  expect([refused, graph.nodeCount, graph.nodeLimit]).toEqual([0, 50, 51]);
  expectOrdered(
    graph,
    alive.flatMap((node) => graph.outgoing(node)),
  );
});
