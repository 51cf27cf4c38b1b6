/**
 * Wakes many who wait for the same thing, a few at a time: all that one of them does at once ends before the next few begin, and
 * every now and then everything else that is due has its turn. Woken together, ten thousand would take each of their steps side
 * by side: nobody has anything until all of them nearly do, what they hold meanwhile is copied by the collector again and again,
 * and no request is answered. Used where one event goes to many readers.
 *
 * States: at rest → rolling, wave by wave → at rest, when nobody waits.
 */
import type { Clock } from './clock.js';
import { Fifo } from './fifo.js';

const WAVE = 32;
const TURN_MS = 25;

export class Waves {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #waiting = new Fifo<() => void>();
  #isRolling = false;
  /** Of this wave. */
  #woken = 0;
  #turnBeganAt = 0;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** In the order of the calls; the first few at once. */
  wake(one: () => void): void {
    if (!this.#isRolling) {
      this.#isRolling = true;
      this.#begin();
    }
    if (this.#woken >= WAVE || this.#waiting.size > 0) return this.#waiting.push(one);
    this.#woken++;
    one();
  }

  /** For those who were woken by something else. */
  turn(): Promise<void> {
    return new Promise((resolve) => this.wake(resolve));
  }

  readonly #begin = (): void => {
    this.#turnBeganAt = this.#clock.monotonic();
    this.#roll();
  };

  #roll(): void {
    this.#woken = 0;
    for (; this.#woken < WAVE && this.#waiting.size > 0; this.#woken++) this.#waiting.shift()?.();
    // a tick that a microtask asks for comes when no microtask is left
    queueMicrotask(() => process.nextTick(this.#settled));
  }

  readonly #settled = (): void => {
    this.#isRolling = this.#waiting.size > 0;
    if (!this.#isRolling) return;
    if (this.#clock.monotonic() - this.#turnBeganAt < TURN_MS) this.#roll();
    else setImmediate(this.#begin);
  };
}
