/**
 * How much somebody may ask for in a while: a bucket for each that fills evenly and holds two seconds' worth. Whoever has
 * something left may take all that one request needs, and then waits until the debt is paid; so nothing is refused for
 * being large alone. Used by the doors; the number of buckets is bounded.
 */
import type { Clock } from '../../kit/clock.js';

const BURST_SECONDS = 2;
const BUCKETS_MAX = 50_000;

interface Bucket {
  level: number;
  at: number;
}

export class Rates {
  readonly #perSecond: number;
  readonly #clock: Pick<Clock, 'monotonic'>;
  /** Longest untouched first. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(perSecond: number, clock: Pick<Clock, 'monotonic'>) {
    this.#perSecond = perSecond;
    this.#clock = clock;
  }

  /** Seconds until it may be asked again; 0: it was taken. */
  take(key: string, amount: number): number {
    const now = this.#clock.monotonic();
    const most = this.#perSecond * BURST_SECONDS;
    const bucket = this.#buckets.get(key) ?? { level: most, at: now };
    bucket.level = Math.min(most, bucket.level + ((now - bucket.at) / 1000) * this.#perSecond);
    bucket.at = now;
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > BUCKETS_MAX) this.#buckets.delete(this.#buckets.keys().next().value as string);
    if (bucket.level <= 0) return Math.max(1, Math.ceil(-bucket.level / this.#perSecond));
    bucket.level -= amount;
    return 0;
  }
}
