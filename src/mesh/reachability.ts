/**
 * What depends on given nodes, and what they depend on, over any number of edges: for reruns (FROM_TASK, FROM_FAILURE) and lineage.
 * RESOURCE edges are not followed: a task's outcome does not reach its neighbour that way.
 * A given node is in the answer only if it is reached from a given node; O(nodes + edges reached).
 */
import { NO_EDGE } from './edge-table.js';
import type { Graph } from './graph.js';

function closure(
  from: Iterable<number>,
  visit: (node: number, reach: (node: number) => void) => void,
): Set<number> {
  const reached = new Set<number>();
  const stack = [...from];
  const reach = (node: number): void => {
    if (reached.has(node)) return;
    reached.add(node);
    stack.push(node);
  };
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) visit(node, reach);
  return reached;
}

export function descendants(graph: Graph, nodes: Iterable<number>): Set<number> {
  const { edges } = graph;
  return closure(nodes, (node, reach) => {
    for (let edge = edges.firstOutgoing(node); edge !== NO_EDGE; edge = edges.nextOutgoing(edge)) {
      if (edges.waits(edge)) reach(edges.targetOf(edge));
    }
  });
}

export function ancestors(graph: Graph, nodes: Iterable<number>): Set<number> {
  const { edges } = graph;
  return closure(nodes, (node, reach) => {
    for (let edge = edges.firstIncoming(node); edge !== NO_EDGE; edge = edges.nextIncoming(edge)) {
      if (edges.waits(edge)) reach(edges.sourceOf(edge));
    }
  });
}
