/**
 * The face of the orchestrator towards those who watch: committed history from a cursor and on into the present,
 * log lines, progress with an estimate. Implemented by event-feed.ts, log-feed.ts and progress.ts.
 */
import type { CommittedEvent } from '../events/catalogue.js';
import type { EventFilter, StoredLogRow } from '../store/store.js';
import type { MeshStatus, TaskStatus } from '../lifecycle/vocabulary.js';

/** What of these a subscriber may have, in their order; asked again later when it rejects. */
export type Sieve<T> = (items: readonly T[]) => readonly T[] | Promise<readonly T[]>;

/**
 * Ascending by `seq`, each event exactly once, without a gap. With `after` it starts behind that seq (0 = all of
 * history), without it at the present. Ends when `signal` aborts. A slow reader is replayed from the store; it never
 * holds back others and never makes memory grow.
 */
export interface EventFeed {
  events(
    filter: EventFilter,
    after: number | undefined,
    signal: AbortSignal,
    /** What of it the subscriber may have; asked for each batch that it is about to be given. */
    sieve?: Sieve<CommittedEvent>,
  ): AsyncIterable<readonly CommittedEvent[]>;
}

/** As EventFeed, for the lines of one task; the cursor is the line's id. */
export interface LogFeed {
  lines(
    taskId: string,
    after: number | undefined,
    signal: AbortSignal,
  ): AsyncIterable<readonly StoredLogRow[]>;
}

/** Seconds from now until the mesh ends. */
export interface Eta {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

export interface MeshProgress {
  readonly meshId: string;
  readonly status: MeshStatus;
  readonly counts: Readonly<Partial<Record<TaskStatus, number>>>;
  readonly total: number;
  readonly finished: number;
  /** 0..100 */
  readonly percent: number;
  /** Null: no history for some of the remaining work, and nothing is pretended. */
  readonly eta: Eta | null;
}

export interface CriticalPath {
  readonly meshId: string;
  /** Ids from first to last. */
  readonly taskIds: readonly string[];
  /** Sum of run times (actual where finished, estimated where not) and edge weights; null when one is unknown. */
  readonly seconds: number | null;
  /** Tasks on the path whose run time nobody knows. */
  readonly unknown: number;
}

/** What is expected of a task that has not ended. */
export interface TaskOutlook {
  readonly taskId: string;
  /** Run time of one attempt in seconds; null: nothing is known, or it will not run. */
  readonly run: Eta | null;
  /** Seconds from now until it ends; null: too little is known of its mesh. */
  readonly end: Eta | null;
}

export interface MeshOutlook {
  /** Seconds from now until the mesh ends; null: too little is known. */
  readonly eta: Eta | null;
  /** Of the tasks that have not ended; none where what is left of the mesh is not read (the default mesh elsewhere). */
  readonly tasks: readonly TaskOutlook[];
}

export interface Forecasts {
  progress(meshId: string): Promise<MeshProgress | undefined>;
  /** Seconds from now until the task ends; null: it has ended, is a milestone, or too little is known of its mesh. */
  taskEta(meshId: string, taskId: string): Promise<Eta | null>;
  criticalPath(meshId: string): Promise<CriticalPath | undefined>;
  /** Undefined when there is no such mesh. */
  outlook(meshId: string): Promise<MeshOutlook | undefined>;
}
