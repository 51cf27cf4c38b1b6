/**
 * Attempts as episodes: the situation in numbers and stems, and how surprising the outcome was. Called by the fold with what is
 * committed, and by whoever asks for episodes like a task or a text.
 */
import { errorClassOf } from '../../../learning/error-class.js';
import { stemsOf } from '../../../learning/features/words/stems.js';
import { viewOfFacts } from '../../../learning/live/views.js';
import type { AttemptFacts } from '../../../store/learning.js';
import type { EpisodeRow } from '../../../store/consciousness.js';
import { type Episode, surpriseOf } from '../../memory/episode.js';
import { expectationOf, type TypeProfile } from './type-profile.js';

const TEXT_MAX = 500;
const HOUR_MS = 3_600_000;

/** `profile`: what was known of its kind before it. */
export function episodeOf(facts: AttemptFacts, profile: TypeProfile): EpisodeRow {
  const { seq, at, taskId, attempt, typeKey, outcome, runMs, errorCode } = facts;
  const view = viewOfFacts(facts);
  const failed = outcome !== 'COMPLETED';
  const seconds = runMs / 1000;
  const text = [view.words, errorCode ?? '', errorCode === null ? '' : errorClassOf(errorCode)]
    .join(' ')
    .trim();
  return {
    ...{ seq, at: new Date(at), kind: 'ATTEMPT', signature: view.signature, typeKey, taskId, attempt },
    features: featuresOf(at, attempt, view.inputBytes),
    terms: termsOf(text),
    text: text.slice(0, TEXT_MAX),
    ...{ failed, seconds, surprise: surpriseOf({ failed, seconds }, expectationOf(profile)) },
  };
}

/** Size of the input, number of the attempt, hour of the day. */
function featuresOf(at: number, attempt: number, inputBytes: number | null): number[] {
  const turn = (2 * Math.PI * (at % (24 * HOUR_MS))) / (24 * HOUR_MS);
  return [Math.log1p(inputBytes ?? 0), attempt, Math.sin(turn), Math.cos(turn)];
}

/** Stems with the square root of how often they occur, of unit length; rare ones are told apart where they are looked up. */
export function termsOf(text: string): (readonly [term: string, weight: number])[] {
  const counts = new Map<string, number>();
  for (const stem of stemsOf(text).stems) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  const length = Math.sqrt([...counts.values()].reduce((sum, count) => sum + count, 0));
  return [...counts].map(([stem, count]) => [stem, Math.sqrt(count) / length] as const);
}

export function rememberedFrom(row: EpisodeRow): Episode {
  const { seq, at, kind, signature, typeKey, features, terms, failed, seconds, surprise } = row;
  return {
    ...{ id: seq, atMs: at.getTime(), kind, signature, typeKey, features, terms },
    ...{ outcome: { failed, seconds }, surprise, decisionId: null },
  };
}
