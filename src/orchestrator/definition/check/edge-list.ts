/**
 * All edges of a mesh in one list, whichever way they were written, and what can be wrong with them together: unknown
 * ends, a task that depends on itself, the same edge twice, a cycle. Filled by `mesh-parts.ts`, once per input. Ends
 * and places are kept as plain integers: a closure, a path or a set entry per edge cost 40 ms of 50,000.
 */
import { didYouMean } from '../../../kit/nearest-word.js';
import { Graph } from '../../../mesh/graph.js';
import { csrFrom, topologicalOrder } from '../../../mesh/topological-order.js';
import type { CheckedEdge } from '../mesh-input.js';
import type { Inspection, Step } from './inspection.js';
import { showText } from './show-value.js';

/** The owner of an edge that was written in `edges` and not in a task. */
export const NO_TASK = -1;

export interface Cycle {
  /** Along the edges, the first again at the end. */
  readonly keys: readonly string[];
  /** Where the edge that closes it was written. */
  readonly place: readonly Step[];
}

export class EdgeList {
  readonly edges: CheckedEdge[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #keys: string[] = [];
  readonly #sources: number[] = [];
  readonly #targets: number[] = [];
  /** Where each edge was written: the index of its task, and the position in that task's list. */
  readonly #owners: number[] = [];
  readonly #positions: number[] = [];

  /** With `open` an end may be a task that the mesh already has. `single`: there is one task, and it is the input. */
  constructor(
    private readonly inspection: Inspection,
    private readonly kind: 'closed' | 'open' | 'single',
  ) {}

  /** False when the key is taken. */
  addTask(key: string): boolean {
    if (this.#indexes.has(key)) return false;
    this.#indexes.set(key, this.#keys.length);
    this.#keys.push(key);
    return true;
  }

  addEdge(edge: CheckedEdge, owner: number, position: number): void {
    const source = this.#indexOf(edge.source);
    const target = this.#indexOf(edge.target);
    if (source === undefined)
      this.#refuseUnknown(edge.source, owner, position, owner === NO_TASK ? 'source' : 'task');
    if (target === undefined) this.#refuseUnknown(edge.target, owner, position, 'target');
    if (source === undefined || target === undefined) return;
    if (source === target) return this.#refuseSelf(edge, owner, position);
    this.edges.push(edge);
    this.#sources.push(source);
    this.#targets.push(target);
    this.#owners.push(owner);
    this.#positions.push(position);
  }

  /** Call once, when all edges are in. */
  refuseRepeated(): void {
    const edges = Int32Array.from(this.#sources.keys());
    const byTarget = csrFrom(this.#keys.length, Int32Array.from(this.#targets), edges);
    const seenFor = new Int32Array(this.#keys.length).fill(-1);
    for (let target = 0; target < this.#keys.length; target++) {
      for (let at = byTarget.offsets[target] as number; at < (byTarget.offsets[target + 1] as number); at++) {
        const edge = byTarget.targets[at] as number;
        const source = this.#sources[edge] as number;
        if (seenFor[source] === target) this.#refuseTwice(edge);
        seenFor[source] = target;
      }
    }
  }

  /** Undefined when there is none. */
  cycle(): Cycle | undefined {
    const nodes = this.#keys.length;
    const csr = csrFrom(nodes, Int32Array.from(this.#sources), Int32Array.from(this.#targets));
    if (topologicalOrder(csr).length === nodes) return undefined;
    const graph = new Graph();
    for (let node = 0; node < nodes; node++) graph.addNode();
    const ends = (source: number, at: number) => ({ source, target: this.#targets[at] as number });
    const batch = this.#sources.map((source, at) => ({
      ...ends(source, at),
      type: 'HARD' as const,
      weight: 0,
    }));
    const cycle = graph.addEdges(batch)?.cycle;
    return (
      cycle && {
        keys: cycle.map((node) => this.#keys[node] as string),
        place: this.#placeOfEdge(cycle.at(-2), cycle.at(-1)),
      }
    );
  }

  #placeOfEdge(source: number | undefined, target: number | undefined): readonly Step[] {
    const at = this.#sources.findIndex((from, edge) => from === source && this.#targets[edge] === target);
    return this.#place(this.#owners[at] as number, this.#positions[at] as number);
  }

  #indexOf(key: string): number | undefined {
    if (this.kind !== 'closed') this.addTask(key);
    return this.#indexes.get(key);
  }

  #place(owner: number, position: number): readonly Step[] {
    if (owner === NO_TASK) return ['edges', position];
    return this.kind === 'single' ? ['dependsOn', position] : ['tasks', owner, 'dependsOn', position];
  }

  #refuseUnknown(key: string, owner: number, position: number, field: string): void {
    const { keeping, suggestions } = this.inspection;
    const meant = keeping ? didYouMean(key, this.#keys, suggestions) : undefined;
    const fix = meant ?? 'add that task, or leave the dependency out';
    this.inspection.fault(
      { rule: 'must name a task of this mesh', got: key, fix },
      ...this.#place(owner, position),
      field,
    );
  }

  #refuseSelf(edge: CheckedEdge, owner: number, position: number): void {
    const rule = 'must not lead from a task to itself';
    this.inspection.fault({ rule, got: edge.source, fix: 'leave it out' }, ...this.#place(owner, position));
  }

  #refuseTwice(at: number): void {
    const { source, target } = this.edges[at] as CheckedEdge;
    const place = this.#place(this.#owners[at] as number, this.#positions[at] as number);
    const rule = `must not repeat the edge from ${showText(source)} to ${showText(target)}`;
    this.inspection.fault({ rule, fix: 'keep one of the two' }, ...place);
  }
}
