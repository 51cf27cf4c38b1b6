/**
 * Several scheduling policies held at once, per context; one is drawn for each mesh run, measured, and the belief
 * updated. Called by the consciousness at the level QUANTUM. Draws are one a mesh, because independent draws a task cost
 * 10 % of the makespan; they are a function of the seed and of the name of the run, so that a replay draws the same.
 * A run tells of all policies that it could be replayed with, and not only of the one that was drawn.
 */
import { assert } from '../../kit/assert.js';
import { SeededRandom } from '../../kit/random.js';
import { BoundedMap } from '../../learning/bounded-map.js';
import { amplitudesOf, bestProbabilities } from './amplitudes.js';
import type { CostBelief } from './amplitudes.js';
import { EMPTY_PURSE, EXPLORATION_MAX, explorationShareOf, openShare, paid } from './exploration-purse.js';
import type { Purse } from './exploration-purse.js';

/** From this probability of being best on, a policy is taken without drawing. */
const DOMINANT = 0.95;
/** What a run tells is worth this much less with each later run in the same context: things change. */
const MEMORY = 0.99;
/** Before anything was measured: costs as logarithms relative to the static rule, of this spread, as if one run. */
const PRIOR = { runs: 1, sd: 0.2 } as const;
const CONTEXTS_MAX = 50;
/** Costs nearer than this are the same: half a percent of the makespan. */
const SAME = 0.005;
/** Runs after which policies that never differed are taken to be the same here. */
const ALIKE_AFTER = 4;
/** The share of exploring is that of the cost of at least so many runs, or the first one would decide. */
const SHARE_OVER = 50;

export interface PolicyState {
  /** Discounted number of runs, sum of costs and of their squares. Costs: ln(makespan / that of the static twin). */
  readonly runs: number;
  readonly sum: number;
  readonly squares: number;
}

interface Context {
  readonly policies: PolicyState[];
  purse: Purse;
  /** Runs, and those in which some policy cost another than the first, both fading as all that is known does. */
  seen: number;
  differed: number;
}

export interface MixtureState {
  readonly policies: readonly string[];
  readonly seed: string;
  readonly contexts: readonly (readonly [
    string,
    {
      readonly policies: readonly PolicyState[];
      readonly purse: Purse;
      readonly seen: number;
      readonly differed: number;
    },
  ])[];
}

export interface PolicyDraw {
  readonly policy: string;
  /** Probability with which this policy was to be drawn: what makes its effect identifiable. */
  readonly propensity: number;
  readonly propensities: readonly number[];
  readonly amplitudes: readonly number[];
  /** True: one policy dominates, nothing was drawn, and the level adds nothing in this context. */
  readonly idle: boolean;
  readonly reason: string;
}

/** State per context: what is known of each policy, and what exploring has cost. Bounded by contexts × policies. */
export class PolicyMixture {
  readonly #policies: readonly string[];
  readonly #seed: string;
  readonly #contexts = new BoundedMap<Context>(CONTEXTS_MAX);
  /** What was spent on finding out by other means than draws, in runs of the static twin: it is of the same budget. */
  spentElsewhere = 0;

  constructor({ policies, seed, contexts }: MixtureState) {
    assert(policies.length > 0, 'a mixture has at least one policy');
    this.#policies = policies;
    this.#seed = seed;
    for (const [context, state] of contexts)
      this.#contexts.set(context, { ...state, policies: [...state.policies] });
  }

