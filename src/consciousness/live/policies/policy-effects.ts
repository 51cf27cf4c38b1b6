/**
 * What each order of tasks does to how long a mesh takes, from draws with known probabilities: only this may be called an effect.
 * Replays say what an order should do; whether it does, these say. Bounded; JSON.
 */
import type { Json } from '../../../kit/json.js';
import { type Effect, effectOf } from '../../patterns/causal/randomised-effect.js';

const DRAWS_MAX = 300;

interface PolicyOutcome {
  readonly policy: string;
  readonly propensities: Readonly<Record<string, number>>;
  /** ln(makespan / replayed makespan of the static twin). */
  readonly loss: number;
}

export class PolicyEffects {
  #outcomes: PolicyOutcome[] = [];

  add(outcome: PolicyOutcome): void {
    this.#outcomes = [...this.#outcomes, outcome].slice(-DRAWS_MAX);
  }

  effectOf(policy: string): Effect {
    return effectOf(
      this.#outcomes.map(({ policy: drawn, propensities, loss }) => ({
        ...{ chosen: drawn === policy, propensity: propensities[policy] ?? 0, loss },
      })),
    );
  }

  snapshot(): Json {
    return this.#outcomes as unknown as Json;
  }

  restore(state: Json): void {
    this.#outcomes = state as unknown as PolicyOutcome[];
  }
}
