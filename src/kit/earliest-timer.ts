/**
 * One timer for many deadlines: set anew only for an earlier one, because to wake once in vain costs less than to move it with
 * every change. Whoever is woken says what is due next.
 */
import type { Clock, Timer } from './clock.js';

export class EarliestTimer {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #timer: Timer | undefined;
  #dueAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings once, at this time of the monotonic clock or at an earlier one that was asked for. */
  by(dueAt: number): void {
    if (dueAt >= this.#dueAt) return;
    this.#timer?.cancel();
    this.#dueAt = dueAt;
    this.#timer = this.#clock.setTimer(dueAt - this.#clock.monotonic(), () => {
      this.#dueAt = Number.POSITIVE_INFINITY;
      this.#ring();
    });
  }

  cancel(): void {
    this.#timer?.cancel();
    this.#dueAt = Number.POSITIVE_INFINITY;
  }
}
