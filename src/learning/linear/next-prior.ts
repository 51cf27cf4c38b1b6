/**
 * The next prior of the hierarchical model while it is being learned: some types with each observation, because all at once
 * would take tens of milliseconds. A stateful part of the model's fold.
 */
import type { Json } from '../../kit/json.js';
import { dimensionOf, type Gaussian, type Moments, PriorSums } from './coefficient-prior.js';

/**
 * With each observation so many types are looked at that inverting their matrices takes about this many steps: some milliseconds.
 * All at once where machines are few; a prior that lags behind costs 1 % of the makespan of workflows that are new.
 */
const STEPS_EACH = 1.2e6;

export class NextPrior {
  /** Of the types it rests on. */
  readonly keys: readonly string[];
  /** A machine is new: what went before has no columns for it. */
  readonly grown: boolean;
  readonly #typesEach: number;
  #sums: PriorSums;
  #at = 0;

  constructor(keys: readonly string[], machines: number, grown: boolean) {
    this.keys = keys;
    this.grown = grown;
    this.#typesEach = Math.max(1, Math.floor(STEPS_EACH / dimensionOf(machines) ** 3));
    this.#sums = new PriorSums(machines);
  }

  /** Undefined: there are more types to look at. Those that are no longer known are left out. */
  step(posteriorOf: (key: string) => Moments | undefined): Gaussian | undefined {
    const to = Math.min(this.keys.length, this.#at + this.#typesEach);
    for (; this.#at < to; this.#at++) {
      const posterior = posteriorOf(this.keys[this.#at] as string);
      if (posterior !== undefined) this.#sums.add(posterior);
    }
    return this.#at < this.keys.length ? undefined : this.#sums.learned();
  }

  snapshot(): Json {
    return { keys: [...this.keys], grown: this.grown, at: this.#at, sums: this.#sums.snapshot() };
  }

  static restored(saved: Json, machines: number): NextPrior {
    const { keys, grown, at, sums } = saved as unknown as {
      keys: string[];
      grown: boolean;
      at: number;
      sums: Json;
    };
    const next = new NextPrior(keys, machines, grown);
    next.#at = at;
    next.#sums = PriorSums.restored(sums, machines);
    return next;
  }
}
