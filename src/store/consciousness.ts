/**
 * The contract of what consciousness keeps: how far in the history it has come and what it knew there, where it stands (level,
 * vetoes, breakers), and rows of what it found, remembered, decided and was told. `postgres/` and `memory/` implement it and
 * pass one conformance suite. Rows get ascending numbers as they are written; whoever follows them reads behind the last one
 * seen. What the fold over the history writes is named by the event it comes from: written again, it changes nothing.
 */
import type { AuditRow } from '../lifecycle/batch.js';
import type { Json, JsonObject } from '../kit/json.js';
import type { Slice } from './numbered-feed.js';

/** What the fold knew after the event `seq`. */
export interface FoldState {
  readonly seq: number;
  /** JSON text. */
  readonly snapshot: string;
}

export interface ConsciousnessState {
  /** Undefined: nothing was folded yet. */
  readonly fold: FoldState | undefined;
  /** Level, vetoes, breakers, counts; JSON text. Undefined: it never ran. */
  readonly standing: string | undefined;
}

/** Something that recurs, told once when it was found. */
export interface PatternRow {
  readonly id: string;
  readonly number: number;
  readonly kind: string;
  /** A kind of task, a factor, a sequence. */
  readonly subject: string;
  readonly text: string;
  readonly evidence: JsonObject;
  readonly foundAt: Date;
  /** Of the event that made it known. */
  readonly seq: number;
  /** It was found to hold no longer. */
  readonly endedAt: Date | null;
}

export interface InsightRow {
  readonly id: string;
  readonly number: number;
  readonly at: Date;
  readonly kind: string;
  readonly subject: string;
  readonly text: string;
  readonly patternId: string | null;
  readonly decisionId: string | null;
}

/** Told from outside: a deployment, an incident, a maintenance window. */
export interface ExternalEventRow {
  readonly id: string;
  readonly number: number;
  readonly at: Date;
  readonly kind: string;
  readonly subject: string;
  readonly text: string;
  readonly payload: JsonObject;
  readonly by: string;
  /** The fold had come to this event of the history when it was told: a replay takes it in at the same place. */
  readonly seq: number;
}

/** A line of the ledger of levels; its number is the ledger's. */
export interface LevelLineRow {
  readonly number: number;
  readonly at: Date;
  readonly kind: string;
  readonly entry: JsonObject;
}

/** What happened in a situation. `seq` is its id. */
export interface EpisodeRow {
  readonly seq: number;
  readonly at: Date;
  readonly kind: string;
  readonly signature: string;
  readonly typeKey: string;
  readonly taskId: string;
  readonly attempt: number;
  readonly features: readonly number[];
  readonly terms: readonly (readonly [term: string, weight: number])[];
  readonly text: string;
  readonly failed: boolean;
  readonly seconds: number;
  /** Bits. */
  readonly surprise: number;
}

export const DECISION_MODES = ['ACTING', 'SHADOW'] as const;
/** SHADOW: thought and scored, and nothing was done. */
export type DecisionMode = (typeof DECISION_MODES)[number];
export const DECISION_ENDS = ['DONE', 'VETOED', 'UNDONE'] as const;
export type DecisionEnd = (typeof DECISION_ENDS)[number];

/** What came of a decision. Costs are seconds, or shares of what the static rule costs, by kind; null: it cannot be known. */
export interface DecisionOutcomeRow {
  readonly endedAt: Date;
  readonly ended: DecisionEnd;
  /** Who vetoed or undid it, and why. */
  readonly by: string | null;
  readonly why: string | null;
  readonly cost: number | null;
  /** What the static choice would have cost. */
  readonly staticCost: number | null;
  /** Cost less that of the static choice: negative where it paid. */
  readonly regret: number | null;
  /** Where in its forecast the cost fell, and whether inside its interval of 90 %. */
  readonly pit: number | null;
  readonly covered: boolean | null;
  /** Starts that it changed, and attempts that it is estimated to have saved from failing. */
  readonly affected: number;
  readonly saved: number;
}

export interface DecisionRow {
  readonly id: string;
  readonly number: number;
  readonly at: Date;
  readonly kind: string;
  readonly subject: string;
  readonly level: string;
  readonly mode: DecisionMode;
  /** Each with name and expected cost, with its interval. */
  readonly candidates: Json;
  readonly chosen: string;
  readonly staticChoice: string;
  readonly reason: string;
  readonly expectedEffect: number;
  readonly propensity: number;
  readonly parameters: JsonObject;
  /** Episodes that were recalled for it. */
  readonly recalled: readonly number[];
  readonly outcome: DecisionOutcomeRow | null;
  /** By a person, -1 (bad) to 1 (good). */
  readonly rating: number | null;
  readonly ratedBy: string | null;
}

/** As it is written: the store gives the number. */
export type Unnumbered<Row> = Omit<Row, 'number'>;

export interface ConsciousnessWrite {
  readonly fold?: FoldState;
  readonly standing?: string;
  /** One that is there gets its end. */
  readonly patterns?: readonly Unnumbered<PatternRow>[];
  readonly insights?: readonly Unnumbered<InsightRow>[];
  readonly events?: readonly Unnumbered<ExternalEventRow>[];
  readonly lines?: readonly LevelLineRow[];
  readonly episodes?: readonly EpisodeRow[];
  /** Episodes to forget. */
  readonly forgotten?: readonly number[];
  /** One that is there gets its outcome and rating. */
  readonly decisions?: readonly Unnumbered<DecisionRow>[];
  /** Of what people changed by this write. */
  readonly audits?: readonly AuditRow[];
}

export interface PatternFilter {
  readonly kind?: string;
  readonly subject?: string;
  /** Those that hold still, or those that do not. */
  readonly holds?: boolean;
}

export interface InsightFilter {
  readonly kind?: string;
}

export interface DecisionFilter {
  readonly id?: string;
  readonly kind?: string;
  readonly subject?: string;
  readonly mode?: DecisionMode;
  /** Those without outcome, or those with one. */
  readonly open?: boolean;
}

export interface LineFilter {
  readonly kinds?: readonly string[];
}

/** The newest rows that are kept. */
export interface ConsciousnessBounds {
  readonly patterns: number;
  readonly insights: number;
  readonly events: number;
  /** Observations; what changed the level is kept for good, with the input before it. */
  readonly observations: number;
  readonly decisions: number;
}

export interface ConsciousnessStore {
  state(): Promise<ConsciousnessState>;
  /** All or nothing, and nothing for a leader of an older epoch than has written before: false. */
  write(epoch: number, write: ConsciousnessWrite): Promise<boolean>;
  /** Forgets what the fold would make again: its state, patterns and episodes. False as for `write`. */
  forget(epoch: number): Promise<boolean>;
  patterns(filter: PatternFilter, slice: Slice): Promise<PatternRow[]>;
  insights(filter: InsightFilter, slice: Slice): Promise<InsightRow[]>;
  events(slice: Slice): Promise<ExternalEventRow[]>;
  lines(filter: LineFilter, slice: Slice): Promise<LevelLineRow[]>;
  decisions(filter: DecisionFilter, slice: Slice): Promise<DecisionRow[]>;
  /** The newest, oldest first. */
  episodes(limit: number): Promise<EpisodeRow[]>;
  /** Of those that there are, in no order. */
  episodesBySeq(seqs: readonly number[]): Promise<EpisodeRow[]>;
  prune(bounds: ConsciousnessBounds): Promise<void>;
}
