/**
 * Writes all metrics of this server down every `collection_interval`, so that one can look back without a Prometheus. While
 * the database is away nothing is written, and nothing is made up for.
 *
 * States: stopped → sampling → stopped.
 */
import type { Clock, Timer } from '../kit/clock.js';
import type { JsonObject } from '../kit/json.js';
import type { Part } from '../kit/part.js';

export interface SamplerOptions {
  readonly samples: { add(server: string, metrics: JsonObject, keepDays: number): Promise<void> };
  readonly metrics: { snapshot(): Promise<JsonObject> };
  readonly clock: Clock;
  readonly server: string;
  readonly everyMs: number;
  readonly keepDays: number;
  /** Of the first of failures in a row. */
  readonly onError: (error: unknown) => void;
}

export class Sampler implements Part {
  readonly #options: SamplerOptions;
  #timer: Timer | undefined;
  #sampling: Promise<void> | undefined;
  #isFailing = false;
  #isStopped = false;

  constructor(options: SamplerOptions) {
    this.#options = options;
  }

  start(): Promise<void> {
    this.#arm();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#sampling;
  }

  #arm(): void {
    const { clock, everyMs } = this.#options;
    this.#timer = clock.setTimer(everyMs, () => {
      this.#sampling = this.#sample().then(() => {
        if (!this.#isStopped) this.#arm();
      });
    });
  }

  async #sample(): Promise<void> {
    const { samples, metrics, server, keepDays, onError } = this.#options;
    try {
      await samples.add(server, await metrics.snapshot(), keepDays);
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) onError(error);
      this.#isFailing = true;
    }
  }
}
