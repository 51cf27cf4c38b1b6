/**
 * The lines from which every change of level can be told again: what was put in (the start, observations, what people
 * forced) and what followed from it. Written by the evolution, kept by whoever called it, never changed afterwards.
 */
import type { Observation } from './evidence.js';
import type { Requirement } from './gates.js';
import type { Level } from './level.js';

export interface EvolutionSettings {
  readonly initialLevel: Level;
  /** `evolution_rate`, 0..1: windows per hour are 60 times it, stakes grow with it. 0: nothing is ever promoted. */
  readonly evolutionRate: number;
}

export interface ForceRequest {
  readonly to: Level;
  readonly who: string;
  readonly why: string;
  /** The caller takes it upon themselves that the new powers act before the gate has passed. */
  readonly acceptRisk: boolean;
}

export type Input =
  | { readonly kind: 'STARTED'; readonly settings: EvolutionSettings }
  | { readonly kind: 'OBSERVED'; readonly observation: Observation }
  | { readonly kind: 'FORCED'; readonly request: ForceRequest }
  /** Time went by: a window may have ended. */
  | { readonly kind: 'PASSED' }
  /** The configuration is another than before. */
  | { readonly kind: 'CONFIGURED'; readonly settings: EvolutionSettings };

export type Transition =
  | {
      readonly kind: 'PROMOTED' | 'DEMOTED' | 'PROBATION_FAILED';
      readonly from: Level;
      readonly to: Level;
      /** The requirements that were met, or the reasons that held. */
      readonly because: readonly Requirement[];
    }
  | {
      /** Up: in shadow, or acting because the caller takes the risk. Down: at once. */
      readonly kind: 'SHADOWED' | 'RISK_TAKEN' | 'LOWERED';
      readonly from: Level;
      readonly to: Level;
      readonly who: string;
      readonly why: string;
      /** What the level still lacked when it was forced. */
      readonly missing: readonly Requirement[];
    };

export interface LedgerLine {
  readonly number: number;
  readonly atMs: number;
  readonly entry: Input | Transition;
}

export function isInput(entry: Input | Transition): entry is Input {
  return ['STARTED', 'OBSERVED', 'FORCED', 'PASSED', 'CONFIGURED'].includes(entry.kind);
}
