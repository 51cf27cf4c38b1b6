/**
 * Does something again and again, each time so long after the last was done, and never twice at once.
 *
 * States: stopped → started → stopped.
 */
import type { Clock, Timer } from '../clock.js';
import type { Part } from '../part.js';

export interface PeriodicOptions {
  readonly clock: Clock;
  readonly everyMs: number;
  /** Never rejects. */
  readonly run: () => Promise<void>;
}

export class Periodic implements Part {
  readonly #options: PeriodicOptions;
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #isStopped = false;

  constructor(options: PeriodicOptions) {
    this.#options = options;
  }

  /** The first time is an interval later. */
  start(): Promise<void> {
    this.#arm();
    return Promise.resolve();
  }

  /** Resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#running;
  }

  #arm(): void {
    const { clock, everyMs, run } = this.#options;
    this.#timer = clock.setTimer(everyMs, () => {
      this.#running = run().then(() => {
        if (!this.#isStopped) this.#arm();
      });
    });
  }
}
