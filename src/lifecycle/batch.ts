/**
 * The unit of durability: everything the core decided since the last commit, as sets of rows. The core fills it,
 * the committer numbers and sends it, a store applies all of it or nothing. One task or mesh appears at most once
 * in each list, whatever happened to it meanwhile, so that every list is one set-based statement.
 */
import type { Json, JsonObject } from '../kit/json.js';
import type { EdgeType } from '../mesh/edge-type.js';
import type { Refusal } from './refusal.js';
import type { Failure, Measured, TaskSpec } from './task.js';
import type { AttemptOutcome, LayerName, MeshStatus, RerunStrategy, TaskStatus } from './vocabulary.js';

/** What a mesh was made of. */
export interface MeshOrigin {
  readonly template: { readonly name: string; readonly version: number; readonly params: JsonObject };
  /** Whose due time it was (ISO 8601, UTC); null: somebody asked for it in between. */
  readonly schedule?: { readonly id: string; readonly name: string; readonly dueAt: string | null };
}

export interface NewMeshRow {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly description: string | null;
  status: MeshStatus;
  readonly parentMeshId: string | null;
  readonly rerunStrategy: RerunStrategy | null;
  readonly createdBy: string;
  readonly tags: readonly string[];
  readonly metadata: JsonObject;
  /** Absent: it was submitted as it is. */
  readonly origin?: MeshOrigin | null;
  finished: boolean;
}

/** Columns of a task that its life changes; shared by inserts and transitions. */
export interface TaskProgressColumns {
  status: TaskStatus;
  /** Number of the last attempt, 0 before the first. */
  attempt: number;
  /** Attempts lost to crashes of the infrastructure; they are not counted against `maxAttempts`. */
  crashes: number;
  /** Milliseconds from the commit until the task may be queued (`startAfter`, back-off); null when it may at once. */
  availableInMs: number | null;
  failure: Failure | null;
  /** Set once, with COMPLETED. Undefined means "no output yet", null is an output of null. */
  output: Json | undefined;
  /** Why it waits or how it ended, in plain words, where the status alone does not say it. */
  reason: string | null;
  /** The layer of the last attempt. */
  placedOn: LayerName | null;
  /** Did it enter QUEUED, start an attempt, reach a terminal state in this batch? The store stamps its own clock. */
  queued: boolean;
  started: boolean;
  finished: boolean;
}

export interface NewTaskRow extends TaskProgressColumns {
  readonly id: string;
  readonly meshId: string;
  spec: TaskSpec;
  readonly createdBy: string;
  /** Position in its submission: the last word in every order, so that equal tasks keep the author's order. */
  readonly ordinal: number;
  readonly rerunOf: string | null;
  /** Take the output of that task at insertion (rerun of a mesh whose completed part is kept). */
  readonly outputFrom: string | null;
}

/** Applied only where the row still has `fromStatus` and `fromAttempt`; otherwise the whole batch is refused. */
export interface TaskTransition extends TaskProgressColumns {
  readonly id: string;
  readonly fromStatus: TaskStatus;
  readonly fromAttempt: number;
}

/** A new specification of a task (update of name, priority, work, …). */
export interface TaskRespecification {
  readonly id: string;
  spec: TaskSpec;
}

export interface EdgeRow {
  readonly id: string;
  readonly meshId: string;
  readonly sourceId: string;
  readonly targetId: string;
  readonly type: EdgeType;
  /** Seconds of moving from source to target between layers or nodes. */
  readonly weight: number;
}

/** The beginning of an attempt; its task enters RUNNING with this number in the same batch. */
export interface NewAttemptRow {
  readonly taskId: string;
  readonly attempt: number;
  readonly token: number;
  readonly layer: LayerName;
  readonly node: string;
  /** How long the task stood in QUEUED before this attempt. */
  readonly waitMs: number;
}

/**
 * Applied only where the attempt has this token and no outcome yet. It tells of the whole attempt, its beginning included;
 * `startedAt` is the store's stamp of that, handed back, and null when the attempt began in this very batch.
 */
export interface AttemptOutcomeRow {
  readonly taskId: string;
  readonly meshId: string;
  readonly attempt: number;
  readonly token: number;
  readonly layer: LayerName;
  readonly node: string;
  readonly waitMs: number;
  startedAt: number | null;
  readonly outcome: AttemptOutcome;
  readonly failure: Failure | null;
  readonly measured: Measured | null;
}

export interface MeshTransition {
  readonly id: string;
  readonly fromStatus: MeshStatus;
  status: MeshStatus;
  finished: boolean;
}

/** `from` and `to` are set on status changes only. `seq` has no gaps. The store stamps `at`. */
export interface EventRow {
  readonly seq: number;
  readonly type: string;
  readonly meshId: string;
  readonly taskId: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly payload: JsonObject;
}

/** An acknowledged command with the caller's idempotency key, and what it made. */
export interface CommandRow {
  readonly key: string;
  readonly kind: string;
  readonly requestHash: string;
  readonly meshId: string | null;
  readonly taskId: string | null;
}

/**
 * How a request that came by way of another server was answered. `fault`: it met a bug, told in words for the log. Written
 * where the request has no answer yet; otherwise the whole batch is refused.
 */
export type RelayAnswer =
  | { readonly value: Json }
  | { readonly refusal: Refusal }
  | { readonly fault: string };

export interface RelayAnswerRow {
  /** Of the request. */
  readonly id: string;
  readonly answer: RelayAnswer;
}

/** What a person changed, for the audit: committed with the change, in the same transaction. */
export interface AuditRow {
  readonly tenant: string;
  readonly actor: string;
  readonly role: string | null;
  /** From where it was asked. */
  readonly address: string | null;
  /** The operation by its name in the API. */
  readonly action: string;
  /** `task …`, `mesh …`; null: the system. */
  readonly subject: string | null;
  readonly before: Json | null;
  readonly after: Json | null;
  /** Code of the refusal; absent where it was carried out. */
  readonly refusal?: string;
}

export interface Batch {
  readonly meshes: NewMeshRow[];
  readonly tasks: NewTaskRow[];
  readonly edges: EdgeRow[];
  readonly edgeRemovals: { readonly sourceId: string; readonly targetId: string }[];
  readonly transitions: TaskTransition[];
  readonly respecifications: TaskRespecification[];
  /** Hidden from reads from now on; rows and history stay. */
  readonly deletions: string[];
  readonly attempts: NewAttemptRow[];
  readonly outcomes: AttemptOutcomeRow[];
  readonly meshTransitions: MeshTransition[];
  readonly events: EventRow[];
  readonly commands: CommandRow[];
  readonly relayAnswers: RelayAnswerRow[];
  readonly audits: AuditRow[];
}

/** Store key of a batch: applied once per (epoch, seq), in order, whatever is sent again. */
export interface BatchKey {
  readonly epoch: number;
  readonly seq: number;
}
