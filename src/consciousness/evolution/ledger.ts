/**
 * The lines from which every change of level can be told again: what was put in (the start, observations, what people
 * forced) and what followed from it. Written by the evolution, kept by whoever called it, never changed afterwards.
 *
 * Observations are many and are not kept for ever. A checkpoint therefore stands before every line from which a change followed, and
 * before every ten thousandth: with the input behind it, which is kept as long as what followed, each change can be told again
 * though all that came before is gone.
 */
import type { Evidence, Observation } from './evidence.js';
import type { Requirement } from './gates.js';
import type { Level } from './level.js';

export interface EvolutionSettings {
  readonly initialLevel: Level;
  /** `evolution_rate`, 0..1: windows per hour are 60 times it, stakes grow with it. 0: nothing is ever promoted. */
  readonly evolutionRate: number;
}

/** Where it stands: JSON, so that it is its own snapshot. */
export interface EvolutionState {
  readonly settings: EvolutionSettings;
  /** The highest level whose gate was passed, and those beneath it. */
  readonly earned: Level;
  /** Whose powers act. Above `earned` on probation or by a risk that somebody accepted. */
  readonly active: Level;
  /** Whose powers run without acting, by force; null: none. */
  readonly shadow: Level | null;
  /** Runs since `active` was given without being earned. */
  readonly probationRuns: number;
  readonly evidence: Evidence;
  readonly windowEndsMs: number;
  readonly lines: number;
  /** The line of the latest checkpoint; none yet: where it began. */
  readonly checkpoint?: number;
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

/** Where it stands behind this line. */
export interface Checkpoint {
  readonly kind: 'CHECKPOINT';
  readonly state: EvolutionState;
}

export interface LedgerLine {
  readonly number: number;
  readonly atMs: number;
  readonly entry: Input | Checkpoint | Transition;
}

export const TRANSITIONS = [
  'PROMOTED',
  'DEMOTED',
  'PROBATION_FAILED',
  'SHADOWED',
  'RISK_TAKEN',
  'LOWERED',
] as const satisfies readonly Transition['kind'][];

export function isTransition(entry: LedgerLine['entry']): entry is Transition {
  return (TRANSITIONS as readonly string[]).includes(entry.kind);
}
