/** The world's own time, which nobody in it can set, and the loop that lets one thing after another happen. */
import { type Timer, VirtualClock } from '../../../src/kit/clock.js';

export class Timeline {
  readonly #clock = new VirtualClock();

  /** Ms since the beginning. */
  now(): number {
    return this.#clock.monotonic();
  }

  /** Ms since the epoch, for clocks that are right. */
  wall(): number {
    return this.#clock.wall();
  }

  after(ms: number, happen: () => void): Timer {
    return this.#clock.setTimer(ms, happen);
  }

  /**
   * Until `isOver` or nothing is left to happen. Each happening gets a turn of the real event loop, in which all promises
   * settle that it settled (0.7 us); nothing else in the process takes part in their order.
   */
  run(isOver: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = (): void => {
        try {
          if (isOver() || !this.#clock.advanceToNext()) resolve();
          else setImmediate(turn);
        } catch (error) {
          reject(error as Error);
        }
      };
      setImmediate(turn);
    });
  }
}
