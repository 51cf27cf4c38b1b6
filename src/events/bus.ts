/**
 * Carries what has been committed to those who listen in this process: batches of events, stored log lines. Whoever
 * commits publishes and goes on at once; listeners are called later, one batch per turn of the event loop. A listener
 * that throws harms no other. When too much waits, it is dropped and every listener is told that it missed something:
 * the history itself is in the store.
 */

export interface BusListener<T> {
  /** Must not block: it takes what it wants into a bounded buffer of its own. */
  deliver(batch: readonly T[]): void;
  /** Some batches were dropped before this moment. */
  missed(): void;
}

export interface BusOptions {
  /** Items that may wait for delivery, over all batches. */
  readonly itemsMax?: number;
  /** Runs a function in a later turn of the event loop. */
  readonly later?: (run: () => void) => void;
  readonly onError?: (error: unknown) => void;
}

const ITEMS_MAX = 100_000;

/** States: idle, or one delivery is scheduled (`#scheduled`); a delivery takes one batch and schedules the next. */
export class Bus<T> {
  readonly #listeners = new Set<BusListener<T>>();
  readonly #itemsMax: number;
  readonly #later: (run: () => void) => void;
  readonly #onError: (error: unknown) => void;
  #waiting: (readonly T[])[] = [];
  #waitingItems = 0;
  #dropped = 0;
  #scheduled = false;
  #gap = false;

  constructor({ itemsMax = ITEMS_MAX, later = setImmediate, onError = () => undefined }: BusOptions = {}) {
    this.#itemsMax = itemsMax;
    this.#later = later;
    this.#onError = onError;
  }

  /** Items dropped because delivery could not keep up. */
  get dropped(): number {
    return this.#dropped;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  publish(batch: readonly T[]): void {
    if (batch.length === 0 || this.#listeners.size === 0) return;
    if (this.#waitingItems + batch.length > this.#itemsMax) this.#drop(batch.length);
    else {
      this.#waiting.push(batch);
      this.#waitingItems += batch.length;
    }
    this.#schedule();
  }

  /** Answers how to stop listening, which is harmless when called twice. */
  subscribe(listener: BusListener<T>): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #drop(items: number): void {
    this.#dropped += items + this.#waitingItems;
    this.#waiting = [];
    this.#waitingItems = 0;
    this.#gap = true;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#later(() => this.#deliver());
  }

  #deliver(): void {
    this.#scheduled = false;
    const gap = this.#gap;
    this.#gap = false;
    const batch = this.#waiting.shift();
    if (gap) this.#tell((listener) => listener.missed());
    if (batch === undefined) return;
    this.#waitingItems -= batch.length;
    this.#tell((listener) => listener.deliver(batch));
    if (this.#waiting.length > 0) this.#schedule();
  }

  #tell(say: (listener: BusListener<T>) => void): void {
    for (const listener of this.#listeners) {
      try {
        say(listener);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}
