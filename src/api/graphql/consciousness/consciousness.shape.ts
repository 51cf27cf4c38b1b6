/** The parse step of consciousness's resolvers, and rows as the API shows them. */
import type {
  ConsciousnessReport,
  Level,
  Requirement,
  SimilarTo,
  Telling,
} from '../../../consciousness/consciousness.js';
import type {
  DecisionFilter,
  DecisionRow,
  LevelLineRow,
  PatternFilter,
  PatternRow,
} from '../../../store/consciousness.js';
import { invalid, parseText, parseWhole, present } from '../arguments.js';
import type {
  DecisionFilterInput,
  PatternFilterInput,
  ProcessEventInput,
  SimilarToInput,
} from './consciousness.input.js';
import type { ConsciousnessView, LevelChangeView } from './consciousness.type.js';
import type { DecisionCandidateView, DecisionView } from './decision.type.js';
import type { PatternView } from './found.type.js';

const KIND = /^[A-Z][A-Z0-9_]{0,63}$/;
const TEXT_MAX = 2000;
const PAYLOAD_BYTES_MAX = 16 * 1024;
const AHEAD_MS_MAX = 60_000;

export function consciousnessView({
  seq,
  lastSeq,
  caughtUp,
  ...report
}: ConsciousnessReport): ConsciousnessView {
  const lagEvents = Math.max(0, lastSeq - seq);
  return { ...report, synchronisation: { seq, lastSeq, lagEvents, caughtUp } };
}

interface StoredEntry {
  readonly from?: Level;
  readonly to?: Level;
  readonly who?: string;
  readonly why?: string;
  readonly because?: readonly Requirement[];
  readonly missing?: readonly Requirement[];
  readonly settings?: { readonly initialLevel: Level };
}

export function levelChangeView({ number, at, kind, entry }: LevelLineRow): LevelChangeView {
  const { from, to, who, why, because, missing, settings } = entry as StoredEntry;
  return {
    ...{ number, at, kind, from: from ?? null, to: to ?? settings?.initialLevel ?? 'BASIC' },
    ...{ who: who ?? null, why: why ?? null, evidence: because ?? missing ?? [] },
  };
}

export function decisionView(row: DecisionRow): DecisionView {
  return { ...row, candidates: row.candidates as unknown as readonly DecisionCandidateView[] };
}

export function patternView(row: PatternRow): PatternView {
  return row as PatternView;
}

export function parsePatternFilter(filter: PatternFilterInput | null | undefined): PatternFilter {
  const { kind, subject, holds } = filter ?? {};
  return present({ kind, subject: parseText(subject, 'filter.subject'), holds });
}

export function parseDecisionFilter(filter: DecisionFilterInput | null | undefined): DecisionFilter {
  const { kind, subject, mode, open } = filter ?? {};
  return present({ kind, subject: parseText(subject, 'filter.subject'), mode, open });
}

export function parseSimilarTo({ episode, typeKey, text }: SimilarToInput): SimilarTo {
  const hasEpisode = episode != null;
  if (hasEpisode === (typeKey != null || text != null))
    throw invalid('similarTo', 'must have either episode, or typeKey or text, and not both');
  if (hasEpisode) return { episode: parseWhole(episode, 'similarTo.episode', [1, Number.MAX_SAFE_INTEGER]) };
  return present({
    typeKey: parseText(typeKey, 'similarTo.typeKey'),
    text: parseText(text, 'similarTo.text'),
  });
}

export function parseWhy(why: string, field: string): string {
  return parseText(why, field) as string;
}

export function parseRating(rating: number): number {
  if (rating >= -1 && rating <= 1) return rating;
  throw invalid('rating', `must be from -1 (bad) to 1 (good), got ${rating}`);
}

/** `now`: of this server. */
export function parseTelling({ kind, subject, text, payload, at }: ProcessEventInput, now: number): Telling {
  if (!KIND.test(kind))
    throw invalid(
      'input.kind',
      `must be up to 64 capitals, digits and _ such as DEPLOY, got ${JSON.stringify(kind.slice(0, 64))}`,
    );
  if ((text?.length ?? 0) > TEXT_MAX)
    throw invalid('input.text', `must have at most ${TEXT_MAX} characters, got ${text?.length}`);
  const bytes = Buffer.byteLength(JSON.stringify(payload ?? {}));
  if (bytes > PAYLOAD_BYTES_MAX)
    throw invalid('input.payload', `must have at most ${PAYLOAD_BYTES_MAX} bytes as JSON, got ${bytes}`);
  if (at != null && at.getTime() > now + AHEAD_MS_MAX)
    throw invalid(
      'input.at',
      `must not lie in the future, got ${at.toISOString()}; what is planned belongs in the text`,
    );
  return {
    ...{ kind, subject: parseText(subject, 'input.subject') as string },
    ...{ text: text ?? '', payload: payload ?? {} },
    ...(at != null && { at }),
  };
}
