/**
 * Collects the lines that attempts print and stores them in groups: at once when nothing is being written, else what
 * came meanwhile. Bounded: when the store cannot keep up, lines are dropped and a marked line says how many. Attempts
 * are never held back by their logs, but an attempt is not over before its lines are stored.
 */
import type { Clock } from '../kit/clock.js';
import { backoffMs } from '../kit/backoff.js';
import type { LogRow, Store, StoredLogRow } from '../store/store.js';

const ROWS_PER_WRITE = 1000;
const ROWS_WAITING_MAX = 100_000;
const AGAIN = { initialIntervalMs: 50, backoffCoefficient: 2, maxIntervalMs: 2000, jitter: false };

export class LogWriter {
  readonly #store: Pick<Store, 'appendLogs'>;
  readonly #clock: Clock;
  readonly #publish: (rows: readonly StoredLogRow[]) => void;
  #waiting: LogRow[] = [];
  #dropped = 0;
  /** Rows ever accepted, and rows of those stored or given up. */
  #accepted = 0;
  #settled = 0;
  #readers: { readonly target: number; readonly resolve: () => void }[] = [];
  #busy = false;
  #closed = false;

  constructor(
    store: Pick<Store, 'appendLogs'>,
    clock: Clock,
    publish: (rows: readonly StoredLogRow[]) => void,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#publish = publish;
  }

  add(row: LogRow): void {
    if (this.#waiting.length >= ROWS_WAITING_MAX) {
      this.#dropped++;
      return;
    }
    this.#waiting.push(this.#marked(row));
    this.#accepted++;
    if (!this.#busy) void this.#run();
  }

  /** Is every line added so far stored? */
  get isFlushed(): boolean {
    return this.#settled >= this.#accepted;
  }

  /** Resolves when every line added so far is stored; lines that come later do not delay it. */
  flushed(): Promise<void> {
    const target = this.#accepted;
    if (this.isFlushed) return Promise.resolve();
    return new Promise((resolve) => this.#readers.push({ target, resolve }));
  }

  /** Gives up on what the store does not take now. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.flushed();
  }

  #marked(row: LogRow): LogRow {
    if (this.#dropped === 0) return row;
    const text = `[${this.#dropped} lines were dropped before this one: the database could not keep up] ${row.text}`;
    this.#dropped = 0;
    return { ...row, text };
  }

  async #run(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.length > 0) {
      const rows = this.#waiting.splice(0, ROWS_PER_WRITE);
      const stored = await this.#write(rows);
      if (stored.length > 0) this.#publish(stored);
      this.#settled += rows.length;
      this.#wakeReaders();
    }
    this.#busy = false;
  }

  #wakeReaders(): void {
    const ready = this.#readers.filter((reader) => reader.target <= this.#settled);
    if (ready.length === 0) return;
    this.#readers = this.#readers.filter((reader) => reader.target > this.#settled);
    for (const reader of ready) reader.resolve();
  }

  async #write(rows: readonly LogRow[]): Promise<readonly StoredLogRow[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#store.appendLogs(rows);
      } catch {
        if (this.#closed || attempt > 100) return [];
        await this.#pause(backoffMs(AGAIN, attempt, 0));
      }
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.setTimer(ms, resolve));
  }
}
