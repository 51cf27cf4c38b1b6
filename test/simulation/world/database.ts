/** The database of a simulated world: the in-memory rows, with a clock that can be set, times when it is away, and a watcher of every batch. */
import type { Batch, BatchKey } from '../../../src/lifecycle/batch.js';
import { MemoryDatabase } from '../../../src/store/memory/memory-database.js';
import type { Timeline } from './timeline.js';

/** What becomes of a batch that was applied, at the database's time `at`. */
export type Applied = (key: BatchKey, batch: Batch, at: number) => void;

export class SimDatabase extends MemoryDatabase {
  onApplied: Applied = () => {};
  /** Undefined while it is away; another one after each start. */
  incarnation: number | undefined = 1;
  #incarnations = 1;
  /** Several reasons to be away may overlap. */
  #outages = 0;
  readonly #clock: { now(): number; jumpMs: number };

  constructor(timeline: Timeline) {
    const clock = { jumpMs: 0, now: () => timeline.wall() + clock.jumpMs };
    super(clock);
    this.#clock = clock;
  }

  override apply(key: BatchKey, batch: Batch): number {
    const at = super.apply(key, batch);
    this.onApplied(key, batch, at);
    return at;
  }

  setClock(byMs: number): void {
    this.#clock.jumpMs += byMs;
  }

  shutDown(): void {
    this.#outages++;
    this.incarnation = undefined;
  }

  startUp(): void {
    this.#outages = Math.max(0, this.#outages - 1);
    if (this.#outages === 0) this.incarnation ??= ++this.#incarnations;
  }

  /** For good. */
  heal(): void {
    this.#outages = 0;
    this.startUp();
  }
}
