/** What breakers stand before: dependencies, and kinds of task that were found to fail. */
import type { TaskSpec } from '../../../lifecycle/task.js';
import { type Breaker, CLOSED_BREAKER } from '../../decisions/circuit-breaker.js';
import type { Fold } from '../fold/fold.js';
import { dependencyOf } from './dependency.js';
import type { ClosedFor } from './start-gate.js';

export interface Guarded {
  readonly kind: 'CIRCUIT_BREAK' | 'QUARANTINE';
  /** Of the standing. */
  readonly part: string;
  /** Null: none of these. */
  readonly subjectOf: (spec: TaskSpec) => string | null;
  /** May it be found to be broken? */
  readonly isWatched: (subject: string) => boolean;
  /** Before the first outcome. */
  readonly begin: (subject: string) => Breaker;
  readonly closedFor: (subject: string) => ClosedFor;
}

export const DEPENDENCIES: Guarded = {
  kind: 'CIRCUIT_BREAK',
  part: 'breakers',
  subjectOf: dependencyOf,
  isWatched: () => true,
  begin: () => CLOSED_BREAKER,
  closedFor: (dependency) => `dependency ${dependency}`,
};

/** Of what was seen before a kind was called failing so much counts as its usual share. */
const TRIED_MAX = 200;

/** Work that needs a dependency is left to the breaker of that one. */
export function failingTypesOf(fold: () => Fold): Guarded {
  return {
    kind: 'QUARANTINE',
    part: 'quarantines',
    subjectOf: (spec) => (dependencyOf(spec) === null ? spec.typeKey : null),
    isWatched: (typeKey) => fold().isFailing(typeKey),
    begin: (typeKey) => {
      const { attempts, failures } = fold().profile(typeKey);
      const tried = Math.min(TRIED_MAX, attempts);
      return { ...CLOSED_BREAKER, tried, failed: (failures / Math.max(1, attempts)) * tried };
    },
    closedFor: (typeKey) => `quarantine ${typeKey}`,
  };
}
