/**
 * A map that never holds more than it may: the entry that was written or touched longest ago goes first. Its order is
 * part of its snapshot, so that a restored one forgets the same entries at the same time. Used by everything in
 * learning that keeps something per type, tool, machine or signature.
 */
import { assert } from '../kit/assert.js';

export class BoundedMap<V> {
  readonly #entries = new Map<string, V>();
  readonly #max: number;

  constructor(max: number) {
    assert(Number.isSafeInteger(max) && max > 0, 'a bounded map holds at least one entry');
    this.#max = max;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Without touching: reading changes nothing. */
  get(key: string): V | undefined {
    return this.#entries.get(key);
  }

  /** Writes it as the latest. */
  set(key: string, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#max) this.#entries.delete(this.#entries.keys().next().value as string);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** The entry, made where there is none, and now the latest. */
  touch(key: string, make: () => V): V {
    const value = this.#entries.get(key) ?? make();
    this.set(key, value);
    return value;
  }

  /** From the one touched longest ago. */
  entries(): IterableIterator<[string, V]> {
    return this.#entries.entries();
  }

  values(): IterableIterator<V> {
    return this.#entries.values();
  }

  clear(): void {
    this.#entries.clear();
  }
}
