/**
 * What each order of tasks does to how long a mesh takes, from draws with known probabilities: only this may be called an effect.
 * Replays say what an order should do; whether it does, these say. Bounded; JSON, and short, as it is kept with every write.
 */
import type { Json } from '../../../kit/json.js';
import { type Effect, effectOf } from '../../patterns/causal/randomised-effect.js';
import { ORDER_POLICIES, type OrderPolicy } from '../../policies/order-policies.js';

const DRAWS_MAX = 200;

/** Which was drawn, ln(makespan / replayed makespan of the static twin), and the probabilities of all, by index. */
type Draw = readonly [drawn: number, loss: number, propensities: readonly number[]];

export class PolicyEffects {
  #draws: readonly Draw[] = [];

  add(policy: OrderPolicy, loss: number, propensities: readonly number[]): void {
    const draw: Draw = [ORDER_POLICIES.indexOf(policy), short(loss), propensities.map(short)];
    this.#draws = [...this.#draws, draw].slice(-DRAWS_MAX);
  }

  effectOf(policy: OrderPolicy): Effect {
    const at = ORDER_POLICIES.indexOf(policy);
    return effectOf(
      this.#draws.map(([drawn, loss, propensities]) => ({
        ...{ chosen: drawn === at, propensity: propensities[at] ?? 0, loss },
      })),
    );
  }

  snapshot(): Json {
    return this.#draws as unknown as Json;
  }

  restore(state: Json): void {
    this.#draws = state as unknown as readonly Draw[];
  }
}

function short(value: number): number {
  return Number(value.toPrecision(3));
}
