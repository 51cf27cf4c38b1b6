/**
 * Requests get a few milliseconds of each turn of the event loop, in the order in which they came; the others wait for the next.
 * Without it a crowd whose requests are all there at once is answered in one long turn, and in a turn the system hands out
 * one new connection, sends no answer of the database on and rings no timer. Used where requests come in.
 *
 * States: at rest → counting a turn → at rest, when nothing waits at its end.
 */
import type { Clock } from '../../kit/clock.js';

/** Much shorter, and fewer submissions share a commit; much longer, and a crowd of connections waits for its turn. */
const TURN_MS = 50;
/** Tried in a turn: requests begin one at a time, so that what each leads to at once counts. */
const TRIES = 256;

interface Waiting {
  readonly run: () => void;
  readonly since: number;
}

export class Turns {
  readonly #clock: Pick<Clock, 'monotonic'>;
  /** Oldest first. */
  readonly #waiting: Waiting[] = [];
  #isCounting = false;
  #beganAt = 0;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  take(run: () => void): void {
    if (!this.#isCounting) {
      this.#isCounting = true;
      this.#begin();
      setImmediate(this.#next);
    }
    if (this.#waiting.length === 0 && this.#hasTime()) run();
    else this.#waiting.push({ run, since: this.#clock.monotonic() });
  }

  /** Of the one that waits longest; 0 when none does. */
  waitMs(): number {
    const [oldest] = this.#waiting;
    return oldest === undefined ? 0 : this.#clock.monotonic() - oldest.since;
  }

  #hasTime(): boolean {
    return this.#clock.monotonic() - this.#beganAt < TURN_MS;
  }

  readonly #begin = (): void => {
    this.#beganAt = this.#clock.monotonic();
  };

  /** What it asks for comes after the connections, data and timers of the next turn. */
  readonly #next = (): void => {
    this.#isCounting = this.#waiting.length > 0;
    if (!this.#isCounting) return;
    setImmediate(this.#begin);
    for (let at = 0; at < Math.min(TRIES, this.#waiting.length); at++) setImmediate(this.#one);
    setImmediate(this.#next);
  };

  readonly #one = (): void => {
    if (this.#hasTime()) this.#waiting.shift()?.run();
  };
}
