/**
 * Snapshots of all metrics, on request and as a stream. However many watch, the registry is read at most four times a
 * second: everyone who asks within that time is answered from the same snapshot.
 */
import type { Clock } from '../kit/clock.js';
import type { JsonObject } from '../kit/json.js';

export interface MetricSample {
  /** Ms since the epoch. */
  readonly at: number;
  readonly metrics: JsonObject;
}

const SHARED_MS = 250;

export class Samples {
  readonly #clock: Clock;
  readonly #read: () => Promise<JsonObject>;
  #latest: Promise<MetricSample> | undefined;
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, read: () => Promise<JsonObject>) {
    this.#clock = clock;
    this.#read = read;
  }

  latest(): Promise<MetricSample> {
    const now = this.#clock.monotonic();
    if (this.#latest === undefined || now - this.#readAt >= SHARED_MS) {
      this.#readAt = now;
      this.#latest = this.#take();
    }
    return this.#latest;
  }

  /** The first at once, then one every `everyMs` after the reader took the last; ends when `signal` aborts. */
  async *stream(everyMs: number, signal: AbortSignal): AsyncGenerator<MetricSample, void, undefined> {
    while (!signal.aborted) {
      yield await this.latest();
      await this.#sleep(everyMs, signal);
    }
  }

  async #take(): Promise<MetricSample> {
    return { at: this.#clock.wall(), metrics: await this.#read() };
  }

  #sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const wake = (): void => {
        timer.cancel();
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = this.#clock.setTimer(ms, wake);
      signal.addEventListener('abort', wake);
    });
  }
}
