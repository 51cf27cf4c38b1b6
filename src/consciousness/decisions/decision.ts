/**
 * A decision as a value: what was chosen among what, why in plain words, what is expected of it, and what the static
 * rule would have done; later what came of it. Proposed by the pure rules beside it, carried out and stored by others.
 */
import type { Json } from '../../kit/json.js';
import type { Level } from '../evolution/level.js';

export const DECISION_KINDS = [
  'ORDER',
  'LAYER',
  'DRIFT',
  'TIMEOUT',
  'MEMORY',
  'RETRY',
  'HOLD',
  'CIRCUIT_BREAK',
  'QUARANTINE',
  'CONCURRENCY',
  'POLICY',
  'EXPERIMENT',
  'SHARE',
  'ALERT',
] as const;
export type DecisionKind = (typeof DECISION_KINDS)[number];

/** Kinds of which costs are shares of what the static rule costs; of all others they are seconds. */
export const RELATIVE_KINDS: readonly string[] = [
  'ORDER',
  'LAYER',
  'DRIFT',
  'TIMEOUT',
  'MEMORY',
  'RETRY',
  'CONCURRENCY',
];

/** What could be chosen. Lower costs are better. */
export interface Candidate {
  readonly name: string;
  readonly mean: number;
  /** Interval of 90 %. */
  readonly from: number;
  readonly to: number;
}

/** What a rule asks for. `static` is what would be done without it; the same name as `chosen` changes nothing. */
export interface Proposal {
  readonly kind: DecisionKind;
  /** What it is about: a task, a type, a dependency, a mesh. */
  readonly subject: string;
  readonly candidates: readonly Candidate[];
  readonly chosen: string;
  readonly staticChoice: string;
  readonly reason: string;
  /** Seconds that are expected to be saved against the static choice. */
  readonly expectedEffect: number;
  /** 1 where nothing was drawn. */
  readonly propensity: number;
  /** What carries it out needs to know: a delay, a time until which to hold. */
  readonly parameters: { readonly [name: string]: Json };
}

export interface Decision extends Proposal {
  readonly id: string;
  readonly atMs: number;
  readonly level: Level;
  /** True: it was only thought, because the level is in shadow. */
  readonly shadow: boolean;
  readonly policy: string | null;
  readonly modelVersions: { readonly [model: string]: number };
  /** Episodes that were recalled for it. */
  readonly recalled: readonly number[];
}

export interface DecisionOutcome {
  readonly decisionId: string;
  readonly cost: number;
  /** What the static choice and the best candidate would have cost, by replay; null: cannot be known. */
  readonly staticCost: number | null;
  readonly hindsightCost: number | null;
  readonly ended: 'DONE' | 'VETOED' | 'UNDONE';
}

export function candidate(name: string, mean: number, from = mean, to = mean): Candidate {
  return { name, mean, from, to };
}

export function changesAnything({ chosen, staticChoice }: Proposal): boolean {
  return chosen !== staticChoice;
}

/** Of the candidates the one with the least mean, the first of equals. */
export function cheapest(candidates: readonly Candidate[]): Candidate {
  return candidates.reduce((best, one) => (one.mean < best.mean ? one : best));
}
