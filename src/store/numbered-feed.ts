/**
 * Follows rows that get ascending numbers as they are written: whoever was away reads on where they were, on any
 * server. What this server writes is told at once; what another writes is looked for every second. Called by the doors.
 */
import type { Clock, Timer } from '../kit/clock.js';
import { Waves } from '../kit/waves.js';
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
/** Of those that are kept for a moment. */
const PAGES_MAX = 64;

interface Numbered {
  readonly number: number;
}

/** Of a page that is shared by all who stand at the same number. */
interface Page<Row> {
  readonly at: number;
  readonly rows: Promise<readonly Row[]>;
}

export class NumberedFeed {
  readonly #clock: Clock;
  readonly #waves: Waves;
  readonly #waiting = new Set<() => void>();
  #look: Timer | undefined;
  /** Counts the times at which there may be more; a page that was read before the last is old. */
  #news = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#waves = new Waves(clock);
  }

  wake(): void {
    this.#news++;
    this.#look?.cancel();
    this.#look = undefined;
    for (const wake of this.#waiting) this.#waves.wake(wake);
  }

  /** One read for all who wait, however many they are; two for who comes. */
  of<Row extends Numbered>(read: (slice: Slice) => Promise<readonly Row[]>): Follow<Row> {
    const pageBehind = this.#shared(read);
    return async (after) => {
      const last = (await read({ newestFirst: true, limit: 1 }))[0]?.number ?? 0;
      if (after !== undefined && after > last) throw unknownNumber(after, last);
      return (signal) => this.#rows(pageBehind, after ?? last, signal);
    };
  }

  #shared<Row>(read: (slice: Slice) => Promise<readonly Row[]>): (number: number) => Promise<readonly Row[]> {
    const pages = new Map<number, Page<Row>>();
    let news = this.#news;
    return (number) => {
      if (news !== this.#news || pages.size >= PAGES_MAX) pages.clear();
      news = this.#news;
      const now = this.#clock.monotonic();
      const known = pages.get(number);
      if (known !== undefined && now - known.at < LOOK_MS) return known.rows;
      const rows = read({ after: number, limit: AT_ONCE });
      pages.set(number, { at: now, rows });
      rows.catch(() => pages.delete(number));
      return rows;
    };
  }

  async *#rows<Row extends Numbered>(
    pageBehind: (number: number) => Promise<readonly Row[]>,
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<readonly Row[]> {
    let number = after;
    while (!signal.aborted) {
      const news = this.#news;
      const rows = await pageBehind(number);
      await this.#waves.turn();
      if (rows.length > 0) yield rows;
      number = rows.at(-1)?.number ?? number;
      if (rows.length < AT_ONCE && news === this.#news) await this.#wait(signal);
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        signal.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
      this.#look ??= this.#clock.setTimer(LOOK_MS, () => this.wake());
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
