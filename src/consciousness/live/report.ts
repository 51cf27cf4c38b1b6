/** Where consciousness stands, as people are told. Called by the live side; pure. */
import type { EvolutionState } from '../evolution/ledger.js';
import { entryOf, exitOf, realisedGain } from '../evolution/gates.js';
import { LEVELS, powersOf, rankOf } from '../evolution/level.js';
import type { ConsciousnessReport, LevelReport } from '../consciousness.js';

export function levelReports({ earned, evidence }: EvolutionState): LevelReport[] {
  return LEVELS.map((level) => ({
    level,
    earned: rankOf(level) <= rankOf(earned),
    powers: powersOf(level),
    entry: entryOf(level, evidence),
    exits: exitOf(level, evidence),
    gain: realisedGain(level, evidence),
  }));
}

type LevelsReport = Pick<
  ConsciousnessReport,
  'level' | 'earned' | 'shadow' | 'probationRuns' | 'initialLevel' | 'evolutionRate' | 'levels'
>;

export function levelsOf(state: EvolutionState): LevelsReport {
  const { active, earned, shadow, probationRuns, settings } = state;
  return {
    level: active,
    ...{ earned, shadow, probationRuns },
    initialLevel: settings.initialLevel,
    evolutionRate: settings.evolutionRate,
    levels: levelReports(state),
  };
}
