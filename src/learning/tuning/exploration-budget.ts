/**
 * Which share of choices may be spent on looking: raised to its bound for a while after an alarm, lowered while looking finds
 * nothing or costs too much, raised while it finds something. Costs are shares of what the choice that was held to be best
 * would have cost.
 */
import { assert } from '../../kit/assert.js';
import type { Json } from '../../kit/json.js';

export interface BudgetBounds {
  readonly min: number;
  readonly max: number;
  /** Mean cost over all choices that looking may add: 0.02 is 2 %. */
  readonly costMax: number;
}

export interface Looked {
  /** Whether this choice was made for looking. */
  readonly looked: boolean;
  /** What it cost beyond the choice held to be best, as a share; 0 for others. */
  readonly extraCost: number;
  /** Whether what was held to be best changed with it. */
  readonly found: boolean;
}

/** Choices between two decisions about the budget. */
const PERIOD = 100;
const ALARM_CHOICES = 200;

export class ExplorationBudget {
  readonly #bounds: BudgetBounds;
  #share: number;
  #alarmed = 0;
  #choices = 0;
  #cost = 0;
  #found = 0;

  constructor(bounds: BudgetBounds) {
    assert(0 <= bounds.min && bounds.min <= bounds.max && bounds.max <= 1, 'a budget has bounds in [0, 1]');
    this.#bounds = bounds;
    this.#share = bounds.min;
  }

  get share(): number {
    return this.#share;
  }

  /** A machine or a kind of task is no longer what it was. */
  alarm(): void {
    this.#share = this.#bounds.max;
    this.#alarmed = ALARM_CHOICES;
    this.#begin();
  }

  observe({ looked, extraCost, found }: Looked): void {
    this.#choices += 1;
    this.#alarmed = Math.max(0, this.#alarmed - 1);
    if (looked) this.#cost += Math.max(0, extraCost);
    if (looked && found) this.#found += 1;
    if (this.#choices < PERIOD) return;
    const factor = this.#cost / PERIOD > this.#bounds.costMax ? 0.5 : this.#found > 0 ? 1.5 : 0.7;
    const held = this.#alarmed > 0 && factor !== 0.5;
    const { min, max } = this.#bounds;
    // From 0 nothing would ever grow.
    if (!held) this.#share = Math.max(min, Math.min(max, Math.max(this.#share, 0.001) * factor));
    this.#begin();
  }

  snapshot(): Json {
    return [this.#share, this.#alarmed, this.#choices, this.#cost, this.#found];
  }

  restore(state: Json): void {
    const [share, alarmed, choices, cost, found] = state as unknown as [
      number,
      number,
      number,
      number,
      number,
    ];
    [this.#share, this.#alarmed, this.#choices, this.#cost, this.#found] = [
      share,
      alarmed,
      choices,
      cost,
      found,
    ];
  }

  #begin(): void {
    [this.#choices, this.#cost, this.#found] = [0, 0, 0];
  }
}
