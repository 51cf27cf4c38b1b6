/**
 * What runs for as long as this server leads: begun anew after a fault, because the store may be away for a while and a fault
 * must not end it for good, and ended by its signal, one run before the next.
 *
 * States: idle → leading → idle, as often as the lead changes.
 */
import type { Clock } from '../clock.js';

export interface LeadingLoopOptions {
  readonly clock: Clock;
  /** Runs until it is told to stop, or has lost the lead. */
  readonly run: (epoch: number, signal: AbortSignal) => Promise<void>;
  readonly failed: (error: unknown) => void;
}

const AGAIN_MS = 2000;

export class LeadingLoop {
  readonly #options: LeadingLoopOptions;
  #leading: { readonly stop: AbortController; readonly done: Promise<void> } | undefined;
  #wake: (() => void) | undefined;

  constructor(options: LeadingLoopOptions) {
    this.#options = options;
  }

  get isLeading(): boolean {
    return this.#leading !== undefined;
  }

  lead(epoch: number): void {
    const before = this.follow();
    const stop = new AbortController();
    this.#leading = { stop, done: before.then(() => this.#insist(epoch, stop.signal)) };
  }

  /** Resolves when the run has ended. */
  async follow(): Promise<void> {
    const leading = this.#leading;
    this.#leading = undefined;
    leading?.stop.abort();
    this.#wake?.();
    await leading?.done;
  }

  /** Ends the pause that there is. */
  wake(): void {
    this.#wake?.();
  }

  /** Of the run, which waits in one place at a time. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.setTimer(ms, () => this.#wake?.());
      this.#wake = () => {
        this.#wake = undefined;
        timer.cancel();
        resolve();
      };
    });
  }

  async #insist(epoch: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#options.run(epoch, signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        this.#options.failed(error);
        await this.pause(AGAIN_MS);
      }
    }
  }
}
