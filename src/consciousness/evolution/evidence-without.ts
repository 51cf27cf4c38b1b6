/**
 * What is forgotten with a level that was left: the evidence that once let it in. It has to be earned anew, or the same
 * old capital would promote it again in the next window. Called by the evolution.
 */
import { NO_CONTEST } from '../../kit/statistics/bet.js';
import { NO_EVIDENCE, NO_GAINS } from './evidence.js';
import type { Evidence } from './evidence.js';
import type { Level } from './level.js';

const OF: Readonly<Record<Level, readonly (keyof Evidence)[]>> = {
  BASIC: [],
  COGNITIVE: ['predictions', 'overMedian', 'overStatic', 'latestOverStatic'],
  METACOGNITIVE: ['coverage', 'drill', 'drillHow', 'drift', 'overSingle'],
  QUANTUM: ['metacognitiveDecisions', 'policies', 'explorationShare'],
  TRANSCENDENT: ['joint', 'signals', 'latestLosses', 'tailRatio'],
};

export function evidenceWithout(evidence: Evidence, levels: readonly Level[]): Evidence {
  const forgotten = Object.fromEntries(
    levels.flatMap((level) => OF[level].map((key) => [key, NO_EVIDENCE[key]])),
  );
  const ablation = Object.fromEntries(levels.map((level) => [level, NO_CONTEST]));
  const gains = Object.fromEntries(levels.map((level) => [level, NO_GAINS]));
  return {
    ...{ ...evidence, ...forgotten },
    ablation: { ...evidence.ablation, ...ablation },
    gains: { ...evidence.gains, ...gains },
  };
}
