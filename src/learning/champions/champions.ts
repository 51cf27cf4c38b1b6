/**
 * Which model speaks for which type. Every model is scored on every task before it learns of it; a type's score is the
 * discounted mean of the capped error of the logarithm, drawn towards the score over all types while the type has few
 * rows. A champion is replaced only by one that is better by a margin, so that noise does not make it change.
 */
import type { Json } from '../../kit/json.js';
import { BoundedMap } from '../bounded-map.js';

const TYPES_MAX = 10_000;
const DISCOUNT = 0.98;
const DISCOUNT_ALL = 0.995;
/** The score over all types counts like this many rows of the type. */
const SHRINKAGE = 5;
/** One absurd row must not decide: e^1.5 is an error of 350 %. */
const LOSS_MAX = 1.5;
/** What a challenger has to be better by. */
const SWITCH_MARGIN = 0.03;

/** Discounted sums, by model. */
interface Ledger {
  readonly loss: number[];
  readonly weight: number[];
  /** Index of the champion, -1 before the first row. */
  champion: number;
}

export class Champions {
  readonly #names: readonly string[];
  readonly #types = new BoundedMap<Ledger>(TYPES_MAX);
  #all: Ledger;

  constructor(names: readonly string[]) {
    this.#names = names;
    this.#all = this.#empty();
  }

  /** Index of the model to believe, among those that know something. -1: none does. */
  of(typeKey: string, known: readonly boolean[]): number {
    const ledger = this.#types.get(typeKey);
    if (ledger !== undefined && known[ledger.champion] === true) return ledger.champion;
    return this.#best(ledger, known);
  }

  /** Capped absolute errors of the logarithm, by model; NaN where a model did not predict. */
  score(typeKey: string, errors: readonly number[]): void {
    const ledger = this.#types.touch(typeKey, () => this.#empty());
    for (let i = 0; i < this.#names.length; i++) {
      const error = errors[i] as number;
      if (Number.isNaN(error)) continue;
      const loss = Math.min(Math.abs(error), LOSS_MAX);
      ledger.loss[i] = DISCOUNT * (ledger.loss[i] as number) + loss;
      ledger.weight[i] = DISCOUNT * (ledger.weight[i] as number) + 1;
      this.#all.loss[i] = DISCOUNT_ALL * (this.#all.loss[i] as number) + loss;
      this.#all.weight[i] = DISCOUNT_ALL * (this.#all.weight[i] as number) + 1;
    }
    const known = errors.map((error) => !Number.isNaN(error));
    const best = this.#best(ledger, known);
    if (best < 0) return;
    const beaten =
      ledger.champion < 0 ||
      this.#scoreOf(ledger, best) < (1 - SWITCH_MARGIN) * this.#scoreOf(ledger, ledger.champion);
    if (beaten) ledger.champion = best;
  }

  /** How many types each model is champion of. */
  counts(): ReadonlyMap<string, number> {
    const counts = new Map(this.#names.map((name) => [name, 0]));
    for (const { champion } of this.#types.values()) {
      const name = this.#names[champion];
      if (name !== undefined) counts.set(name, (counts.get(name) as number) + 1);
    }
    return counts;
  }

  /** The types it is champion of, the one that ran last first. */
  typesOf(name: string): string[] {
    const index = this.#names.indexOf(name);
    return [...this.#types.entries()]
      .filter(([, { champion }]) => champion === index)
      .map(([type]) => type)
      .reverse();
  }

  snapshot(): Json {
    return { all: this.#all as unknown as Json, types: [...this.#types.entries()] as unknown as Json };
  }

  restore(state: Json): void {
    const { all, types } = structuredClone(state) as unknown as { all: Ledger; types: [string, Ledger][] };
    this.#all = all;
    this.#types.clear();
    for (const [key, ledger] of types) this.#types.set(key, ledger);
  }

  #empty(): Ledger {
    return { loss: this.#names.map(() => 0), weight: this.#names.map(() => 0), champion: -1 };
  }

  #best(ledger: Ledger | undefined, known: readonly boolean[]): number {
    let best = -1;
    for (let i = 0; i < this.#names.length; i++) {
      if (known[i] !== true) continue;
      if (best < 0 || this.#scoreOf(ledger, i) < this.#scoreOf(ledger, best)) best = i;
    }
    return best;
  }

  #scoreOf(ledger: Ledger | undefined, i: number): number {
    const weightAll = this.#all.weight[i] as number;
    const overall = weightAll > 0 ? (this.#all.loss[i] as number) / weightAll : LOSS_MAX;
    if (ledger === undefined) return overall;
    const weight = ledger.weight[i] as number;
    return ((ledger.loss[i] as number) + SHRINKAGE * overall) / (weight + SHRINKAGE);
  }
}
