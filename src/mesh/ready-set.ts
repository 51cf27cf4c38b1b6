/**
 * Which nodes wait for nothing any more, while nodes end one by one: O(edges of the node) for each, never a scan.
 * Called by the orchestrator. It counts dependencies only; whether a ready node may run (held, start time, RESOURCE edges) is not its business.
 */
import { assert } from '../kit/assert.js';
import { type EdgeType, waitsForSource } from './edge-type.js';
import { NO_EDGE } from './edge-table.js';
import type { Graph } from './graph.js';
import { grown, grownLength } from './growth.js';

/** COMPLETED meets every dependency on the node; ENDED, any other terminal outcome, meets the SOFT ones. */
export type Ending = 'COMPLETED' | 'ENDED';

const OPEN = 0;
const ENDED = 1;
const COMPLETED = 2;

/** Every node of the graph is open or has ended; an open node is ready when the count of its unmet dependencies is 0. */
export class ReadySet {
  readonly #graph: Graph;
  #unmet = new Int32Array(0);
  #state = new Uint8Array(0);

  /** All nodes of the graph are open. */
  constructor(graph: Graph) {
    this.#graph = graph;
    for (const node of graph.topologicalOrder()) this.track(node);
  }

  isReady(node: number): boolean {
    return this.#state[node] === OPEN && this.#unmet[node] === 0;
  }

  unmet(node: number): number {
    return this.#unmet[node] as number;
  }

  /** Every ready node, sources first; O(nodes), for the start of a mesh. */
  ready(): number[] {
    return Array.from(this.#graph.topologicalOrder()).filter((node) => this.isReady(node));
  }

  /** The open node ended; answers the nodes that this made ready, in the order of its edges. */
  satisfy(node: number, ending: Ending = 'COMPLETED'): number[] {
    assert(this.#state[node] === OPEN, () => `node ${node} has ended before`);
    this.#state[node] = ending === 'COMPLETED' ? COMPLETED : ENDED;
    const { edges } = this.#graph;
    const ready: number[] = [];
    for (let edge = edges.firstOutgoing(node); edge !== NO_EDGE; edge = edges.nextOutgoing(edge)) {
      const type = edges.typeOf(edge);
      if (!waitsForSource(type) || !this.#meets(node, type)) continue;
      const target = edges.targetOf(edge);
      this.#unmet[target] = this.unmet(target) - 1;
      if (this.isReady(target)) ready.push(target);
    }
    return ready;
  }

  /** Makes the node open and counts anew: for a node just added, and for the target of edges just added or removed. */
  track(node: number): void {
    this.#reserve();
    const { edges } = this.#graph;
    let unmet = 0;
    for (let edge = edges.firstIncoming(node); edge !== NO_EDGE; edge = edges.nextIncoming(edge)) {
      const type = edges.typeOf(edge);
      if (waitsForSource(type) && !this.#meets(edges.sourceOf(edge), type)) unmet++;
    }
    this.#state[node] = OPEN;
    this.#unmet[node] = unmet;
  }

  #meets(source: number, type: EdgeType): boolean {
    return this.#state[source] === COMPLETED || (this.#state[source] === ENDED && type === 'SOFT');
  }

  #reserve(): void {
    if (this.#graph.nodeLimit <= this.#unmet.length) return;
    const length = grownLength(this.#unmet.length, this.#graph.nodeLimit);
    this.#unmet = grown(this.#unmet, length);
    this.#state = grown(this.#state, length);
  }
}
