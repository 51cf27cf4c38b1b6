/** What is written, as statements with their values. Called by `PostgresConsciousness`. */
import type {
  ConsciousnessWrite,
  DecisionRow,
  EpisodeRow,
  ExternalEventRow,
  InsightRow,
  LevelLineRow,
  PatternRow,
  Unnumbered,
} from '../../consciousness.js';
import { appendAudits } from '../commit/audit-columns.js';
import type { Query } from '../fenced-write.js';
import {
  ADD_DECISION,
  ADD_EPISODE,
  ADD_EVENT,
  ADD_INSIGHT,
  ADD_LINE,
  ADD_PATTERN,
  FORGET_EPISODES,
  SAVE_FOLD,
  SAVE_STANDING,
} from '../sql/consciousness/write.js';
import { toStoredText } from '../stored-text.js';

const storable = (text: string | null): string | null => (text === null ? null : toStoredText(text));

export function queriesOf(write: ConsciousnessWrite): Query[] {
  const { fold, standing, patterns = [], insights = [], events = [], lines = [], episodes = [] } = write;
  const { forgotten = [], decisions = [], audits = [] } = write;
  return [
    ...patterns.map(addPattern),
    ...events.map(addEvent),
    ...lines.map(addLine),
    ...episodes.map(addEpisode),
    ...decisions.map(addDecision),
    ...insights.map(addInsight),
    ...(forgotten.length === 0 ? [] : [{ ...FORGET_EPISODES, values: [forgotten] }]),
    ...(fold === undefined ? [] : [{ ...SAVE_FOLD, values: [fold.seq, fold.snapshot] }]),
    ...(standing === undefined ? [] : [{ ...SAVE_STANDING, values: [standing] }]),
    ...appendAudits(audits),
  ];
}

function addPattern({ id, kind, subject, text, evidence, ...row }: Unnumbered<PatternRow>): Query {
  const values = [toStoredText(id), kind, toStoredText(subject), toStoredText(text)];
  return { ...ADD_PATTERN, values: [...values, JSON.stringify(evidence), row.foundAt, row.seq, row.endedAt] };
}

function addInsight({ id, at, kind, subject, text, ...row }: Unnumbered<InsightRow>): Query {
  const values = [toStoredText(id), at, kind, toStoredText(subject), toStoredText(text)];
  return { ...ADD_INSIGHT, values: [...values, storable(row.patternId), row.decisionId] };
}

function addEvent({ id, at, kind, subject, text, payload, by, seq }: Unnumbered<ExternalEventRow>): Query {
  const texts = [toStoredText(subject), toStoredText(text), JSON.stringify(payload), toStoredText(by)];
  return { ...ADD_EVENT, values: [id, at, kind, ...texts, seq] };
}

function addLine({ number, at, kind, entry }: LevelLineRow): Query {
  return { ...ADD_LINE, values: [number, at, kind, JSON.stringify(entry)] };
}

function addEpisode(row: EpisodeRow): Query {
  const about = [row.kind, toStoredText(row.signature), toStoredText(row.typeKey), row.taskId, row.attempt];
  const told = [row.features, JSON.stringify(row.terms), toStoredText(row.text)];
  return {
    ...ADD_EPISODE,
    values: [row.seq, row.at, ...about, ...told, row.failed, row.seconds, row.surprise],
  };
}

function addDecision(row: Unnumbered<DecisionRow>): Query {
  const { outcome } = row;
  const made = [row.id, row.at, row.kind, toStoredText(row.subject), row.level, row.mode];
  const choice = [JSON.stringify(row.candidates), row.chosen, row.staticChoice, toStoredText(row.reason)];
  const expected = [row.expectedEffect, row.propensity, JSON.stringify(row.parameters), row.recalled];
  const said = [row.rating, storable(row.ratedBy)];
  const ended =
    outcome === null
      ? [null, null, null, null, null, null, null, null, null, 0, 0]
      : [
          ...[outcome.endedAt, outcome.ended, storable(outcome.by), storable(outcome.why), outcome.cost],
          ...[
            outcome.staticCost,
            outcome.regret,
            outcome.pit,
            outcome.covered,
            outcome.affected,
            outcome.saved,
          ],
        ];
  return { ...ADD_DECISION, values: [...made, ...choice, ...expected, ...said, ...ended] };
}
