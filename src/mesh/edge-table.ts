/**
 * The edges of a graph in typed arrays, outside the JavaScript heap: O(1) to add, find and remove, iterated without allocating.
 * Only this folder uses it; `Graph` is its face and keeps it acyclic. It knows nothing of order or cycles.
 */
import { assert } from '../kit/assert.js';
import { EDGE_TYPES, type EdgeType, waitsForSource } from './edge-type.js';
import type { GraphEdge } from './graph-edge.js';
import { grown, grownLength } from './growth.js';

/** "No edge", where an edge index is expected. */
export const NO_EDGE = -1;

/** What algorithms may do with the edges of a graph. Iteration: from `first…(node)` by `next…(edge)` until NO_EDGE. */
export type EdgeView = Pick<
  EdgeTable,
  | 'firstOutgoing'
  | 'nextOutgoing'
  | 'firstIncoming'
  | 'nextIncoming'
  | 'sourceOf'
  | 'targetOf'
  | 'typeOf'
  | 'waits'
  | 'weightOf'
  | 'edgeAt'
>;

/** The eight 32-bit fields of an edge: half a cache line. A free slot has source -1 and the next free slot in OUT_NEXT. */
const FIELDS = 8;
const SOURCE = 0;
const TARGET = 1;
/** Followed by the field for the previous edge, as IN_NEXT is. */
const OUT_NEXT = 2;
const IN_NEXT = 4;
const BUCKET_NEXT = 6;
const TYPE = 7;

const TYPE_CODES = new Map<EdgeType, number>(EDGE_TYPES.map((type, code) => [type, code]));
const WAITS = Uint8Array.from(EDGE_TYPES, (type) => Number(waitsForSource(type)));

/**
 * An edge is named by the index of its slot until it is removed. Every node has two linked lists through the slots,
 * outgoing and incoming, in order of insertion; the head's PREVIOUS field points to the tail. (source, target) is found by hashing.
 */
export class EdgeTable {
  #fields = new Int32Array(8 * FIELDS);
  #weights = new Float64Array(8);
  #buckets = new Int32Array(8).fill(NO_EDGE);
  #firstOutgoing = new Int32Array(0);
  #firstIncoming = new Int32Array(0);
  #free = NO_EDGE;
  #slotsUsed = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Edge indices are below this; some may be free. */
  get slotLimit(): number {
    return this.#slotsUsed;
  }

