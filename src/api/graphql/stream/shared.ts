/**
 * One answer for many who ask at nearly the same time: a computation by key that is repeated only after a while. Keeps
 * a thousand watchers of one mesh from computing the same forecast a thousand times. Bounded by its number of keys.
 */
import type { Clock } from '../../../kit/clock.js';

const KEYS_MAX = 10_000;

interface Answer<T> {
  readonly at: number;
  readonly value: Promise<T>;
}

export class Shared<T> {
  readonly #answers = new Map<string, Answer<T>>();

  constructor(
    private readonly clock: Clock,
    private readonly freshMs: number,
    private readonly compute: (key: string) => Promise<T>,
  ) {}

  get(key: string): Promise<T> {
    const now = this.clock.monotonic();
    const known = this.#answers.get(key);
    if (known !== undefined && now - known.at < this.freshMs) return known.value;
    if (this.#answers.size >= KEYS_MAX) this.#answers.clear();
    const value = this.compute(key);
    this.#answers.set(key, { at: now, value });
    value.catch(() => this.#answers.delete(key));
    return value;
  }
}
