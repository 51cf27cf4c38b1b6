/**
 * The contract of what learning keeps: how far in the history it has come and what it knew there, rows to train on, versions
 * of models, what was predicted and what came, alarms of drift, changes of parameters. `postgres/` and `memory/` implement it
 * and pass one conformance suite. Everything that the fold over the history writes is named by the event it comes from, so
 * that writing it again after a crash changes nothing.
 */
import type { Json, JsonObject } from '../kit/json.js';
import type { AuditRow } from '../lifecycle/batch.js';
import { DEFAULT_TENANT } from '../lifecycle/role.js';
import type { TaskSpec } from '../lifecycle/task.js';
import type { AttemptOutcome, LayerName } from '../lifecycle/vocabulary.js';
import type { Page, PageRequest } from './reads.js';

/** An attempt that ended by itself (COMPLETED, FAILED, TIMED_OUT) and whose run time was not known before. */
export interface EndedAttempt {
  /** Of the event that tells of its end. */
  readonly seq: number;
  /** Ms since the epoch. */
  readonly at: number;
  readonly taskId: string;
  readonly attempt: number;
  readonly typeKey: string;
  readonly layer: LayerName;
  readonly node: string;
  readonly outcome: AttemptOutcome;
  readonly runMs: number;
}

/** All that is committed about an ended attempt and its task at its start, and how it went. */
export interface AttemptFacts extends EndedAttempt {
  readonly meshId: string;
  readonly meshName: string;
  readonly spec: TaskSpec;
  /** Sources that it waited for, and targets that wait for it, when it ended. */
  readonly parents: number;
  readonly children: number;
  /** As the event of its start tells: longest distance from a root in edges, seconds on the longest path after it (null: untold). */
  readonly depth: number;
  readonly followingSeconds: number | null;
  /** DATA sources, and the bytes of their outputs as JSON. */
  readonly inputCount: number;
  readonly inputBytes: number;
  /** Code of the failure of the attempt before; null for the first. */
  readonly lastError: string | null;
  /** When the attempt before ended, ms since the epoch; null for the first. */
  readonly endedBefore: number | null;
  readonly startedAt: number;
  readonly waitMs: number;
  readonly errorCode: string | null;
  readonly cpuMs: number | null;
  readonly memoryPeakBytes: number | null;
  /** Of the output as JSON; null where it did not complete. */
  readonly outputBytes: number | null;
}

/** In the payload of a start; what older ones do not tell is unknown. */
export function standingIn(started: JsonObject | null): Pick<AttemptFacts, 'depth' | 'followingSeconds'> {
  const { depth, followingSeconds } = started ?? {};
  return {
    depth: typeof depth === 'number' ? depth : 0,
    followingSeconds: typeof followingSeconds === 'number' ? followingSeconds : null,
  };
}

/** Whose work it was learned from; absent: the default tenant's. */
export interface Owned {
  readonly tenant?: string;
}

export function ownedBy(tenant: string): Owned {
  return tenant === DEFAULT_TENANT ? {} : { tenant };
}

/** What was known of the work of one tenant. */
export interface FoldSnapshot extends Owned {
  readonly observations: number;
  readonly featuresVersion: number;
  /** JSON text. */
  readonly snapshot: string;
}

/** What the folds knew after the event `seq`. */
export interface LearningState {
  readonly seq: number;
  readonly folds: readonly FoldSnapshot[];
}

export interface SampleRow {
  readonly seq: number;
  readonly at: number;
  readonly taskId: string;
  readonly attempt: number;
  readonly typeKey: string;
  readonly machine: string;
  readonly featuresVersion: number;
  /** What was known before the start. */
  readonly view: JsonObject;
  readonly runSeconds: number;
  readonly memoryPeakBytes: number | null;
  readonly outputBytes: number | null;
  readonly failed: boolean;
}

/** One version of a model for one target. Versions count from 1. */
export interface ModelVersion extends Owned {
  readonly name: string;
  readonly family: string;
  readonly target: string;
  readonly version: number;
  readonly featuresVersion: number;
  readonly trainedAt: Date;
  /** It has seen the history up to this event, and so many rows of it. */
  readonly seq: number;
  readonly rows: number;
  readonly metrics: JsonObject;
  /** Kinds of task for which it is chosen. */
  readonly championOf: readonly string[];
}

export interface StoredModel extends ModelVersion {
  readonly parameters: Json;
}

/**
 * A training that was asked for and how it ended. The fold depends on those that a person asked for and on those that gave
 * nothing, so they are kept when it begins anew.
 */
export interface TrainingRun extends Owned {
  readonly target: string;
  /** Of its job: model and rows. */
  readonly id: string;
  readonly model: string;
  readonly requestedBy: string | null;
  /** What it was trained with: as configured, unless a person wanted otherwise. */
  readonly options: JsonObject;
  /** Rows of the fold when it was asked for, and the last event it had learned from. */
  readonly rows: number;
  readonly seq: number;
  readonly startedAt: Date;
  readonly seconds: number;
  readonly outcome: 'TRAINED' | 'FAILED' | 'CANCELLED';
  /** Why it failed. */
  readonly reason: string | null;
  readonly steps: number;
  readonly loss: number | null;
  /** Losses along the way, the first step first, thinned out. */
  readonly curve: readonly number[];
}

