/** Many subscribers, of which some stop reading: when each hears of one event, and what became of those that were lost. */
import { Listener, type ListenerOptions } from './listener.js';

const AT_ONCE = 100;
const LOOK_MS = 20;

export class Crowd {
  readonly #listeners: readonly Listener[];
  readonly #stalled = new Set<Listener>();

  private constructor(listeners: readonly Listener[]) {
    this.#listeners = listeners;
  }

  /** Resolves when each has been let in or turned away. */
  static async gather(options: ListenerOptions, count: number): Promise<Crowd> {
    const listeners: Listener[] = [];
    while (listeners.length < count) {
      const more = Array.from(
        { length: Math.min(AT_ONCE, count - listeners.length) },
        () => new Listener(options),
      );
      await Promise.all(more.map(({ opened }) => opened));
      listeners.push(...more);
    }
    return new Crowd(listeners);
  }

  get open(): number {
    return this.#listeners.filter(({ why }) => why === undefined).length;
  }

  /** How many were turned away or lost, by what they were told. */
  get lost(): string {
    const counts = new Map<string, number>();
    for (const { why } of this.#listeners) if (why !== undefined) counts.set(why, (counts.get(why) ?? 0) + 1);
    return [...counts].map(([why, count]) => `${count}: ${why}`).join('; ');
  }

  /** Answers how many those are. */
  stall(share: number): number {
    for (const listener of this.#listeners.slice(0, Math.ceil(share * this.#listeners.length))) {
      this.#stalled.add(listener);
      listener.stall();
    }
    return this.#stalled.size;
  }

  /** When each of those that read had its payload of that number, ascending; Infinity where none came in time or ever will. */
  async heard(payload: number, msMax: number): Promise<readonly number[]> {
    const end = performance.now() + msMax;
    const readers = this.#listeners.filter((listener) => !this.#stalled.has(listener));
    const isWaiting = ({ at, why }: Listener): boolean => at.length < payload && why === undefined;
    while (performance.now() < end && readers.some(isWaiting))
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    return readers.map(({ at }) => at[payload - 1] ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  }

  close(): void {
    for (const listener of this.#listeners) listener.close();
  }
}
