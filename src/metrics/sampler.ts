/**
 * Writes all metrics of this server down every `collection_interval`, so that one can look back without a Prometheus. While
 * the database is away nothing is written, and nothing is made up for.
 */
import type { Clock } from '../kit/clock.js';
import type { JsonObject } from '../kit/json.js';
import type { Part } from '../kit/part.js';
import { Periodic } from '../kit/loop/periodic.js';

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
  readonly #periodic: Periodic;
  #isFailing = false;

  constructor(options: SamplerOptions) {
    this.#options = options;
    const { clock, everyMs } = options;
    this.#periodic = new Periodic({ clock, everyMs, run: () => this.#sample() });
  }

  start(): Promise<void> {
    return this.#periodic.start();
  }

  stop(): Promise<void> {
    return this.#periodic.stop();
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
