/**
 * What following predictions came to before, by kind of mandate and subject: what the next mandate is expected to cost, with an
 * interval. A value; JSON.
 */
import type { Json } from '../../../kit/json.js';
import { BoundedMap } from '../../../learning/bounded-map.js';
import { type Candidate, candidate } from '../../decisions/decision.js';
import type { MandateKind } from './mandate.js';

/** By Welford's recurrence, over the costs of mandates that are over. */
interface Costs {
  readonly count: number;
  readonly mean: number;
  readonly squares: number;
}

const SUBJECTS_MAX = 500;
/** Before anything was seen: as good as the static rule, give or take half of it; it counts as one mandate. */
const PRIOR: Costs = { count: 1, mean: 1, squares: 0.09 };
const Z90 = 1.645;

export class Past {
  readonly #costs = new BoundedMap<Costs>(SUBJECTS_MAX);

  has(kind: MandateKind, subject: string): boolean {
    return this.#costs.get(`${kind} ${subject}`) !== undefined;
  }

  add(kind: MandateKind, subject: string, cost: number | null): void {
    const key = `${kind} ${subject}`;
    const { count, mean, squares } = this.#costs.get(key) ?? PRIOR;
    if (cost === null) {
      this.#costs.set(key, { count, mean, squares });
      return;
    }
    const off = cost - mean;
    const next = mean + off / (count + 1);
    this.#costs.set(key, { count: count + 1, mean: next, squares: squares + off * (cost - next) });
  }

  /** `promised`: what is expected of this one, whatever came of those before. */
  expected(name: string, about: { kind: MandateKind; subject: string; promised?: number }): Candidate {
    const { kind, subject, promised } = about;
    const { count, mean, squares } = this.#costs.get(`${kind} ${subject}`) ?? PRIOR;
    const centre = promised ?? mean;
    const width = Z90 * Math.sqrt(squares / count);
    return candidate(name, centre, Math.max(0, centre - width), centre + width);
  }

  snapshot(): Json {
    return [...this.#costs.entries()].map(([key, costs]) => [key, { ...costs }]);
  }

  restore(stored: Json | undefined): void {
    this.#costs.clear();
    for (const [key, costs] of (stored ?? []) as unknown as [string, Costs][]) this.#costs.set(key, costs);
  }
}
