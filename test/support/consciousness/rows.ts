/** Rows of what consciousness keeps, as tests write them. */
import type {
  DecisionOutcomeRow,
  DecisionRow,
  EpisodeRow,
  ExternalEventRow,
  InsightRow,
  PatternRow,
  Unnumbered,
} from '../../../src/store/consciousness.js';
import { uuid } from '../store/batches.js';

export const AT = new Date(1_760_000_000_000);

export const pattern = (id: string, more: Partial<PatternRow> = {}): Unnumbered<PatternRow> => ({
  ...{ id, kind: 'PERIOD', subject: 'command:sync', text: 'fails every hour', evidence: { periodMs: 3.6e6 } },
  ...{ foundAt: AT, seq: 7, endedAt: null, ...more },
});

export const insight = (id: string, more: Partial<InsightRow> = {}): Unnumbered<InsightRow> => ({
  ...{ id, at: AT, kind: 'PATTERN', subject: 'command:sync', text: 'seen', patternId: 'p', decisionId: null },
  ...more,
});

export const external = (id: string, more: Partial<ExternalEventRow> = {}): Unnumbered<ExternalEventRow> => ({
  ...{ id, at: AT, kind: 'DEPLOY', subject: 'db', text: 'v2', payload: { version: 2 }, by: 'ann', seq: 9 },
  ...more,
});

export const episode = (seq: number, more: Partial<EpisodeRow> = {}): EpisodeRow => ({
  ...{ seq, at: AT, kind: 'ATTEMPT', signature: 'nightly\na\n', typeKey: 'command:a', taskId: uuid(1) },
  ...{ attempt: 1, features: [1, 0.5], terms: [['sync', 1]] as const, text: 'sync', failed: true },
  ...{ seconds: 2.5, surprise: 4.2, ...more },
});

export const outcome = (more: Partial<DecisionOutcomeRow> = {}): DecisionOutcomeRow => ({
  ...{ endedAt: AT, ended: 'DONE', by: null, why: null, cost: 1, staticCost: 3, regret: -2 },
  ...{ pit: 0.4, covered: true, affected: 5, saved: 4.5, ...more },
});

export const decision = (at: number, more: Partial<DecisionRow> = {}): Unnumbered<DecisionRow> => ({
  ...{
    id: uuid(500 + at),
    at: AT,
    kind: 'HOLD',
    subject: 'command:sync',
    level: 'COGNITIVE',
    mode: 'ACTING',
  },
  ...{ candidates: [{ name: 'hold', mean: 1, from: 0, to: 2 }], chosen: 'hold', staticChoice: 'start now' },
  ...{ reason: 'a bad window comes', expectedEffect: 2, propensity: 1, parameters: { untilMs: 5 } },
  ...{ recalled: [3, 4], outcome: null, rating: null, ratedBy: null, ...more },
});
