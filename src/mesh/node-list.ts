/**
 * A list of nodes in which "is a before b?" is one comparison of numbers, and moving a few nodes next to another is cheap:
 * the order that `OnlineOrder` maintains. P. Dietz and D. Sleator, "Two algorithms for maintaining order in a list", STOC 1987.
 * It knows nothing of edges.
 */
import { assert } from '../kit/assert.js';
import { grown, grownLength } from './growth.js';

const NO_NODE = -1;

/** Room between neighbours at the end of the list: some 8 million appends before all labels are dealt out again. */
const SPACING = 2 ** 30;
const LABEL_MAX = Number.MAX_SAFE_INTEGER;

/**
 * Every node of the list has an integer label, and labels grow along the list. A node that goes between two others gets a label
 * between theirs; where there is no room left, the labels of as many followers are spread out as it takes (O(log n) amortised).
 */
export class NodeList {
  #labels = new Float64Array(0);
  #next = new Int32Array(0);
  #previous = new Int32Array(0);
  #first = NO_NODE;
  #last = NO_NODE;
  #count = 0;

  /** Grows along the list; comparable until the list next changes. */
  label(node: number): number {
    return this.#labels[node] as number;
  }

  append(node: number): void {
    if (node >= this.#labels.length) this.#reserve(node + 1);
    this.#link(node, this.#last);
    this.#count++;
    this.#spread(node, 1);
  }

  remove(node: number): void {
    this.#unlink(node);
    this.#count--;
  }

  /** Moves nodes so that they follow `anchor` at once, in the given order. */
  moveAfter(nodes: readonly number[], anchor: number): void {
    for (const node of nodes) this.#unlink(node);
    this.#linkAll(nodes, anchor);
  }

  /** Moves nodes so that they come at once before `anchor`, in the given order. */
  moveBefore(nodes: readonly number[], anchor: number): void {
    for (const node of nodes) this.#unlink(node);
    this.#linkAll(nodes, this.#previous[anchor] as number);
  }

  /** Takes over an order of all nodes of the list. */
  replace(order: Int32Array): void {
    assert(order.length === this.#count, 'a replacing order holds every node');
    this.#first = NO_NODE;
    this.#last = NO_NODE;
    for (const node of order) this.#link(node, this.#last);
    this.#spreadAll();
  }

  toArray(): Int32Array<ArrayBuffer> {
    const order = new Int32Array(this.#count);
    let node = this.#first;
    for (let i = 0; i < order.length; i++) {
      order[i] = node;
      node = this.#next[node] as number;
    }
    return order;
  }

  #linkAll(nodes: readonly number[], previous: number): void {
    let after = previous;
    for (const node of nodes) {
      this.#link(node, after);
      after = node;
    }
    if (nodes.length > 0) this.#spread(nodes[0] as number, nodes.length);
  }

  #link(node: number, previous: number): void {
    const next = previous === NO_NODE ? this.#first : (this.#next[previous] as number);
    this.#previous[node] = previous;
    this.#next[node] = next;
    if (previous === NO_NODE) this.#first = node;
    else this.#next[previous] = node;
    if (next === NO_NODE) this.#last = node;
    else this.#previous[next] = node;
  }

  #unlink(node: number): void {
    const previous = this.#previous[node] as number;
    const next = this.#next[node] as number;
    if (previous === NO_NODE) this.#first = next;
    else this.#next[previous] = next;
    if (next === NO_NODE) this.#last = previous;
    else this.#previous[next] = previous;
  }

  /** Labels `count` newly linked nodes from `first` on, and as many followers as it takes to make room. */
  #spread(first: number, count: number): void {
    const previous = this.#previous[first] as number;
    const low = previous === NO_NODE ? 0 : this.label(previous);
    let next = first;
    for (let i = 0; i < count; i++) next = this.#next[next] as number;
    let spread = count;
    for (
      let room = this.#labelOrEnd(next, low, spread) - low;
      room <= spread || (spread > count && room <= spread * spread);
    ) {
      if (next === NO_NODE) return this.#spreadAll();
      next = this.#next[next] as number;
      spread++;
      room = this.#labelOrEnd(next, low, spread) - low;
    }
    const step = Math.floor((this.#labelOrEnd(next, low, spread) - low) / (spread + 1));
    this.#deal(first, spread, low, step);
  }

  /** Past the last node, labels go on at the usual spacing as far as there are any. */
  #labelOrEnd(node: number, low: number, count: number): number {
    return node === NO_NODE ? Math.min(low + SPACING * (count + 1), LABEL_MAX) : this.label(node);
  }

  #spreadAll(): void {
    const step = Math.min(SPACING, Math.floor(LABEL_MAX / 2 / (this.#count + 1)));
    this.#deal(this.#first, this.#count, 0, step);
  }

  #deal(first: number, count: number, low: number, step: number): void {
    let node = first;
    for (let i = 1; i <= count; i++) {
      this.#labels[node] = low + step * i;
      node = this.#next[node] as number;
    }
  }

  #reserve(nodeLimit: number): void {
    const length = grownLength(this.#labels.length, nodeLimit);
    this.#labels = grown(this.#labels, length);
    this.#next = grown(this.#next, length);
    this.#previous = grown(this.#previous, length);
  }
}
