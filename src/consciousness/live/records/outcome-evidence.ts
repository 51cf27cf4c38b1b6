/**
 * What the outcome of a decision says for or against the level that took it. The two highest are not judged by it: of orders that
 * were drawn and of starts that were shared replays tell more, also where nothing was decided.
 */
import type { DecisionRow, Unnumbered } from '../../../store/consciousness.js';
import type { DecisionKind } from '../../decisions/decision.js';
import type { Observation } from '../../evolution/evidence.js';
import { type Level, levelOf } from '../../evolution/level.js';
import { POWER_OF } from './decision-book.js';

const JUDGED: readonly Level[] = ['COGNITIVE', 'METACOGNITIVE'];

/** Null: it says nothing. */
export function evidenceOf({ kind, outcome }: Unnumbered<DecisionRow>): Observation | null {
  const power = POWER_OF[kind as DecisionKind];
  const level = power === undefined ? 'BASIC' : levelOf(power);
  const { cost, staticCost } = outcome ?? { cost: null, staticCost: null };
  if (!JUDGED.includes(level) || cost === null || staticCost === null) return null;
  const greater = Math.max(cost, staticCost);
  const gain = greater <= 0 ? 0 : (staticCost - cost) / greater;
  return { kind: 'ABLATION', level, gain };
}