  snapshot(): MixtureState {
    const contexts = [...this.#contexts.entries()].map(
      ([context, state]) => [context, { ...state, policies: [...state.policies] }] as const,
    );
    return { policies: this.#policies, seed: this.#seed, contexts };
  }

  amplitudes(context: string): number[] {
    return amplitudesOf(bestProbabilities(this.#beliefs(context)));
  }

  /** What one more run is expected to cost under each policy: logarithms. */
  forecasts(context: string): CostBelief[] {
    const runs = this.#contexts.get(context)?.policies ?? [];
    return this.#beliefs(context).map(({ mean, sd }, at) => {
      const { runs: seen } = runs[at] ?? { runs: 0 };
      return { mean, sd: sd * Math.sqrt(seen + PRIOR.runs + 1) };
    });
  }

  probabilities(context: string): number[] {
    return bestProbabilities(this.#beliefs(context));
  }

  /** Share of all cost that exploring has cost. */
  get explorationShare(): number {
    return explorationShareOf(
      [...this.#contexts.values()].map(({ purse }) => purse),
      SHARE_OVER,
      this.spentElsewhere,
    );
  }

  /** The contexts in which most was seen lately, where policies differ at all. */
  busiest(count: number): readonly { readonly context: string; readonly runs: number }[] {
    return [...this.#contexts.entries()]
      .filter(([, { differed }]) => differed > 0)
      .map(([context, { seen }]) => ({ context, runs: seen }))
      .sort((a, b) => b.runs - a.runs || (a.context < b.context ? -1 : 1))
      .slice(0, count);
  }

  /** The same answer for the same context, run and knowledge. */
  draw(context: string, run: string): PolicyDraw {
    const beliefs = this.#beliefs(context);
    const probabilities = bestProbabilities(beliefs);
    const best = probabilities.indexOf(Math.max(...probabilities));
    const amplitudes = amplitudesOf(probabilities);
    if ((probabilities[best] as number) >= DOMINANT) {
      const propensities = probabilities.map((_, i) => (i === best ? 1 : 0));
      return { ...this.#drawn(best, propensities, amplitudes), idle: true };
    }
    const { seen, differed } = this.#contexts.get(context) ?? { seen: 0, differed: 0 };
    if (seen >= ALIKE_AFTER && differed === 0) {
      const propensities = probabilities.map((_, i) => (i === 0 ? 1 : 0));
      const reason = 'all policies come to the same here: nothing is drawn';
      return { ...this.#drawn(0, propensities, amplitudes), reason, idle: true };
    }
    const purse = this.#contexts.get(context)?.purse ?? EMPTY_PURSE;
    const means = beliefs.map(({ mean }) => mean);
    const isSpent = this.explorationShare >= EXPLORATION_MAX;
    const share = isSpent ? 0 : openShare(purse, probabilities, means);
    const propensities = probabilities.map((p, i) => share * p + (i === best ? 1 - share : 0));
    const unit = new SeededRandom(this.#seed).fork(`${context}/${run}`).next();
    return { ...this.#drawn(pickBy(propensities, unit), propensities, amplitudes), idle: false };
  }

  /**
   * What a run came to: ln(makespan / makespan of its static twin) under each policy that it could be replayed with. `drawn`: the
   * one it ran under; null: nothing was drawn, and it ran as the levels beneath do, which explores nothing.
   */
  measure(context: string, drawn: string | null, costs: Readonly<Record<string, number>>): void {
    const at = drawn === null ? 0 : this.#policies.indexOf(drawn);
    assert(at >= 0, () => `no policy is called ${drawn}`);
    const known = this.#contexts.touch(context, () => ({
      policies: this.#policies.map(() => ({ runs: 0, sum: 0, squares: 0 })),
      ...{ purse: EMPTY_PURSE, seen: 0, differed: 0 },
    }));
    const means = this.#beliefs(context).map(({ mean }) => mean);
    const best = this.#policies[means.indexOf(Math.min(...means))] as string;
    const cost = costs[this.#policies[at] as string] as number;
    // what would have been taken without exploring: by the replay, or as believed where there is none
    const otherwise = costs[best] ?? Math.min(cost, cost - (means[at] as number) + Math.min(...means));
    known.purse = paid(known.purse, cost, drawn === null ? cost : otherwise);
    const all = Object.values(costs);
    assert(all.every(Number.isFinite), 'the cost of a run is a finite logarithm');
    known.seen = MEMORY * known.seen + 1;
    const isOne = all.length > 1 && Math.max(...all) - Math.min(...all) <= SAME;
    known.differed = MEMORY * known.differed + (isOne ? 0 : 1);
    known.policies.forEach((state, i) => {
      const value = costs[this.#policies[i] as string];
      const add = value === undefined ? 0 : value;
      known.policies[i] = {
        runs: MEMORY * state.runs + (value === undefined ? 0 : 1),
        sum: MEMORY * state.sum + add,
        squares: MEMORY * state.squares + add * add,
      };
    });
  }

  #drawn(
    at: number,
    propensities: readonly number[],
    amplitudes: readonly number[],
  ): Omit<PolicyDraw, 'idle'> {
    const policy = this.#policies[at] as string;
    const propensity = propensities[at] as number;
    const percent = (p: number): string => `${(100 * p).toFixed(0)} %`;
    const reason =
      propensity === 1
        ? `${policy} is the best with ${percent((amplitudes[at] as number) ** 2)}: nothing is drawn`
        : `${policy} was drawn with ${percent(propensity)}; it is the best with ${percent((amplitudes[at] as number) ** 2)}`;
    return { policy, propensity, propensities, amplitudes, reason };
  }

  /** Shrunk to the prior of no difference from the static rule, with the spread that all policies share. */
  #beliefs(context: string): CostBelief[] {
    const states = this.#contexts.get(context)?.policies;
    if (states === undefined) return this.#policies.map(() => ({ mean: 0, sd: PRIOR.sd }));
    let [runs, about] = [2 * PRIOR.runs, 2 * PRIOR.runs * PRIOR.sd ** 2];
    for (const state of states) {
      runs += state.runs;
      about += state.runs === 0 ? 0 : Math.max(0, state.squares - state.sum ** 2 / state.runs);
    }
    const sd = Math.sqrt(about / runs);
    return states.map((state) => ({
      mean: state.sum / (state.runs + PRIOR.runs),
      sd: sd / Math.sqrt(state.runs + PRIOR.runs),
    }));
  }
}

function pickBy(weights: readonly number[], unit: number): number {
  let left = unit;
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i] as number;
    if (left < 0) return i;
  }
  return weights.lastIndexOf(Math.max(...weights));
}
