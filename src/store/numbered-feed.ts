/**
 * Follows rows that get ascending numbers as they are written: whoever was away reads on where they were, on any
 * server. What this server writes is told at once; what another writes is looked for every second. Called by the doors.
 */
import type { Clock } from '../kit/clock.js';
import { RefusedError } from '../lifecycle/refusal.js';

/** Rows with `after` < number < `before`, the oldest of them first unless `newestFirst`. */
export interface Slice {
  readonly after?: number;
  readonly before?: number;
  readonly newestFirst?: boolean;
  readonly limit: number;
}

/** Rows of one kind behind a number, as they come; from now on where none is given. Refuses a number that was not given out. */
export type Follow<Row> = (
  after: number | undefined,
) => Promise<(signal: AbortSignal) => AsyncIterable<readonly Row[]>>;

const LOOK_MS = 1000;
const AT_ONCE = 256;

interface Numbered {
  readonly number: number;
}

export class NumberedFeed {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wake(): void {
    for (const wake of this.#waiting) wake();
  }

  of<Row extends Numbered>(read: (slice: Slice) => Promise<readonly Row[]>): Follow<Row> {
    return async (after) => {
      const last = (await read({ newestFirst: true, limit: 1 }))[0]?.number ?? 0;
      if (after !== undefined && after > last) throw unknownNumber(after, last);
      return (signal) => this.#rows(read, after ?? last, signal);
    };
  }

  async *#rows<Row extends Numbered>(
    read: (slice: Slice) => Promise<readonly Row[]>,
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<readonly Row[]> {
    let number = after;
    while (!signal.aborted) {
      const rows = await read({ after: number, limit: AT_ONCE });
      if (rows.length > 0) yield rows;
      number = rows.at(-1)?.number ?? number;
      if (rows.length < AT_ONCE) await this.#wait(signal);
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        timer.cancel();
        signal.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = this.#clock.setTimer(LOOK_MS, wake);
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
      if (signal.aborted) wake();
    });
  }
}

function unknownNumber(after: number, last: number): RefusedError {
  const message = `must be the number of one that was told (the last is ${last}), got ${after}; 0 replays all that is kept`;
  return new RefusedError({
    code: 'INVALID_INPUT',
    message: `after ${message}`,
    faults: [{ path: 'after', message }],
  });
}
