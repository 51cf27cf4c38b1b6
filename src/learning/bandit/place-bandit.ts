/**
 * REINFORCEMENT_LEARNING: what a task costs at a place, learned from what came at the places that were chosen and from nothing
 * else (a contextual bandit whose values are a sum of effects, `cost-effects.ts`). It chooses by the least value, and after
 * an alarm by the least that may be hoped for, as the whole learner does. Scored as all models are; places are compared by it
 * where its choices are regretted less (`place-chooser.ts`).
 */
import type { Json } from '../../kit/json.js';
import type { Belief, Model } from '../model.js';
import type { PlaceView, TaskView } from '../view.js';
import { CostEffects } from './cost-effects.js';

export class PlaceBandit implements Model {
  readonly name = 'place-bandit';
  readonly family = 'REINFORCEMENT_LEARNING';
  readonly comparesPlaces = true;
  readonly #effects = new CostEffects();

  predict(task: TaskView, { machine, nominal }: PlaceView, into: Belief): boolean {
    if (!this.#effects.knows(task)) return false;
    const { mean, variance } = this.#effects.expect(task, machine, nominal);
    into.mean = mean;
    into.sd = Math.sqrt(variance + this.#effects.noise);
    return true;
  }

  learn(task: TaskView, { machine, nominal }: PlaceView, actual: number): void {
    this.#effects.learn(task, machine, nominal, actual);
  }

  snapshot(): Json {
    return this.#effects.snapshot();
  }

  restore(state: Json): void {
    this.#effects.restore(state);
  }
}
