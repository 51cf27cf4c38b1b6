/**
 * What the program has started, in order; stopping undoes it in reverse, whatever single parts do. Each part has a bound, and all
 * together have one: whoever supervises the program may count on its end, also where the database has gone silent.
 */
import type { Logger } from 'pino';
import type { Clock } from '../kit/clock.js';
import { within } from '../kit/within.js';

/** Of a part that only says goodbye to others. */
const PART_MS_MAX = 5_000;
/** What every part has, however late it is. */
const PART_MS_MIN = 250;

interface StartedPart {
  readonly name: string;
  readonly undo: () => Promise<unknown>;
  readonly msMax: number;
}

export class Started {
  readonly #clock: Clock;
  readonly #parts: StartedPart[] = [];
  #undoingSince: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `msMax`: what it may take where that is more than a goodbye; infinity: it ends by bounds of its own. */
  add(name: string, undo: () => Promise<unknown>, msMax = PART_MS_MAX): void {
    this.#parts.push({ name, undo, msMax });
  }

  /** What is left of a time that began with the undoing. */
  left(ms: number): number {
    const now = this.#clock.monotonic();
    return Math.max(0, ms - (now - (this.#undoingSince ?? now)));
  }

  /** Within `totalMs`, and a quarter of a second for each part that had not been reached by then. */
  async undo(log: Logger, totalMs: number): Promise<void> {
    this.#undoingSince = this.#clock.monotonic();
    for (const { name, undo, msMax } of this.#parts.splice(0).reverse()) {
      const leftMs = Math.max(PART_MS_MIN, this.left(totalMs));
      const ms = msMax === Number.POSITIVE_INFINITY ? msMax : Math.min(msMax, leftMs);
      const ended = within(this.#clock, ms, undo());
      const isDone = await ended.catch((error: unknown) => {
        log.error({ err: error, part: name }, 'a part failed to stop');
        return true;
      });
      if (!isDone)
        log.warn({ part: name }, 'a part did not stop in time; it is left to the end of the process');
    }
  }
}
