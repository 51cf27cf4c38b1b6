/**
 * Names a cycle, for the message that refuses it. Called by `Graph` when an edge or a batch is refused; never on the way of a good one.
 * Iterative throughout: a path may be a million nodes long.
 */
import { assert } from '../kit/assert.js';
import { type EdgeView, NO_EDGE } from './edge-table.js';

/**
 * The shortest cycle through the edge source -> target, which may or may not be in the table yet: [source, target, …, source].
 * Undefined when target does not reach source, or not within `nodesMax` nodes.
 */
export function cycleThrough(
  edges: EdgeView,
  source: number,
  target: number,
  nodesMax: number = Number.POSITIVE_INFINITY,
): number[] | undefined {
  const cameFrom = new Map([[target, source]]);
  const queue = [target];
  for (let i = 0; i < queue.length && !cameFrom.has(source) && queue.length < nodesMax; i++) {
    const node = queue[i] as number;
    for (let edge = edges.firstOutgoing(node); edge !== NO_EDGE; edge = edges.nextOutgoing(edge)) {
      const next = edges.targetOf(edge);
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, node);
      queue.push(next);
    }
  }
  return source === target || cameFrom.has(source) ? pathBack(cameFrom, source) : undefined;
}

/** From `node` back along `cameFrom` until it comes round to `node`, turned to run along the edges. */
function pathBack(cameFrom: ReadonlyMap<number, number>, node: number): number[] {
  const path = [node];
  let at = node;
  do {
    at = cameFrom.get(at) as number;
    path.push(at);
  } while (at !== node);
  return path.reverse();
}

/**
 * A cycle of the table, short but not always the shortest: `ordered` is what `topologicalOrder` could order.
 * Every node left over has a left-over predecessor, so walking backwards must come round; the edge that does gets its shortest cycle.
 */
export function findCycle(edges: EdgeView, nodeLimit: number, ordered: Int32Array): number[] | undefined {
  const seen = new Uint8Array(nodeLimit);
  for (let i = 0; i < ordered.length; i++) seen[ordered[i] as number] = 1;
  let node = seen.indexOf(0);
  if (node < 0) return undefined;
  const walked = new Uint8Array(nodeLimit);
  for (;;) {
    walked[node] = 1;
    let edge = edges.firstIncoming(node);
    while (edge !== NO_EDGE && seen[edges.sourceOf(edge)] === 1) edge = edges.nextIncoming(edge);
    assert(edge !== NO_EDGE, 'a node that cannot be ordered has a predecessor that cannot');
    const previous = edges.sourceOf(edge);
    if (walked[previous] === 1) return cycleThrough(edges, previous, node);
    node = previous;
  }
}
