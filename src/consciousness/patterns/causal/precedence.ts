/**
 * What happened shortly before something: the factors of a start, from the events of the last while. Called by the
 * recogniser of patterns before it tells the finder of associations of a finished attempt; times come from the history.
 */
import { Fifo } from '../../../kit/fifo.js';

/** Events remembered at once, however long the window. */
const EVENTS_MAX = 10_000;

export interface PrecedenceState {
  readonly windowMs: number;
  readonly events: readonly (readonly [atMs: number, factor: string])[];
}

/** State: the events of the window in order of time, and how many there are of each factor. */
export class Precedence {
  readonly #windowMs: number;
  readonly #events = new Fifo<readonly [number, string]>();
  readonly #counts = new Map<string, number>();

  constructor({ windowMs, events }: PrecedenceState) {
    this.#windowMs = windowMs;
    for (const [atMs, factor] of events) this.happened(factor, atMs);
  }

  snapshot(): PrecedenceState {
    const events: (readonly [number, string])[] = [];
    for (let left = this.#events.size; left > 0; left--) {
      const event = this.#events.shift() as readonly [number, string];
      events.push(event);
      this.#events.push(event);
    }
    return { windowMs: this.#windowMs, events };
  }

  /** In ascending order of time. */
  happened(factor: string, atMs: number): void {
    this.#forget(atMs);
    this.#events.push([atMs, factor]);
    this.#counts.set(factor, (this.#counts.get(factor) ?? 0) + 1);
    if (this.#events.size > EVENTS_MAX) this.#drop();
  }

  /** Each once, in the order of the alphabet. What happens at `atMs` itself counts as before it. */
  before(atMs: number): string[] {
    this.#forget(atMs);
    return [...this.#counts.keys()].sort();
  }

  #forget(atMs: number): void {
    while ((this.#events.peek()?.[0] ?? Number.POSITIVE_INFINITY) < atMs - this.#windowMs) this.#drop();
  }

  #drop(): void {
    const factor = (this.#events.shift() as readonly [number, string])[1];
    const left = (this.#counts.get(factor) as number) - 1;
    if (left === 0) this.#counts.delete(factor);
    else this.#counts.set(factor, left);
  }
}