  /** Makes room for nodes [0, nodeLimit). */
  reserveNodes(nodeLimit: number): void {
    if (nodeLimit <= this.#firstOutgoing.length) return;
    const length = grownLength(this.#firstOutgoing.length, nodeLimit);
    this.#firstOutgoing = grown(this.#firstOutgoing, length, NO_EDGE);
    this.#firstIncoming = grown(this.#firstIncoming, length, NO_EDGE);
  }

  /** Makes room for so many more edges at once: a large batch is not hashed again and again while the table doubles. */
  reserveEdges(count: number): void {
    const needed = this.#size + count;
    if (needed > this.#weights.length) this.#grow(grownLength(this.#weights.length, needed));
  }

  /** No edge may join the two nodes in this direction yet. */
  insert(edge: GraphEdge): void {
    const { source, target, type, weight } = edge;
    assert(weight >= 0 && weight < Infinity, 'the weight of an edge is finite and not negative');
    assert(this.find(source, target) === NO_EDGE, () => `the edge ${source} -> ${target} exists already`);
    const slot = this.#takeSlot();
    const at = slot * FIELDS;
    this.#fields[at + SOURCE] = source;
    this.#fields[at + TARGET] = target;
    this.#fields[at + TYPE] = TYPE_CODES.get(type) as number;
    this.#weights[slot] = weight;
    const bucket = this.#bucketOf(source, target);
    this.#fields[at + BUCKET_NEXT] = this.#buckets[bucket] as number;
    this.#buckets[bucket] = slot;
    this.#append(this.#firstOutgoing, source, slot, OUT_NEXT);
    this.#append(this.#firstIncoming, target, slot, IN_NEXT);
    this.#size++;
  }

  remove(edge: number): void {
    const at = edge * FIELDS;
    const source = this.#fields[at + SOURCE] as number;
    const target = this.#fields[at + TARGET] as number;
    this.#unlinkBucket(this.#bucketOf(source, target), edge);
    this.#unlink(this.#firstOutgoing, source, edge, OUT_NEXT);
    this.#unlink(this.#firstIncoming, target, edge, IN_NEXT);
    this.#fields[at + SOURCE] = -1;
    this.#fields[at + OUT_NEXT] = this.#free;
    this.#free = edge;
    this.#size--;
  }

  find(source: number, target: number): number {
    let edge = this.#buckets[this.#bucketOf(source, target)] as number;
    while (edge !== NO_EDGE) {
      const at = edge * FIELDS;
      if (this.#fields[at + SOURCE] === source && this.#fields[at + TARGET] === target) return edge;
      edge = this.#fields[at + BUCKET_NEXT] as number;
    }
    return NO_EDGE;
  }

  firstOutgoing(node: number): number {
    return this.#firstOutgoing[node] as number;
  }

  nextOutgoing(edge: number): number {
    return this.#fields[edge * FIELDS + OUT_NEXT] as number;
  }

  firstIncoming(node: number): number {
    return this.#firstIncoming[node] as number;
  }

  nextIncoming(edge: number): number {
    return this.#fields[edge * FIELDS + IN_NEXT] as number;
  }

  /** -1 for a free slot. */
  sourceOf(edge: number): number {
    return this.#fields[edge * FIELDS + SOURCE] as number;
  }

  targetOf(edge: number): number {
    return this.#fields[edge * FIELDS + TARGET] as number;
  }

  weightOf(edge: number): number {
    return this.#weights[edge] as number;
  }

  typeOf(edge: number): EdgeType {
    return EDGE_TYPES[this.#fields[edge * FIELDS + TYPE] as number] as EdgeType;
  }

  /** False for RESOURCE edges. */
  waits(edge: number): boolean {
    return WAITS[this.#fields[edge * FIELDS + TYPE] as number] === 1;
  }

  edgeAt(edge: number): GraphEdge {
    return {
      source: this.sourceOf(edge),
      target: this.targetOf(edge),
      type: this.typeOf(edge),
      weight: this.weightOf(edge),
    };
  }

  #takeSlot(): number {
    const free = this.#free;
    if (free !== NO_EDGE) {
      this.#free = this.#fields[free * FIELDS + OUT_NEXT] as number;
      return free;
    }
    if (this.#slotsUsed === this.#weights.length) this.#grow(2 * this.#slotsUsed);
    return this.#slotsUsed++;
  }

  #grow(length: number): void {
    this.#fields = grown(this.#fields, length * FIELDS);
    this.#weights = grown(this.#weights, length);
    this.#buckets = new Int32Array(length).fill(NO_EDGE);
    for (let slot = 0; slot < this.#slotsUsed; slot++) {
      const source = this.sourceOf(slot);
      if (source < 0) continue;
      const bucket = this.#bucketOf(source, this.targetOf(slot));
      this.#fields[slot * FIELDS + BUCKET_NEXT] = this.#buckets[bucket] as number;
      this.#buckets[bucket] = slot;
    }
  }

  /** Multiplies both ends apart and folds the high bits in (the finaliser of MurmurHash3, shortened); buckets are a power of two. */
  #bucketOf(source: number, target: number): number {
    let hash = Math.imul(source, 0x9e3779b1) ^ Math.imul(target, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
    return (hash ^ (hash >>> 13)) & (this.#buckets.length - 1);
  }

  #unlinkBucket(bucket: number, edge: number): void {
    const after = this.#fields[edge * FIELDS + BUCKET_NEXT] as number;
    let before = this.#buckets[bucket] as number;
    if (before === edge) {
      this.#buckets[bucket] = after;
      return;
    }
    while (this.#fields[before * FIELDS + BUCKET_NEXT] !== edge)
      before = this.#fields[before * FIELDS + BUCKET_NEXT] as number;
    this.#fields[before * FIELDS + BUCKET_NEXT] = after;
  }

  /** `next` is OUT_NEXT or IN_NEXT; the field after it is the matching PREVIOUS. */
  #append(heads: Int32Array, node: number, edge: number, next: number): void {
    const fields = this.#fields;
    const head = heads[node] as number;
    fields[edge * FIELDS + next] = NO_EDGE;
    if (head === NO_EDGE) {
      heads[node] = edge;
      fields[edge * FIELDS + next + 1] = edge;
      return;
    }
    const tail = fields[head * FIELDS + next + 1] as number;
    fields[tail * FIELDS + next] = edge;
    fields[edge * FIELDS + next + 1] = tail;
    fields[head * FIELDS + next + 1] = edge;
  }

  #unlink(heads: Int32Array, node: number, edge: number, next: number): void {
    const fields = this.#fields;
    const head = heads[node] as number;
    const after = fields[edge * FIELDS + next] as number;
    const before = fields[edge * FIELDS + next + 1] as number;
    if (head === edge) heads[node] = after;
    else fields[before * FIELDS + next] = after;
    if (after !== NO_EDGE) fields[after * FIELDS + next + 1] = before;
    else if (head !== edge) fields[head * FIELDS + next + 1] = before;
  }
}
