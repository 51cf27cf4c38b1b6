/**
 * One change of a parameter and what came of it: each observation says by which share things were better than before the
 * change would have been expected; it is taken back when the evidence is that they are worse. Made by the tuners.
 */
import type { Json } from '../../kit/json.js';
import { type Bet, bet, EVIDENCE_NEEDED, evidenceOf, NO_BET } from '../../kit/statistics/bet.js';

/** Gains are shares: 0.1 is a tenth better. */
export interface ChangeState {
  readonly before: number;
  readonly after: number;
  readonly predictedGain: number;
  /** Names the observation or window from which it was in force. */
  readonly since: number;
  /** Null: nothing was observed under it. */
  readonly realisedGain: number | null;
  readonly reverted: boolean;
}

/** Of the capital, at most so much is staked on one observation. */
const STAKE_MAX = 0.9;
/** An observation that is so much worse or better counts as this much. */
const GAIN_MAX = 0.5;
/** No harm below this share is worth a reversal; it also covers what the expectation itself may be off. */
const HARM_MIN = 0.02;

export class Change {
  #state: ChangeState;
  /** That things are worse. */
  #against: Bet = NO_BET;
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
    this.#against = bet(this.#against, -(cut + HARM_MIN) / (GAIN_MAX + HARM_MIN), STAKE_MAX);
    this.#sum += cut;
    const reverted = evidenceOf(this.#against) >= EVIDENCE_NEEDED;
    this.#state = { ...this.#state, realisedGain: this.#sum / this.#against.count, reverted };
    return reverted;
  }

  snapshot(): Json {
    return {
      state: { ...this.#state },
      against: { ...this.#against, logCapitals: [...this.#against.logCapitals] },
      sum: this.#sum,
    };
  }

  static restored(saved: Json): Change {
    const { state, against, sum } = saved as unknown as { state: ChangeState; against: Bet; sum: number };
    const change = new Change(state);
    change.#state = state;
    change.#against = against;
    change.#sum = sum;
    return change;
  }
}
