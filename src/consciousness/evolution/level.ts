/**
 * The levels of autonomy, from the one that only reacts to the one that plans everything together, and what each may do.
 * The words are those of the interface; what they stand for is this table (after Lewis et al., Self-Aware Computing
 * Systems, 2016) and nothing more.
 */

export const LEVELS = ['BASIC', 'COGNITIVE', 'METACOGNITIVE', 'QUANTUM', 'TRANSCENDENT'] as const;
export type Level = (typeof LEVELS)[number];

export type Power =
  | 'RETRY_BY_ERROR_CLASS'
  | 'CIRCUIT_BREAKER'
  | 'CRITICAL_PATH_FIRST'
  | 'ALERT'
  | 'PREDICTED_ORDER'
  | 'PREDICTED_LAYER'
  | 'PREDICTED_TIMEOUT'
  | 'PREDICTED_MEMORY'
  | 'HOLD_BEFORE_BAD_WINDOW'
  | 'HEED_DRIFT'
  | 'QUARANTINE_TYPE'
  | 'TUNING'
  | 'POLICY_MIXTURE'
  | 'EXPLORATION'
  | 'JOINT_OBJECTIVE'
  | 'SHARED_POSTERIOR';

const ADDED: Readonly<Record<Level, readonly Power[]>> = {
  BASIC: ['RETRY_BY_ERROR_CLASS', 'CIRCUIT_BREAKER', 'CRITICAL_PATH_FIRST', 'ALERT'],
  COGNITIVE: [
    'PREDICTED_ORDER',
    'PREDICTED_LAYER',
    'PREDICTED_TIMEOUT',
    'PREDICTED_MEMORY',
    'HOLD_BEFORE_BAD_WINDOW',
  ],
  METACOGNITIVE: ['HEED_DRIFT', 'QUARANTINE_TYPE', 'TUNING'],
  QUANTUM: ['POLICY_MIXTURE', 'EXPLORATION'],
  TRANSCENDENT: ['JOINT_OBJECTIVE', 'SHARED_POSTERIOR'],
};

export function rankOf(level: Level): number {
  return LEVELS.indexOf(level);
}

/** Null above the last. */
export function nextAbove(level: Level): Level | null {
  return LEVELS[rankOf(level) + 1] ?? null;
}

/** BASIC is never left downwards. */
export function below(level: Level): Level {
  return LEVELS[Math.max(0, rankOf(level) - 1)] as Level;
}

export function lower(a: Level, b: Level): Level {
  return rankOf(a) < rankOf(b) ? a : b;
}

/** The lowest that may. */
export function levelOf(power: Power): Level {
  return LEVELS.find((level) => ADDED[level].includes(power)) as Level;
}

/** A level may do what those beneath it may. */
export function powersOf(level: Level): Power[] {
  return LEVELS.slice(0, rankOf(level) + 1).flatMap((one) => ADDED[one]);
}
