/**
 * A gate that holds any start back for any time, as decisions might: whoever is held back is asked about again when the time is
 * over, and perhaps held back again. Whatever is decided, the promises hold.
 */
import type { Clock, Timer } from '../../../src/kit/clock.js';
import type { SeededRandom } from '../../../src/kit/random.js';
import type { StartGate } from '../../../src/orchestrator/advisor.js';

const HELD = 0.3;
const MS_MAX = 3000;

export class RandomGate implements StartGate {
  readonly isOpen = false;
  readonly #random: SeededRandom;
  readonly #clock: Pick<Clock, 'setTimer'>;
  readonly #changed: () => void;
  #timer: Timer | undefined;

  constructor(random: SeededRandom, clock: Pick<Clock, 'setTimer'>, changed: () => void) {
    this.#random = random;
    this.#clock = clock;
    this.#changed = changed;
  }

  waitMs(): number {
    if (this.#random.next() >= HELD) return 0;
    const ms = 1 + this.#random.int(MS_MAX);
    if (this.#timer !== undefined) return ms;
    this.#timer = this.#clock.setTimer(ms, () => {
      this.#timer = undefined;
      this.#changed();
    });
    return ms;
  }
}
