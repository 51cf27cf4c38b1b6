/** The real dispatcher, whose outcomes sometimes come twice: the second time late, when another attempt may be running. */
import type { SeededRandom } from '../../../src/kit/random.js';
import { Dispatcher, type Reports } from '../../../src/orchestrator/dispatcher.js';
import type { Machine } from './machine.js';

export interface Echo {
  readonly machine: Machine;
  readonly random: SeededRandom;
  readonly chance: number;
}

export class EchoDispatcher extends Dispatcher {
  readonly #echo: Echo;

  constructor(parts: ConstructorParameters<typeof Dispatcher>[0], echo: Echo) {
    super(parts);
    this.#echo = echo;
  }

  override report(to: Reports | undefined): void {
    if (to === undefined) return super.report(undefined);
    const { machine, random, chance } = this.#echo;
    super.report({
      progressed: (key, fraction, message) => to.progressed(key, fraction, message),
      alive: (key, withinMs) => to.alive(key, withinMs),
      settled: (attempts) => {
        to.settled(attempts);
        if (random.next() < chance) machine.setTimer(random.int(600), () => to.settled(attempts));
      },
    });
  }
}
