/**
 * The contract of durable memory as the core sees it: lead, recover, commit, look up. `postgres/` and `memory/`
 * implement it and pass one conformance suite, fault outcomes included. It never decides anything: it applies a batch
 * whole or not at all and refuses what the rules of state forbid. Ordinary reads for people are in `reads.ts`.
 */
import type { Json, JsonObject } from '../kit/json.js';
import type { CommittedEvent } from '../events/catalogue.js';
import type { Batch, BatchKey, CommandRow, EdgeRow, MeshOrigin } from '../lifecycle/batch.js';
import type { TaskSpec } from '../lifecycle/task.js';
import type { LayerName, LogLevel, LogStream, MeshStatus, TaskStatus } from '../lifecycle/vocabulary.js';

/**
 * `applied`: durable, at the database's time `at` (ms since the epoch); sending the same key again answers the same.
 * `fenced`: another epoch leads; nothing was written. `rejected`: the batch contradicts the stored state (guard, CHECK,
 * unique index) and nothing was written: a bug, the leader stops. `unknown`: the link broke while committing; send the
 * same batch again until the answer is one of the other three.
 */
export type CommitResult =
  | { readonly kind: 'applied'; readonly at: number }
  | { readonly kind: 'fenced' }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Leadership of one epoch. `lost` resolves when it is or may be over; from then on nothing may be started. */
export interface Lease {
  readonly epoch: number;
  readonly lost: Promise<string>;
  /** Asks the database: true when it still held after this call. Another may hold it, and this side not know yet. */
  holds(): Promise<boolean>;
  release(): Promise<void>;
}

export interface OpenMesh {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly status: MeshStatus;
  readonly createdBy: string;
  /** Tasks by status, deleted ones excluded, terminal ones included. */
  readonly counts: Readonly<Partial<Record<TaskStatus, number>>>;
  readonly nextOrdinal: number;
}

/** A task as recovery needs it. `spec` is null for terminal tasks: nothing will run them again. */
export interface OpenTask {
  readonly id: string;
  readonly meshId: string;
  readonly key: string;
  readonly spec: TaskSpec | null;
  readonly status: TaskStatus;
  readonly attempt: number;
  readonly crashes: number;
  /** Attempts with outcome FAILED or TIMED_OUT. */
  readonly spent: number;
  readonly ordinal: number;
  readonly createdBy: string;
  readonly placedOn: LayerName | null;
  readonly deleted: boolean;
  /** Remaining ms by the database's clock until it may be queued; null when nothing delays it. May be negative. */
  readonly availableInMs: number | null;
  /** Ms since it entered QUEUED, by the database's clock; null unless QUEUED. */
  readonly queuedForMs: number | null;
}

/** An attempt without an outcome: it was running when the last leader ended. */
export interface OpenAttempt {
  readonly taskId: string;
  readonly attempt: number;
  readonly token: number;
  readonly layer: LayerName;
  readonly node: string;
  /** How long it had stood in QUEUED. */
  readonly waitMs: number;
  /** The store's stamp of its start, ms since the epoch. */
  readonly startedAt: number;
}

/**
 * All that is open, in one consistent read: every RUNNING or PAUSED mesh with its non-terminal tasks, the terminal
 * tasks downstream of those (an added edge could close a cycle through them), and every edge into a loaded task.
 * An edge from a task that is not loaded is already resolved.
 */
export interface Snapshot {
  readonly lastBatchSeq: number;
  readonly lastEventSeq: number;
  /** The database's clock, ms since the epoch. */
  readonly now: number;
  readonly meshes: readonly OpenMesh[];
  readonly tasks: readonly OpenTask[];
  readonly edges: readonly EdgeRow[];
  readonly attempts: readonly OpenAttempt[];
}

export interface TaskRef {
  readonly id: string;
  readonly meshId: string;
  readonly key: string;
  readonly status: TaskStatus;
  readonly attempt: number;
  readonly createdBy: string;
  readonly name: string;
}

export interface MeshRef {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly status: MeshStatus;
  readonly createdBy: string;
}

/** A whole mesh as its author gave it, with how it went: what a rerun starts from. */
export interface MeshDefinition {
  readonly mesh: MeshRef & {
    readonly description: string | null;
    readonly tags: readonly string[];
    readonly metadata: JsonObject;
    readonly origin?: MeshOrigin | null;
  };
  readonly tasks: readonly {
    readonly id: string;
    readonly spec: TaskSpec;
    readonly status: TaskStatus;
    readonly ordinal: number;
  }[];
  readonly edges: readonly EdgeRow[];
}

/** One captured line. `line` counts from 1 within the attempt and makes rewriting the same line harmless. */
export interface LogRow {
  readonly taskId: string;
  readonly attempt: number;
  readonly line: number;
  /** Ms since the epoch, by the clock of the machine where it was printed. */
  readonly at: number;
  readonly stream: LogStream;
  readonly level: LogLevel;
  readonly text: string;
}

/** `id` orders the lines of a task as they were stored; it is the cursor of log readers. */
export interface StoredLogRow extends LogRow {
  readonly id: number;
}

/** Past run times of one kind of task, newest first, in ms. */
export interface DurationHistory {
  readonly typeKey: string;
  readonly runMs: readonly number[];
}

export interface EventFilter {
  readonly meshId?: string;
  readonly taskId?: string;
  readonly types?: readonly string[];
  readonly statuses?: readonly string[];
}

export interface Store {
  /**
   * Waits until this process leads or `signal` aborts; every success is a new, higher epoch. `following` is called when
   * another leads.
   */
  lead(signal: AbortSignal, following?: () => void): Promise<Lease>;
  load(epoch: number): Promise<Snapshot>;
  commit(key: BatchKey, batch: Batch): Promise<CommitResult>;

  /** By ids, or by keys within a mesh. Unknown ones are absent from the answer; deleted ones too, except for keys. */
  findTasks(
    query: { ids: readonly string[] } | { meshId: string; keys: readonly string[] },
  ): Promise<TaskRef[]>;
  findMesh(id: string): Promise<MeshRef | undefined>;
  findCommand(key: string): Promise<CommandRow | undefined>;
  /** `only`: these tasks, the direct sources of their HARD, SOFT and DATA edges, and the edges between. Deleted tasks are left out. */
  meshDefinition(id: string, only?: readonly string[]): Promise<MeshDefinition | undefined>;
  /** Outputs of the COMPLETED sources of the task's DATA edges, with the sources' keys. */
  inputsOf(taskId: string): Promise<{ readonly key: string; readonly output: Json }[]>;
  /** The last `perType` completed run times of each of the `types` most recently run kinds of task. */
  durations(types: number, perType: number): Promise<DurationHistory[]>;

  /** Committed events with `seq > after`, ascending, at most `limit`; `scannedTo` is how far it looked. */
  eventsAfter(
    after: number,
    filter: EventFilter,
    limit: number,
  ): Promise<{ events: CommittedEvent[]; scannedTo: number }>;
  /** Stores lines (a repeated (task, attempt, line) is ignored) and answers them with their ids. */
  appendLogs(rows: readonly LogRow[]): Promise<StoredLogRow[]>;
  logsAfter(taskId: string, after: number, limit: number): Promise<StoredLogRow[]>;
  /** The last line of each of these tasks that has any. */
  lastLines(taskIds: readonly string[]): Promise<{ readonly taskId: string; readonly id: number }[]>;

  close(): Promise<void>;
}
