/**
 * A first-in, first-out queue that refuses instead of growing without end: the bound behind every buffer of the system
 * (subscribers, logs, dispatch). It never drops and never waits; what to do when full is the caller's decision.
 */
import { assert } from './assert.js';

/** A ring. It holds room for what was needed so far, doubled as required up to the capacity, so an idle queue is small. */
export class BoundedQueue<T> {
  readonly capacity: number;
  #ring: (T | undefined)[];
  #head = 0;
  #size = 0;

  constructor(capacity: number) {
    assert(Number.isSafeInteger(capacity) && capacity > 0, 'the capacity of a queue is a positive integer');
    this.capacity = capacity;
    this.#ring = new Array(Math.min(capacity, 16)).fill(undefined);
  }

  get size(): number {
    return this.#size;
  }

  get isFull(): boolean {
    return this.#size === this.capacity;
  }

  /** False, and the queue unchanged, when it is full. */
  push(item: T): boolean {
    if (this.isFull) return false;
    if (this.#size === this.#ring.length) this.#grow();
    this.#ring[this.#slot(this.#size)] = item;
    this.#size++;
    return true;
  }

  /** Takes the oldest. */
  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#ring[this.#head];
    this.#ring[this.#head] = undefined;
    this.#head = this.#slot(1);
    this.#size--;
    return item;
  }

  /** The oldest, left in place. */
  peek(): T | undefined {
    return this.#size === 0 ? undefined : this.#ring[this.#head];
  }

  clear(): void {
    this.#ring.fill(undefined);
    this.#head = 0;
    this.#size = 0;
  }

  /** From the oldest to the newest. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (let i = 0; i < this.#size; i++) yield this.#ring[this.#slot(i)] as T;
  }

  #slot(offset: number): number {
    const slot = this.#head + offset;
    return slot < this.#ring.length ? slot : slot - this.#ring.length;
  }

  #grow(): void {
    const length = Math.min(this.capacity, this.#ring.length * 2);
    const larger = new Array<T | undefined>(length).fill(undefined);
    for (let i = 0; i < this.#size; i++) larger[i] = this.#ring[this.#slot(i)];
    this.#ring = larger;
    this.#head = 0;
  }
}
