/**
 * Batches for tests of stores: rows with what a test does not care about filled in, and a `Leader` that numbers batches
 * and events as the orchestrator would.
 */
import type {
  AttemptOutcomeRow,
  Batch,
  EdgeRow,
  EventRow,
  NewAttemptRow,
  NewMeshRow,
  NewTaskRow,
  TaskProgressColumns,
  TaskTransition,
} from '../../../src/lifecycle/batch.js';
import { emptyBatch } from '../../../src/lifecycle/ledger.js';
import type { TaskSpec } from '../../../src/lifecycle/task.js';
import { isTerminal, type TaskStatus } from '../../../src/lifecycle/vocabulary.js';
import type { CommitResult, Lease, Store } from '../../../src/store/store.js';

/** A UUID v7 that sorts as its number. */
export function uuid(number: number): string {
  return `01980000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

export function spec(changes: Partial<TaskSpec> = {}): TaskSpec {
  return {
    key: 'task',
    name: 'A task',
    description: null,
    work: { wait: { durationMs: 1 } },
    priority: 'NORMAL',
    taskType: 'SMALL',
    tags: [],
    layer: null,
    retryPolicy: {
      maxAttempts: 3,
      initialIntervalMs: 1000,
      backoffCoefficient: 2,
      maxIntervalMs: 60_000,
      jitter: true,
      nonRetryableErrors: [],
    },
    queueTimeoutMs: null,
    executionTimeoutMs: null,
    heartbeatTimeoutMs: null,
    concurrency: null,
    fairness: null,
    metadata: {},
    typeKey: 'wait:a task',
    ...changes,
  };
}

export function mesh(id: string, changes: Partial<NewMeshRow> = {}): NewMeshRow {
  return {
    id,
    tenant: 'default',
    name: 'A mesh',
    description: null,
    status: 'RUNNING',
    parentMeshId: null,
    rerunStrategy: null,
    createdBy: 'owner',
    tags: [],
    metadata: {},
    finished: false,
    ...changes,
  };
}

function progress(status: TaskStatus): TaskProgressColumns {
  return {
    status,
    attempt: status === 'RUNNING' || status === 'COMPLETED' || status === 'FAILED' ? 1 : 0,
    crashes: 0,
    availableInMs: null,
    failure: status === 'FAILED' ? { kind: 'ERROR', code: 'BROKEN', message: 'it broke' } : null,
    output: status === 'COMPLETED' ? null : undefined,
    reason: null,
    placedOn: status === 'RUNNING' ? 'LOCAL' : null,
    queued: status === 'QUEUED',
    started: status === 'RUNNING',
    finished: isTerminal(status),
  };
}

/** Its key is its id unless the spec says otherwise. */
export function task(id: string, meshId: string, changes: Partial<NewTaskRow> = {}): NewTaskRow {
  return {
    ...progress(changes.status ?? 'PENDING'),
    id,
    meshId,
    spec: spec({ key: id }),
    createdBy: 'owner',
    ordinal: 0,
    rerunOf: null,
    outputFrom: null,
    ...changes,
  };
}

type Move = Partial<Omit<TaskTransition, 'id' | 'fromStatus' | 'status'>>;

export function move(
  id: string,
  fromStatus: TaskStatus,
  status: TaskStatus,
  changes: Move = {},
): TaskTransition {
  const columns = progress(status);
  const fromAttempt = changes.fromAttempt ?? (fromStatus === 'RUNNING' ? 1 : 0);
  return {
    ...columns,
    attempt: Math.max(columns.attempt, fromAttempt),
    id,
    fromStatus,
    fromAttempt,
    status,
    ...changes,
  };
}

export function edge(
  id: string,
  meshId: string,
  [sourceId, targetId]: [string, string],
  changes: Partial<EdgeRow> = {},
): EdgeRow {
  return { id, meshId, sourceId, targetId, type: 'HARD', weight: 0, ...changes };
}

export function attempt(taskId: string, changes: Partial<NewAttemptRow> = {}): NewAttemptRow {
  return { taskId, attempt: 1, token: 1, layer: 'LOCAL', node: 'here', waitMs: 2.5, ...changes };
}

export function outcome(
  taskId: string,
  meshId: string,
  changes: Partial<AttemptOutcomeRow> = {},
): AttemptOutcomeRow {
  const measured = { runMs: 12.5, cpuMs: 3, memoryPeakBytes: 5_000_000_000, exitCode: 0 };
  const start = { attempt: 1, token: 1, layer: 'LOCAL', node: 'here', waitMs: 2.5, startedAt: null } as const;
  return { taskId, meshId, ...start, outcome: 'COMPLETED', failure: null, measured, ...changes };
}

export type Told = Omit<EventRow, 'seq' | 'taskId' | 'from' | 'to' | 'payload'> & Partial<EventRow>;

/** One process that leads: numbers its batches and events from where the snapshot says they stand. */
export class Leader {
  batchSeq: number;
  eventSeq: number;

  private constructor(
    readonly store: Store,
    readonly lease: Lease,
    start: { lastBatchSeq: number; lastEventSeq: number },
  ) {
    this.batchSeq = start.lastBatchSeq;
    this.eventSeq = start.lastEventSeq;
  }

  static async of(store: Store): Promise<Leader> {
    const lease = await store.lead(new AbortController().signal);
    return new Leader(store, lease, await store.load(lease.epoch));
  }

  get key(): { epoch: number; seq: number } {
    return { epoch: this.lease.epoch, seq: this.batchSeq };
  }

  /** The next batch, not sent. Tasks that start bring their attempts unless the content says which. */
  next(content: Partial<Omit<Batch, 'events'>>, events: readonly Told[] = []): Batch {
    this.batchSeq++;
    const started = [...(content.tasks ?? []), ...(content.transitions ?? [])].filter((row) => row.started);
    const attempts = started.map((row) => attempt(row.id, { attempt: row.attempt }));
    const blank = { taskId: null, from: null, to: null, payload: {} };
    return {
      ...emptyBatch(),
      attempts,
      ...content,
      events: events.map((event) => ({ ...blank, seq: ++this.eventSeq, ...event })),
    };
  }

  send(batch: Batch): Promise<CommitResult> {
    return this.store.commit(this.key, batch);
  }

  /** Sends the next batch; it must be applied. Answers the time of the commit. */
  async commit(content: Partial<Omit<Batch, 'events'>>, events: readonly Told[] = []): Promise<number> {
    const result = await this.send(this.next(content, events));
    if (result.kind !== 'applied') throw new Error(`the batch was not applied: ${JSON.stringify(result)}`);
    return result.at;
  }

  /** Sends the next batch; it must be refused, and leaves no trace in the numbering. */
  async refusal(content: Partial<Omit<Batch, 'events'>>, events: readonly Told[] = []): Promise<string> {
    const before = { batchSeq: this.batchSeq, eventSeq: this.eventSeq };
    const result = await this.send(this.next(content, events));
    Object.assign(this, before);
    if (result.kind !== 'rejected') throw new Error(`the batch was not rejected: ${JSON.stringify(result)}`);
    return result.reason;
  }
}
