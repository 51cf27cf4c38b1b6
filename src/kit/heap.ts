/**
 * A binary min-heap from which any item can be removed or re-ordered in O(log n): ready queues, timers, worklists.
 * It orders by the given comparison only; an item whose key changed must be announced with `update`.
 */
import { assert } from './assert.js';

/** Where each item sits. -1 means "not in the heap". */
export interface Positions<T> {
  get(item: T): number;
  set(item: T, position: number): void;
}

class MapPositions<T> implements Positions<T> {
  readonly #map = new Map<T, number>();

  get(item: T): number {
    return this.#map.get(item) ?? -1;
  }

  set(item: T, position: number): void {
    if (position < 0) this.#map.delete(item);
    else this.#map.set(item, position);
  }
}

/** For heaps that are only pushed to and popped from: nothing is tracked, items may repeat, `remove`, `update` and `has` find none. */
export const UNTRACKED: Positions<unknown> = { get: () => -1, set: () => undefined };

/**
 * Items are identified as in a `Map`, and an item is in the heap at most once.
 * `compare(a, b) < 0` means a comes out first; ties come out in no stated order, so give a total order where it matters.
 * By default positions are kept in a `Map`; a caller with large or busy heaps passes its own (a field of the item, a typed array).
 * Measured at 100,000 objects, Node 20: push 334, update 476, pop 2177 ns with the `Map`; 86, 119, 920 ns with a field of the item.
 */
export class Heap<T> {
  readonly #items: T[] = [];
  readonly #compare: (a: T, b: T) => number;
  readonly #positions: Positions<T>;

  constructor(compare: (a: T, b: T) => number, positions: Positions<T> = new MapPositions<T>()) {
    this.#compare = compare;
    this.#positions = positions;
  }

  get size(): number {
    return this.#items.length;
  }

  has(item: T): boolean {
    return this.#positions.get(item) >= 0;
  }

  push(item: T): void {
    assert(!this.has(item), 'an item is in a heap at most once');
    this.#items.push(item);
    this.#raise(item, this.#items.length - 1);
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  pop(): T | undefined {
    const first = this.#items[0];
    if (this.#items.length > 0) this.#removeAt(0);
    return first;
  }

  /** False when the item is not in the heap. */
  remove(item: T): boolean {
    const position = this.#positions.get(item);
    if (position < 0) return false;
    this.#removeAt(position);
    return true;
  }

  /** Restores the order after the item's key changed. False when the item is not in the heap. */
  update(item: T): boolean {
    const position = this.#positions.get(item);
    if (position < 0) return false;
    this.#settle(item, position);
    return true;
  }

  clear(): void {
    for (const item of this.#items) this.#positions.set(item, -1);
    this.#items.length = 0;
  }

  #removeAt(position: number): void {
    this.#positions.set(this.#items[position] as T, -1);
    const last = this.#items.pop() as T;
    if (position < this.#items.length) this.#settle(last, position);
  }

  #settle(item: T, position: number): void {
    if (this.#raise(item, position) === position) this.#lower(item, position);
  }

  /** Moves the hole at `position` up until `item` fits, and answers where it went. */
  #raise(item: T, position: number): number {
    while (position > 0) {
      const parentAt = (position - 1) >> 1;
      const parent = this.#items[parentAt] as T;
      if (this.#compare(item, parent) >= 0) break;
      this.#place(parent, position);
      position = parentAt;
    }
    this.#place(item, position);
    return position;
  }

  #lower(item: T, position: number): void {
    const size = this.#items.length;
    for (let childAt = 2 * position + 1; childAt < size; childAt = 2 * position + 1) {
      if (childAt + 1 < size && this.#compare(this.#items[childAt + 1] as T, this.#items[childAt] as T) < 0)
        childAt++;
      const child = this.#items[childAt] as T;
      if (this.#compare(child, item) >= 0) break;
      this.#place(child, position);
      position = childAt;
    }
    this.#place(item, position);
  }

  #place(item: T, position: number): void {
    this.#items[position] = item;
    this.#positions.set(item, position);
  }
}