/** As it is written: with what the audit says of the people who asked for it or cancelled it. */
export interface NewTrainingRun extends TrainingRun {
  readonly audits?: readonly AuditRow[];
}

export interface PredictionRow {
  readonly taskId: string;
  readonly attempt: number;
  readonly meshId: string;
  readonly typeKey: string;
  readonly at: Date;
  readonly layer: LayerName;
  readonly node: string;
  /** Seconds of run time. */
  readonly p05: number;
  readonly p50: number;
  readonly p95: number;
  /** The champion and its version; every model's median, by name. */
  readonly model: string;
  readonly modelVersion: number;
  readonly medians: JsonObject;
  /** By what the place was chosen, and among which, with what was expected of each. */
  readonly policy: string;
  readonly candidates: Json;
  /** Seconds; null while it runs and when it was lost or cancelled. */
  readonly actual: number | null;
  /** By how many seconds the expected run time on the best other candidate was below what came here; 0 when none was. */
  readonly regret: number | null;
}

export interface PredictionFilter {
  readonly tenant?: string;
  readonly taskId?: string;
  readonly meshId?: string;
  readonly typeKey?: string;
  readonly model?: string;
  /** True: with an actual; false: without. */
  readonly scored?: boolean;
}

/** A machine was found to be slower or faster than learned, or to be as learned again. Factors of run time. */
export interface DriftAlarm extends Owned {
  /** The observation that gave rise to it. */
  readonly seq: number;
  readonly at: Date;
  readonly machine: string;
  readonly factorBefore: number;
  readonly factorAfter: number;
  /** Median absolute error of the natural logarithm over the window, without and with the new factor. */
  readonly errorBefore: number;
  readonly errorAfter: number;
}

/** A parameter that learning changed. Gains are shares: 0.1 is a tenth better. */
export interface TuningChange extends Owned {
  readonly id: string;
  readonly at: Date;
  readonly parameter: string;
  /** What it holds for: a layer, a kind of task. */
  readonly scope: string;
  readonly before: number;
  readonly after: number;
  readonly predictedGain: number;
  readonly realisedGain: number | null;
  readonly revertedAt: Date | null;
}

export interface LearningWrite {
  /** With the folds that have changed since; the others stay as they are. */
  readonly state?: LearningState;
  /** Tenants whose fold is forgotten. */
  readonly forgotten?: readonly string[];
  readonly samples?: readonly SampleRow[];
  readonly models?: readonly StoredModel[];
  readonly trainings?: readonly NewTrainingRun[];
  readonly alarms?: readonly DriftAlarm[];
  readonly tunings?: readonly TuningChange[];
}

/** The newest rows that are kept. */
export interface LearningBounds {
  readonly samples: number;
  readonly predictions: number;
  /** Of each model and target. */
  readonly versions: number;
  readonly trainings: number;
  readonly alarms: number;
  readonly tunings: number;
}

export interface LearningStore {
  /** All that ended after event `after`, in the order of the history, as far as it was looked through in one go. */
  endedAfter(after: number): Promise<{ readonly ended: readonly EndedAttempt[]; readonly scannedTo: number }>;
  /** In the order of the history. */
  factsOf(ended: readonly EndedAttempt[]): Promise<AttemptFacts[]>;
  state(): Promise<LearningState | undefined>;
  /** All or nothing, and nothing for a leader of an older epoch than has written before: false. */
  write(epoch: number, write: LearningWrite): Promise<boolean>;
  /** Forgets state and samples, so that the fold begins at the beginning of the history. False as for `write`. */
  forget(epoch: number): Promise<boolean>;
  /** The newest samples of one kind, or of all, oldest first. */
  samples(limit: number, typeKey?: string): Promise<SampleRow[]>;
  /** The newest version of each model and target. Here and below: of that tenant, and of the default one when none is named. */
  models(tenant?: string): Promise<ModelVersion[]>;
  /** All that is kept, newest first. */
  versions(name: string, tenant?: string): Promise<StoredModel[]>;
  /** Newest first. */
  trainings(limit: number, tenant?: string): Promise<TrainingRun[]>;
  /** Written again with the actual, a row replaces the one before. */
  savePredictions(rows: readonly PredictionRow[]): Promise<void>;
  /** Newest first. */
  predictions(filter: PredictionFilter, page: PageRequest): Promise<Page<PredictionRow>>;
  /** Newest first. */
  alarms(limit: number, tenant?: string): Promise<DriftAlarm[]>;
  /** Newest first. */
  tunings(limit: number, tenant?: string): Promise<TuningChange[]>;
  prune(bounds: LearningBounds): Promise<void>;
}
