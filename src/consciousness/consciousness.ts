/**
 * What people may ask of consciousness, whoever leads: its level with the evidence, what it found, remembers and decided, and
 * what they may do about it. The doors stand on it; `live/` implements it.
 */
import type { Person } from '../lifecycle/person.js';
import type { JsonObject } from '../kit/json.js';
import type {
  DecisionFilter,
  DecisionRow,
  EpisodeRow,
  ExternalEventRow,
  InsightFilter,
  InsightRow,
  LevelLineRow,
  PatternFilter,
  PatternRow,
  Unnumbered,
} from '../store/consciousness.js';
import type { Follow } from '../store/numbered-feed.js';
import type { Page, PageRequest } from '../store/reads.js';
import type { RealisedGain, Requirement } from './evolution/gates.js';
import type { Level, Power } from './evolution/level.js';
import type { Held } from './live/holding.js';
import type { Objection } from './live/records/objections.js';
import type { PolicyReport } from './live/policies/policy-rule.js';
import type { Tally } from './live/records/tallies.js';
import type { Likeness } from './memory/episodic-memory.js';

export { LEVELS, type Level } from './evolution/level.js';
export { PATTERN_KINDS, type PatternKind } from './live/fold/findings.js';
export { GAIN_VERDICTS, type RealisedGain, type Requirement } from './evolution/gates.js';
export type { Held } from './live/holding.js';
export type { Objection } from './live/records/objections.js';
export type { PolicyReport } from './live/policies/policy-rule.js';
export type { Tally } from './live/records/tallies.js';

/** Kinds of decision that are taken on a running server. */
export const DECIDED_KINDS = [
  'CIRCUIT_BREAK',
  'HOLD',
  'QUARANTINE',
  'POLICY',
  'EXPERIMENT',
  'ORDER',
  'LAYER',
  'DRIFT',
  'TIMEOUT',
  'MEMORY',
  'RETRY',
  'CONCURRENCY',
  'SHARE',
  'ALERT',
] as const;
export const LIKENESSES = ['SIGNATURE', 'FEATURES', 'TEXT'] as const satisfies readonly Likeness[];

export interface LevelReport {
  readonly level: Level;
  /** Its gate was passed. */
  readonly earned: boolean;
  readonly powers: readonly Power[];
  /** What has to be shown to enter it, and what makes it leave: `met` of an exit says that the reason holds. */
  readonly entry: readonly Requirement[];
  readonly exits: readonly Requirement[];
  readonly gain: RealisedGain;
}

export interface ConsciousnessReport {
  readonly enabled: boolean;
  /** Whose powers act, the highest whose gate was passed, and whose powers run in shadow by force; null: none. */
  readonly level: Level;
  readonly earned: Level;
  readonly shadow: Level | null;
  /** Runs since a level was given that is not earned. */
  readonly probationRuns: number;
  readonly initialLevel: Level;
  readonly evolutionRate: number;
  readonly levels: readonly LevelReport[];
  /** The event it has come to, and the last there is. */
  readonly seq: number;
  readonly lastSeq: number;
  readonly caughtUp: boolean;
  readonly patternsHolding: number;
  readonly episodes: number;
  /** Raised so far. */
  readonly insights: number;
  readonly decisions: readonly Tally[];
  /** Of decisions whose costs are known: how many, and how many cost what their interval of 90 % said. */
  readonly calibration: { readonly scored: number; readonly covered: number };
  readonly objections: readonly Objection[];
  readonly policies: readonly PolicyReport[];
  /** Share of the cost of all runs, and the most that it may be. */
  readonly exploration: { readonly share: number; readonly most: number };
}

export interface SimilarEpisode {
  readonly episode: EpisodeRow;
  readonly by: Likeness;
  /** 1 is the same. */
  readonly likeness: number;
}

/** Like an episode, or like a kind of task and a text. */
export interface SimilarTo {
  readonly episode?: number;
  readonly typeKey?: string;
  readonly text?: string;
}

export interface Telling {
  readonly kind: string;
  readonly subject: string;
  readonly text: string;
  readonly payload: JsonObject;
  /** Undefined: now. */
  readonly at?: Date;
}

export interface Caller extends Person {
  /** It comes by way of another server; the same when it comes again, and then it is answered as before and changes nothing. */
  readonly requestId?: string;
}

export interface EvolveRequest {
  readonly to: Level;
  readonly why: string;
  /** The powers act before the gates have passed. */
  readonly acceptRisk: boolean;
}

export interface Consciousness {
  report(): Promise<ConsciousnessReport>;
  /** Of the ledger what changed the level and what people or the configuration did, newest first. */
  history(page: PageRequest): Promise<Page<LevelLineRow>>;
  patterns(filter: PatternFilter, page: PageRequest): Promise<Page<PatternRow>>;
  decisions(filter: DecisionFilter, page: PageRequest): Promise<Page<DecisionRow>>;
  /** Decisions that hold such a task back now, if it is queued. */
  heldBy(task: Held): Promise<readonly DecisionRow[]>;
  insights(filter: InsightFilter, page: PageRequest): Promise<Page<InsightRow>>;
  events(page: PageRequest): Promise<Page<ExternalEventRow>>;
  episodes(like: SimilarTo, count: number): Promise<readonly SimilarEpisode[]>;
  /** Needs the owner, as all that follow; the server that leads carries it out, whichever is asked. */
  evolve(caller: Caller, request: EvolveRequest): Promise<LevelLineRow>;
  tell(caller: Caller, telling: Telling): Promise<Unnumbered<ExternalEventRow>>;
  veto(caller: Caller, id: string, why: string): Promise<DecisionRow>;
  undo(caller: Caller, id: string, why: string): Promise<DecisionRow>;
  rate(
    caller: Caller,
    id: string,
    rating: { readonly rating: number; readonly why: string },
  ): Promise<DecisionRow>;
  readonly follow: {
    readonly levels: Follow<LevelLineRow>;
    readonly patterns: Follow<PatternRow>;
    readonly decisions: Follow<DecisionRow>;
    readonly insights: Follow<InsightRow>;
  };
}
