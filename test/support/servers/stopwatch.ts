/**
 * Time as the processes of a test have it: when the whole machine stands still (a virtual one is paused, a laptop sleeps), that
 * counts as one tick. For promises of the form "within 2 s", which no program keeps while nothing runs.
 */
const TICK_MS = 20;
/** A busy machine is late by as much; more is no lateness. */
const GAP_MS_MAX = 500;

export class Stopwatch {
  #ms = 0;
  #last = performance.now();
  readonly #timer = setInterval(() => this.#tick(), TICK_MS);

  get ms(): number {
    this.#tick();
    return this.#ms;
  }

  stop(): number {
    clearInterval(this.#timer);
    return this.ms;
  }

  #tick(): void {
    const now = performance.now();
    this.#ms += Math.min(now - this.#last, GAP_MS_MAX);
    this.#last = now;
  }
}
