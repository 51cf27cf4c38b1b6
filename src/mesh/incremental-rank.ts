/**
 * Upward ranks kept current while durations are learned and edges come and go: only ancestors whose rank really changes are visited.
 * The orchestrator touches what changed, settles once, and re-orders its ready queue by the answer.
 * What an upward rank is, and that RESOURCE edges do not count, stands in `critical-path.ts`.
 */
import { Heap, UNTRACKED } from '../kit/heap.js';
import { checkedDuration, type DurationOf, edgeCost, type WeightOf } from './critical-path.js';
import { NO_EDGE } from './edge-table.js';
import type { Graph } from './graph.js';
import { grown, grownLength } from './growth.js';

/**
 * Between `settle` calls, ranks are those of the last one; `touched` holds where to begin the next.
 * `tails` is the rank without the node's own duration: a successor that was below its predecessor's tail and stays so changes nothing,
 * which spares a node with 100,000 successors from being looked at for each of them.
 */
export class IncrementalRank {
  readonly #graph: Graph;
  readonly #durationOf: DurationOf;
  readonly #costOf: (edge: number) => number;
  readonly #touched = new Set<number>();
  readonly #pending: Heap<number>;
  #isPending = new Uint8Array(0);
  #ranks = new Float64Array(0);
  #tails = new Float64Array(0);

  constructor(graph: Graph, durationOf: DurationOf, weightOf?: WeightOf) {
    this.#graph = graph;
    this.#durationOf = durationOf;
    this.#costOf = edgeCost(graph, weightOf);
    this.#pending = new Heap<number>((a, b) => graph.position(b) - graph.position(a), UNTRACKED);
    this.#reserve();
    for (const node of graph.topologicalOrder().reverse()) this.#evaluate(node);
  }

  /** Seconds from the start of the node to the end of the longest path behind it, as of the last `settle`. */
  rank(node: number): number {
    return this.#ranks[node] as number;
  }

  /**
   * To be called for a new node, for a node whose duration changed, and for the source of an edge that was added, removed
   * or weighted anew (for a removed node: for the sources of its edges).
   */
  touch(node: number): void {
    this.#touched.add(node);
  }

  /** Brings all ranks up to date and answers the nodes whose rank changed, later nodes of the order first. */
  settle(): number[] {
    this.#reserve();
    for (const node of this.#touched) if (this.#graph.hasNode(node)) this.#enqueue(node);
    this.#touched.clear();
    const changed: number[] = [];
    for (let node = this.#pending.pop(); node !== undefined; node = this.#pending.pop()) {
      this.#isPending[node] = 0;
      const before = this.rank(node);
      this.#evaluate(node);
      if (this.rank(node) === before) continue;
      changed.push(node);
      this.#enqueueAffected(node, before);
    }
    return changed;
  }

  #evaluate(node: number): void {
    const { edges } = this.#graph;
    let tail = 0;
    for (let edge = edges.firstOutgoing(node); edge !== NO_EDGE; edge = edges.nextOutgoing(edge)) {
      if (edges.waits(edge)) tail = Math.max(tail, this.#costOf(edge) + this.rank(edges.targetOf(edge)));
    }
    this.#tails[node] = tail;
    this.#ranks[node] = checkedDuration(this.#durationOf, node) + tail;
  }

  /** Predecessors whose longest way on led through this node, or now does. */
  #enqueueAffected(node: number, before: number): void {
    const { edges } = this.#graph;
    const highest = Math.max(before, this.rank(node));
    for (let edge = edges.firstIncoming(node); edge !== NO_EDGE; edge = edges.nextIncoming(edge)) {
      if (!edges.waits(edge)) continue;
      const source = edges.sourceOf(edge);
      if (this.#costOf(edge) + highest >= (this.#tails[source] as number)) this.#enqueue(source);
    }
  }

  #enqueue(node: number): void {
    if (this.#isPending[node] === 1) return;
    this.#isPending[node] = 1;
    this.#pending.push(node);
  }

  #reserve(): void {
    if (this.#graph.nodeLimit <= this.#ranks.length) return;
    const length = grownLength(this.#ranks.length, this.#graph.nodeLimit);
    this.#isPending = grown(this.#isPending, length);
    this.#ranks = grown(this.#ranks, length);
    this.#tails = grown(this.#tails, length);
  }
}
