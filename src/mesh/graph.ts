/**
 * The task graph as a value: integer nodes, typed edges, acyclic at every moment. The orchestrator keeps one per mesh.
 * It holds structure only: what a node is, how long it takes and whether it has run are the caller's, addressed by the same index.
 */
import { assert } from '../kit/assert.js';
import { EdgeTable, type EdgeView, NO_EDGE } from './edge-table.js';
import { cycleThrough, findCycle } from './find-cycle.js';
import type { GraphEdge } from './graph-edge.js';
import { OnlineOrder } from './online-order.js';
import { csrFrom, topologicalOrder } from './topological-order.js';

export { NO_EDGE } from './edge-table.js';
export type { GraphEdge } from './graph-edge.js';

/** Why edges were refused: a path of nodes along the edges, first and last the same. */
export interface Refusal {
  readonly cycle: number[];
}

/**
 * An edge that contradicts the present order costs about 16 µs to mend, ordering anew 0.25 µs per node and edge
 * (100,000 nodes, 100,000 to 300,000 random edges, Node 20).
 */
const BULK_RATIO = 64;

/** People want to read the shortest cycle. Where that is not found within 0.1 ms, they get the one that was noticed. */
const SHORTEST_NODES_MAX = 500;

/** A node index stays valid until the node is removed, and is then given out again. */
export class Graph {
  readonly #edges = new EdgeTable();
  readonly #order = new OnlineOrder(this.#edges);
  readonly #removed: number[] = [];
  readonly #alive: boolean[] = [];

  get nodeCount(): number {
    return this.#alive.length - this.#removed.length;
  }

  get edgeCount(): number {
    return this.#edges.size;
  }

  /** For algorithms that run over many edges: no objects are made. */
  get edges(): EdgeView {
    return this.#edges;
  }

  /** Every node index is below this: the length for arrays addressed by node. */
  get nodeLimit(): number {
    return this.#alive.length;
  }

  hasNode(node: number): boolean {
    return this.#alive[node] === true;
  }

  addNode(): number {
    const node = this.#removed.pop() ?? this.#alive.length;
    this.#alive[node] = true;
    this.#edges.reserveNodes(this.#alive.length);
    this.#order.append(node);
    return node;
  }

  removeNode(node: number): void {
    this.#assertNode(node);
    const edges = this.#edges;
    for (let edge = edges.firstOutgoing(node); edge !== NO_EDGE; edge = edges.firstOutgoing(node))
      edges.remove(edge);
    for (let edge = edges.firstIncoming(node); edge !== NO_EDGE; edge = edges.firstIncoming(node))
      edges.remove(edge);
    this.#order.remove(node);
    this.#alive[node] = false;
    this.#removed.push(node);
  }

  /** Undefined when added. Both nodes exist and no edge joins them in this direction yet (asserted). */
  addEdge(edge: GraphEdge): Refusal | undefined {
    const { source, target } = edge;
    this.#assertNode(source);
    this.#assertNode(target);
    if (source === target) return { cycle: [source, target] };
    const way = this.#order.admit(source, target);
    if (way !== undefined)
      return { cycle: cycleThrough(this.#edges, source, target, SHORTEST_NODES_MAX) ?? [source, ...way] };
    this.#edges.insert(edge);
    return undefined;
  }

  /** All or none. A batch that contradicts the present order in many places is ordered at once, in O(nodes + edges). */
  addEdges(batch: readonly GraphEdge[]): Refusal | undefined {
    const contradicting = this.#contradictionsOf(batch);
    this.#edges.reserveEdges(batch.length);
    const bulk = contradicting * BULK_RATIO > this.nodeCount + this.edgeCount + batch.length;
    const refusal = bulk ? this.#addAtOnce(batch) : this.#addOneByOne(batch);
    if (refusal !== undefined) this.#takeBack(batch);
    return refusal;
  }

  removeEdge(source: number, target: number): GraphEdge | undefined {
    const found = this.#edges.find(source, target);
    if (found === NO_EDGE) return undefined;
    const edge = this.#edges.edgeAt(found);
    this.#edges.remove(found);
    return edge;
  }

  edge(source: number, target: number): GraphEdge | undefined {
    const found = this.#edges.find(source, target);
    return found === NO_EDGE ? undefined : this.#edges.edgeAt(found);
  }

  /** In the order they were added; a new array each time. */
  outgoing(node: number): readonly GraphEdge[] {
    this.#assertNode(node);
    const result: GraphEdge[] = [];
    const edges = this.#edges;
    for (let edge = edges.firstOutgoing(node); edge !== NO_EDGE; edge = edges.nextOutgoing(edge))
      result.push(edges.edgeAt(edge));
    return result;
  }

  incoming(node: number): readonly GraphEdge[] {
    this.#assertNode(node);
    const result: GraphEdge[] = [];
    const edges = this.#edges;
    for (let edge = edges.firstIncoming(node); edge !== NO_EDGE; edge = edges.nextIncoming(edge))
      result.push(edges.edgeAt(edge));
    return result;
  }

  /** Sources first. */
  topologicalOrder(): Int32Array<ArrayBuffer> {
    return this.#order.toArray();
  }

  /** Grows along every edge; comparable between nodes until the graph next changes. */
  position(node: number): number {
    return this.#order.position(node);
  }

  #contradictionsOf(batch: readonly GraphEdge[]): number {
    let count = 0;
    for (const { source, target } of batch) {
      this.#assertNode(source);
      this.#assertNode(target);
      if (this.#order.position(source) >= this.#order.position(target)) count++;
    }
    return count;
  }

  #addOneByOne(batch: readonly GraphEdge[]): Refusal | undefined {
    for (const edge of batch) {
      const refusal = this.addEdge(edge);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  #addAtOnce(batch: readonly GraphEdge[]): Refusal | undefined {
    for (const edge of batch) {
      if (edge.source === edge.target) return { cycle: [edge.source, edge.source] };
      this.#edges.insert(edge);
    }
    const ordered = this.#orderAnew();
    const cycle = findCycle(this.#edges, this.nodeLimit, ordered);
    if (cycle !== undefined) return { cycle };
    this.#order.replace(ordered.filter((node) => this.hasNode(node)));
    return undefined;
  }

  #orderAnew(): Int32Array<ArrayBuffer> {
    const { slotLimit } = this.#edges;
    const sources = new Int32Array(slotLimit);
    const targets = new Int32Array(slotLimit);
    for (let edge = 0; edge < slotLimit; edge++) {
      sources[edge] = this.#edges.sourceOf(edge);
      targets[edge] = this.#edges.targetOf(edge);
    }
    return topologicalOrder(csrFrom(this.nodeLimit, sources, targets));
  }

  /** What a refused batch had inserted so far; none of its edges was there before. */
  #takeBack(batch: readonly GraphEdge[]): void {
    for (const { source, target } of batch) {
      const found = this.#edges.find(source, target);
      if (found !== NO_EDGE) this.#edges.remove(found);
    }
  }

  #assertNode(node: number): void {
    assert(this.hasNode(node), () => `there is no node ${node}`);
  }
}
