/**
 * One change of a parameter and what came of it: each observation says by which share things were better than before the
 * change would have been expected; it is taken back when the evidence is that they are worse. Made by the tuners.
 */
import type { Json } from '../../kit/json.js';
import { Evidence } from './evidence.js';

/** Gains are shares: 0.1 is a tenth better. */
export interface ChangeState {
  readonly before: number;
  readonly after: number;
  readonly predictedGain: number;
  /** Window or observation, counted by the tuner, from which it was in force. */
  readonly since: number;
  /** Null: nothing was observed under it. */
  readonly realisedGain: number | null;
  readonly reverted: boolean;
}

/** 20 to 1 that things are worse. */
const AGAINST = 20;
/** An observation that is so much worse or better counts as this much. */
const GAIN_MAX = 0.5;
/** No harm below this share is worth a reversal; it also covers what the expectation itself may be off. */
const HARM_MIN = 0.02;

export class Change {
  #state: ChangeState;
  readonly #against = new Evidence();
  #sum = 0;

  constructor(made: Pick<ChangeState, 'before' | 'after' | 'predictedGain' | 'since'>) {
    this.#state = { ...made, realisedGain: null, reverted: false };
  }

  get state(): ChangeState {
    return this.#state;
  }

  /** True: with this observation the evidence is against it, and it is to be taken back. */
  observe(gain: number): boolean {
    const cut = Math.max(-GAIN_MAX, Math.min(GAIN_MAX, gain));
    this.#against.observe(-(cut + HARM_MIN) / (GAIN_MAX + HARM_MIN));
    this.#sum += cut;
    const reverted = this.#against.wealth >= AGAINST;
    this.#state = { ...this.#state, realisedGain: this.#sum / this.#against.count, reverted };
    return reverted;
  }

  snapshot(): Json {
    return { state: { ...this.#state }, against: this.#against.snapshot(), sum: this.#sum };
  }

  static restored(saved: Json): Change {
    const { state, against, sum } = saved as unknown as { state: ChangeState; against: Json; sum: number };
    const change = new Change(state);
    change.#state = state;
    change.#against.restore(against);
    change.#sum = sum;
    return change;
  }
}
