/**
 * What goes with failures and slow runs: for every factor that a task may be exposed to (an event before its start, a
 * node, an hour, a neighbour), whether the exposed fail more often than others of their type. Called by the recogniser
 * of patterns with one line a finished attempt. What it finds is called an association; only placement that was drawn
 * by chance can call it an effect, see `randomised-effect.ts`.
 */
import { BoundedMap } from '../../../learning/bounded-map.js';
import { atOnce, type Stages } from '../../../kit/turn.js';
import { benjaminiHochberg } from '../../statistics/false-discovery.js';
import { stratifiedTest } from './stratified-test.js';

/** Share of false findings among the findings. */
export const FALSE_SHARE_MAX = 0.05;
/** Factors seen least recently are forgotten beyond this; each costs four numbers a stratum. */
const FACTORS_MAX = 1_000;
const STRATA_MAX = 500;
/** Fewer exposures than this cannot be told from chance among many factors. */
const EXPOSED_MIN = 5;

export type Outcome = 'FAILED' | 'SLOW';

export interface Exposure {
  /** The stratum: what fails at a rate of its own. */
  readonly typeKey: string;
  readonly factors: readonly string[];
  readonly failed: boolean;
  /** Longer than it was predicted to take with 90 %; null: it did not run to its end, or nothing was predicted. */
  readonly slow: boolean | null;
}

export interface Association {
  readonly factor: string;
  readonly outcome: Outcome;
  readonly exposed: number;
  /** Exposed that failed, and how many would have by chance. */
  readonly observed: number;
  readonly expected: number;
  /** observed / expected. */
  readonly lift: number;
  readonly oddsRatio: number;
  readonly pValue: number;
  /** Adjusted for all factors and both outcomes. */
  readonly qValue: number;
}

/** Attempts, failed, attempts whose time can be judged, slow. */
type Counts = [tried: number, failed: number, timed: number, slow: number];

export interface AssociationState {
  readonly strata: readonly (readonly [string, Readonly<Counts>])[];
  readonly factors: readonly (readonly [string, readonly (readonly [string, Readonly<Counts>])[]])[];
}

export class AssociationFinder {
  readonly #strata = new BoundedMap<Counts>(STRATA_MAX);
  readonly #factors = new BoundedMap<BoundedMap<Counts>>(FACTORS_MAX);

  constructor(state: AssociationState = { strata: [], factors: [] }) {
    for (const [typeKey, counts] of state.strata) this.#strata.set(typeKey, [...counts]);
    for (const [factor, strata] of state.factors) {
      const kept = this.#factors.touch(factor, () => new BoundedMap(STRATA_MAX));
      for (const [typeKey, counts] of strata) kept.set(typeKey, [...counts]);
    }
  }

  snapshot(): AssociationState {
    return {
      strata: copied(this.#strata),
      factors: [...this.#factors.entries()].map(([factor, strata]) => [factor, copied(strata)]),
    };
  }

  observe({ typeKey, factors, failed, slow }: Exposure): void {
    count(this.#strata, typeKey, failed, slow);
    for (const factor of new Set(factors))
      count(
        this.#factors.touch(factor, () => new BoundedMap<Counts>(STRATA_MAX)),
        typeKey,
        failed,
        slow,
      );
  }

  findings(): Association[] {
    return atOnce(this.findingsInStages());
  }

  /** What is significant together, the strongest first. A stage tests one factor over its strata for one outcome. */
  *findingsInStages(): Stages<Association[]> {
    const tested: Omit<Association, 'qValue'>[] = [];
    for (const [factor, strata] of [...this.#factors.entries()])
      for (const outcome of ['FAILED', 'SLOW'] as const) {
        tested.push(...this.#test(factor, strata, outcome));
        yield;
      }
    const qValues = benjaminiHochberg(tested.map(({ pValue }) => pValue));
    return tested
      .map((one, at) => ({ ...one, qValue: qValues[at] as number }))
      .filter(({ qValue }) => qValue <= FALSE_SHARE_MAX)
      .sort((a, b) => a.pValue - b.pValue || (a.factor < b.factor ? -1 : 1));
  }

  #test(factor: string, strata: BoundedMap<Counts>, outcome: Outcome): Omit<Association, 'qValue'>[] {
    const [of, hit] = outcome === 'FAILED' ? ([0, 1] as const) : ([2, 3] as const);
    const tables = [...strata.entries()].flatMap(([typeKey, exposed]) => {
      const all = this.#strata.get(typeKey);
      // A stratum that was forgotten and begun anew has fewer than its factors remember.
      if (all === undefined || all[of] < exposed[of] || all[hit] < exposed[hit]) return [];
      return [{ both: exposed[hit], exposed: exposed[of], failed: all[hit], total: all[of] }];
    });
    const exposed = tables.reduce((sum, table) => sum + table.exposed, 0);
    if (exposed < EXPOSED_MIN) return [];
    const { pValue, observed, expected, oddsRatio } = stratifiedTest(tables);
    if (expected === 0) return [];
    return [{ factor, outcome, exposed, observed, expected, lift: observed / expected, oddsRatio, pValue }];
  }
}

function copied(strata: BoundedMap<Counts>): [string, Counts][] {
  return [...strata.entries()].map(([typeKey, counts]) => [typeKey, [...counts]]);
}

function count(strata: BoundedMap<Counts>, typeKey: string, failed: boolean, slow: boolean | null): void {
  const counts = strata.touch(typeKey, () => [0, 0, 0, 0]);
  counts[0]++;
  if (failed) counts[1]++;
  if (slow === null) return;
  counts[2]++;
  if (slow) counts[3]++;
}
