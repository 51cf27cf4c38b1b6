/**
 * Evidence by betting (Waudby-Smith and Ramdas, arXiv:2010.09686): wealth that grows only when the mean of what is observed
 * is above 0. It may be looked at after every observation: by Ville's inequality it ever reaches 1/α with probability α at
 * most where the mean is not above 0. Used to revert changes, and by whoever decides on evidence as it comes.
 */
import { assert } from '../../kit/assert.js';
import type { Json } from '../../kit/json.js';

/** Of the wealth, at most so much is bet on one observation. */
const STAKE_MAX = 0.5;

export class Evidence {
  #wealth = 1;
  #count = 0;
  #sum = 0;
  #squares = 0;

  /** 1 at the beginning; 20 is evidence at the 5 % level. */
  get wealth(): number {
    return this.#wealth;
  }

  get count(): number {
    return this.#count;
  }

  /** From -1 to 1; what lies beyond is to be cut by the caller. */
  observe(value: number): void {
    assert(value >= -1 && value <= 1, 'evidence is observed in [-1, 1]');
    this.#wealth *= 1 + this.#stake() * value;
    this.#count += 1;
    this.#sum += value;
    this.#squares += value * value;
  }

  snapshot(): Json {
    return [this.#wealth, this.#count, this.#sum, this.#squares];
  }

  restore(state: Json): void {
    const [wealth, count, sum, squares] = state as unknown as [number, number, number, number];
    [this.#wealth, this.#count, this.#sum, this.#squares] = [wealth, count, sum, squares];
  }

  /** From the observations before only: mean over mean square, both pulled to a start of no mean and a spread of 1/2. */
  #stake(): number {
    const mean = this.#sum / (this.#count + 1);
    const square = (this.#squares + 0.25) / (this.#count + 1);
    return Math.max(0, Math.min(STAKE_MAX, mean / square));
  }
}
