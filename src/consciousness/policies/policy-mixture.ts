/**
 * Several scheduling policies held at once, per context; one is drawn for each mesh run, measured, and the belief
 * updated. Called by the consciousness at the level QUANTUM. Draws are one a mesh, because independent draws a task cost
 * 10 % of the makespan; they are a function of the seed and of the name of the run, so that a replay draws the same.
 */
import { assert } from '../../kit/assert.js';
import { SeededRandom } from '../../kit/random.js';
import { BoundedMap } from '../../learning/bounded-map.js';
import { amplitudesOf, bestProbabilities } from './amplitudes.js';
import type { CostBelief } from './amplitudes.js';
import { EMPTY_PURSE, explorationShareOf, openShare, paid } from './exploration-purse.js';
import type { Purse } from './exploration-purse.js';

/** From this probability of being best on, a policy is taken without drawing. */
const DOMINANT = 0.95;
/** What a run tells is worth this much less with each later run in the same context: things change. */
const MEMORY = 0.99;
/** Before anything was measured: costs as logarithms relative to the static rule, of this spread, as if one run. */
const PRIOR = { runs: 1, sd: 0.2 } as const;
const CONTEXTS_MAX = 200;

export interface PolicyState {
  /** Discounted number of runs, sum of costs and of their squares. Costs: ln(makespan / that of the static twin). */
  readonly runs: number;
  readonly sum: number;
  readonly squares: number;
}

interface Context {
  readonly policies: PolicyState[];
  purse: Purse;
}

export interface MixtureState {
  readonly policies: readonly string[];
  readonly seed: string;
  readonly contexts: readonly (readonly [
    string,
    { readonly policies: readonly PolicyState[]; readonly purse: Purse },
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

  constructor({ policies, seed, contexts }: MixtureState) {
    assert(policies.length > 0, 'a mixture has at least one policy');
    this.#policies = policies;
    this.#seed = seed;
    for (const [context, state] of contexts)
      this.#contexts.set(context, { policies: [...state.policies], purse: state.purse });
  }

  snapshot(): MixtureState {
    const contexts = [...this.#contexts.entries()].map(
      ([context, { policies, purse }]) => [context, { policies: [...policies], purse }] as const,
    );
    return { policies: this.#policies, seed: this.#seed, contexts };
  }

  amplitudes(context: string): number[] {
    return amplitudesOf(bestProbabilities(this.#beliefs(context)));
  }

  /** Share of the cost in this context that exploring has cost. */
  explorationShare(context: string): number {
    return explorationShareOf(this.#contexts.get(context)?.purse ?? EMPTY_PURSE);
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
    const purse = this.#contexts.get(context)?.purse ?? EMPTY_PURSE;
    const share = openShare(
      purse,
      probabilities,
      beliefs.map(({ mean }) => mean),
    );
    const propensities = probabilities.map((p, i) => share * p + (i === best ? 1 - share : 0));
    const unit = new SeededRandom(this.#seed).fork(`${context}/${run}`).next();
    return { ...this.#drawn(pickBy(propensities, unit), propensities, amplitudes), idle: false };
  }

  /** What the run under this policy came to: ln(makespan / makespan of its static twin). */
  measure(context: string, policy: string, cost: number): void {
    const at = this.#policies.indexOf(policy);
    assert(at >= 0, () => `no policy is called ${policy}`);
    assert(Number.isFinite(cost), 'the cost of a run is a finite logarithm');
    const known = this.#contexts.touch(context, () => ({
      policies: this.#policies.map(() => ({ runs: 0, sum: 0, squares: 0 })),
      purse: EMPTY_PURSE,
    }));
    const means = this.#beliefs(context).map(({ mean }) => mean);
    known.purse = paid(known.purse, Math.exp(cost), means[at] as number, Math.min(...means));
    known.policies.forEach((state, i) => {
      const [runs, value] = i === at ? [1, cost] : [0, 0];
      known.policies[i] = {
        runs: MEMORY * state.runs + runs,
        sum: MEMORY * state.sum + runs * value,
        squares: MEMORY * state.squares + runs * value * value,
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
