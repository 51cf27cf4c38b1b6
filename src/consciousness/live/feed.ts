/**
 * Follows rows by their numbers, from the store: whoever was away reads on where they were, on any server. What this server
 * writes is told at once; what another writes is looked for every second. Called by subscriptions.
 */
import type { Clock } from '../../kit/clock.js';
import { RefusedError } from '../../lifecycle/refusal.js';
import type { Slice } from '../../store/consciousness.js';
import type { Follow } from '../consciousness.js';

const LOOK_MS = 1000;
const AT_ONCE = 256;

interface Numbered {
  readonly number: number;
}

export class Feed {
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
