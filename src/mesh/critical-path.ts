/**
 * How long a graph takes at least, and which nodes decide it. Called by the orchestrator (order of the ready queue), by predictions
 * (the ETA of a mesh) and by what-if simulation. Durations and weights are seconds, finite and not negative (asserted).
 *
 * RESOURCE edges do not count: neither end waits for the other's outcome. They take part in cycles and in the topological order only.
 * The functions below cost O(nodes + edges); arrays are addressed by node and as long as `graph.nodeLimit`.
 */
import { assert } from '../kit/assert.js';
import { NO_EDGE } from './edge-table.js';
import type { Graph, GraphEdge } from './graph.js';

export type DurationOf = (node: number) => number;

/** What an edge adds to a path: its own weight unless the caller knows better (0 where both ends share a place). */
export type WeightOf = (edge: GraphEdge) => number;

export interface CriticalPath {
  /** Seconds, edge weights included. */
  readonly length: number;
  /** Nodes from a source to a sink; empty for an empty graph. */
  readonly path: number[];
}

export interface Slack {
  readonly earliestStart: Float64Array;
  readonly latestStart: Float64Array;
  /** Seconds a node may start late without delaying the end; 0 on the critical path. */
  readonly slack: Float64Array;
}

/** The weight by edge index; without `weightOf` no edge objects are made. */
export function edgeCost(graph: Graph, weightOf?: WeightOf): (edge: number) => number {
  const { edges } = graph;
  return weightOf === undefined ? (edge) => edges.weightOf(edge) : (edge) => weightOf(edges.edgeAt(edge));
}

export function checkedDuration(durationOf: DurationOf, node: number): number {
  const duration = durationOf(node);
  assert(
    duration >= 0 && duration < Infinity,
    () => `the duration of node ${node} is ${duration}, not a finite number of seconds`,
  );
  return duration;
}

/** The costliest way on from a node, over an edge that waits: its cost with all that follows, and where it leads (-1: nowhere). */
function tailOf(
  graph: Graph,
  node: number,
  costOf: (edge: number) => number,
  ranks: Float64Array,
): { cost: number; next: number } {
  const { edges } = graph;
  const tail = { cost: 0, next: -1 };
  for (let edge = edges.firstOutgoing(node); edge !== NO_EDGE; edge = edges.nextOutgoing(edge)) {
    if (!edges.waits(edge)) continue;
    const target = edges.targetOf(edge);
    const cost = costOf(edge) + (ranks[target] as number);
    if (cost <= tail.cost && tail.next >= 0) continue;
    tail.cost = cost;
    tail.next = target;
  }
  return tail;
}

/**
 * The longest path from each node to the end, its own duration included: the upward rank of HEFT (H. Topcuoglu, S. Hariri and
 * M.-Y. Wu, "Performance-effective and low-complexity task scheduling for heterogeneous computing", IEEE TPDS 13(3), 2002).
 */
export function upwardRanks(
  graph: Graph,
  durationOf: DurationOf,
  weightOf?: WeightOf,
): Float64Array<ArrayBuffer> {
  const costOf = edgeCost(graph, weightOf);
  const ranks = new Float64Array(graph.nodeLimit);
  for (const node of graph.topologicalOrder().reverse()) {
    ranks[node] = checkedDuration(durationOf, node) + tailOf(graph, node, costOf, ranks).cost;
  }
  return ranks;
}

/** One longest path; of several, the one whose nodes have the lowest index or the earliest edge where they part. */
export function criticalPath(graph: Graph, durationOf: DurationOf, weightOf?: WeightOf): CriticalPath {
  const costOf = edgeCost(graph, weightOf);
  const ranks = upwardRanks(graph, durationOf, weightOf);
  const path: number[] = [];
  for (let node = firstOfHighest(graph, ranks); node >= 0; node = tailOf(graph, node, costOf, ranks).next)
    path.push(node);
  return { length: path.length === 0 ? 0 : (ranks[path[0] as number] as number), path };
}

function firstOfHighest(graph: Graph, ranks: Float64Array): number {
  let highest = -1;
  for (let node = 0; node < graph.nodeLimit; node++) {
    if (graph.hasNode(node) && (highest < 0 || (ranks[node] as number) > (ranks[highest] as number)))
      highest = node;
  }
  return highest;
}

/**
 * When each node can start and when it must, for the mesh to end as early as it can with unlimited machines
 * (the forward and backward passes of the critical path method, Kelley and Walker, 1959).
 */
export function slack(graph: Graph, durationOf: DurationOf, weightOf?: WeightOf): Slack {
  const { edges } = graph;
  const costOf = edgeCost(graph, weightOf);
  const ranks = upwardRanks(graph, durationOf, weightOf);
  const earliestStart = new Float64Array(graph.nodeLimit);
  for (const node of graph.topologicalOrder()) {
    const end = (earliestStart[node] as number) + checkedDuration(durationOf, node);
    for (let edge = edges.firstOutgoing(node); edge !== NO_EDGE; edge = edges.nextOutgoing(edge)) {
      if (!edges.waits(edge)) continue;
      const target = edges.targetOf(edge);
      earliestStart[target] = Math.max(earliestStart[target] as number, end + costOf(edge));
    }
  }
  const length = ranks.reduce((longest, rank) => Math.max(longest, rank), 0);
  const latestStart = ranks.map((rank, node) =>
    graph.hasNode(node) ? Math.max(length - rank, earliestStart[node] as number) : 0,
  );
  return {
    earliestStart,
    latestStart,
    slack: latestStart.map((latest, node) => latest - (earliestStart[node] as number)),
  };
}
