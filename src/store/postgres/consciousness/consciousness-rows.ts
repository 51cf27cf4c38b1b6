/** Rows of consciousness's tables as values. Called by `PostgresConsciousness`. */
import type { Prisma } from '../../../generated/prisma/client.js';
import type { Json, JsonObject } from '../../../kit/json.js';
import type {
  DecisionMode,
  DecisionOutcomeRow,
  DecisionRow,
  EpisodeRow,
  ExternalEventRow,
  InsightRow,
  LevelLineRow,
  PatternRow,
} from '../../consciousness.js';
import { fromStoredText } from '../stored-text.js';

const textOrNull = (text: string | null): string | null => (text === null ? null : fromStoredText(text));

export function patternFrom(row: Prisma.PatternGetPayload<object>): PatternRow {
  const { kind, foundAt, endedAt } = row;
  return {
    id: fromStoredText(row.id),
    number: Number(row.number),
    kind,
    subject: fromStoredText(row.subject),
    text: fromStoredText(row.text),
    evidence: row.evidence as JsonObject,
    foundAt,
    seq: Number(row.seq),
    endedAt,
  };
}

export function insightFrom(row: Prisma.InsightGetPayload<object>): InsightRow {
  return {
    ...row,
    id: fromStoredText(row.id),
    number: Number(row.number),
    subject: fromStoredText(row.subject),
    text: fromStoredText(row.text),
    patternId: textOrNull(row.patternId),
  };
}

export function eventFrom(row: Prisma.ExternalEventGetPayload<object>): ExternalEventRow {
  const { id, at, kind } = row;
  return {
    id,
    number: Number(row.number),
    at,
    kind,
    subject: fromStoredText(row.subject),
    text: fromStoredText(row.text),
    payload: row.payload as JsonObject,
    by: fromStoredText(row.by),
    seq: Number(row.seq),
  };
}

export function lineFrom({ number, at, kind, entry }: Prisma.LevelLineGetPayload<object>): LevelLineRow {
  return { number: Number(number), at, kind, entry: entry as JsonObject };
}

export function episodeFrom(row: Prisma.EpisodeGetPayload<object>): EpisodeRow {
  return {
    ...row,
    seq: Number(row.seq),
    signature: fromStoredText(row.signature),
    typeKey: fromStoredText(row.typeKey),
    terms: row.terms as unknown as EpisodeRow['terms'],
    text: fromStoredText(row.text),
  };
}

export function decisionFrom(row: Prisma.DecisionGetPayload<object>): DecisionRow {
  const { id, at, kind, level, chosen, staticChoice, expectedEffect, propensity, rating } = row;
  return {
    id,
    number: Number(row.number),
    at,
    kind,
    subject: fromStoredText(row.subject),
    level,
    mode: row.mode as DecisionMode,
    candidates: row.candidates as Json,
    chosen,
    staticChoice,
    reason: fromStoredText(row.reason),
    expectedEffect,
    propensity,
    parameters: row.parameters as JsonObject,
    recalled: row.recalled.map(Number),
    outcome: outcomeFrom(row),
    rating,
    ratedBy: textOrNull(row.ratedBy),
  };
}

function outcomeFrom(row: Prisma.DecisionGetPayload<object>): DecisionOutcomeRow | null {
  const { endedAt, ended, cost, staticCost, regret, pit, covered, affected, saved } = row;
  if (endedAt === null || ended === null) return null;
  return {
    endedAt,
    ended: ended as DecisionOutcomeRow['ended'],
    by: textOrNull(row.endedBy),
    why: textOrNull(row.endedWhy),
    cost,
    staticCost,
    regret,
    pit,
    covered,
    affected,
    saved,
  };
}
