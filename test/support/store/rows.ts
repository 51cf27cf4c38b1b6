/**
 * Rows of the database written as tests need them, times and ids included, past the commit function: for tests of reads.
 * Each writer fills in what the test does not care about.
 */
import type pg from 'pg';
import type { CommittedEvent } from '../../../src/events/catalogue.js';
import type { Json } from '../../../src/kit/json.js';
import type { TaskSpec } from '../../../src/lifecycle/task.js';
import { isTerminal, type TaskStatus } from '../../../src/lifecycle/vocabulary.js';
import type { AttemptRecord, EdgeRecord, MeshRecord, TaskRecord } from '../../../src/store/reads.js';
import type { StoredLogRow } from '../../../src/store/store.js';
import { toStoredText } from '../../../src/store/postgres/stored-text.js';

/** A UUID that sorts as its number. */
export function uuid(number: number): string {
  return `01990000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** Ms of a day in January 2026, `seconds` after its begin. */
export function moment(seconds: number): Date {
  return new Date(Date.UTC(2026, 0, 15) + seconds * 1000);
}

const NO_RETRY = {
  maxAttempts: 1,
  initialIntervalMs: 0,
  backoffCoefficient: 1,
  maxIntervalMs: 0,
  jitter: false,
  nonRetryableErrors: [],
};

const SPEC: Omit<TaskSpec, 'key' | 'name'> = {
  description: null,
  work: null,
  priority: 'NORMAL',
  taskType: 'SMALL',
  tags: [],
  layer: null,
  nodeSelector: undefined,
  retryPolicy: NO_RETRY,
  queueTimeoutMs: null,
  executionTimeoutMs: null,
  heartbeatTimeoutMs: null,
  concurrency: null,
  fairness: null,
  metadata: {},
  typeKey: 'none:task',
};

export type TaskFields = Partial<TaskRecord> & {
  readonly id: string;
  readonly output?: Json;
  readonly deletedAt?: Date;
};

function taskSpec(fields: TaskFields): TaskSpec {
  const key = fields.key ?? fields.id;
  const spec: TaskSpec = { ...SPEC, key, name: key };
  const given = Object.keys(spec).filter((name) => name in fields);
  return { ...spec, ...Object.fromEntries(given.map((name) => [name, fields[name as keyof TaskFields]])) };
}

export class StoreRows {
  #seq = 0;
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async mesh(fields: Partial<MeshRecord> & { id: string }): Promise<MeshRecord> {
    const mesh: MeshRecord = {
      tenant: 'default',
      name: 'mesh',
      description: null,
      status: 'RUNNING',
      parentMeshId: null,
      rerunStrategy: null,
      createdBy: 'somebody',
      tags: [],
      metadata: {},
      origin: null,
      createdAt: moment(0),
      finishedAt: null,
      ...fields,
    };
    await this.#insert('mesh', {
      id: mesh.id,
      tenant_id: mesh.tenant,
      name: toStoredText(mesh.name),
      description: mesh.description && toStoredText(mesh.description),
      status: mesh.status,
      parent_mesh_id: mesh.parentMeshId,
      rerun_strategy: mesh.rerunStrategy,
      created_by: toStoredText(mesh.createdBy),
      tags: mesh.tags.map(toStoredText),
      metadata: JSON.stringify(mesh.metadata),
      created_at: mesh.createdAt,
      finished_at: mesh.finishedAt,
    });
    return mesh;
  }

  /** The record as reads should answer it. */
  async task(fields: TaskFields): Promise<TaskRecord> {
    const { output, deletedAt, ...given } = fields;
    const spec = taskSpec(fields);
    const status: TaskStatus = fields.status ?? 'PENDING';
    const text = status === 'COMPLETED' ? JSON.stringify(output ?? null) : null;
    const createdAt = fields.createdAt ?? moment(0);
    const task: TaskRecord = {
      ...spec,
      meshId: uuid(0),
      status,
      attempt: 0,
      crashes: 0,
      failure: status === 'FAILED' ? { kind: 'ERROR', code: 'BROKEN', message: 'it broke' } : null,
      reason: null,
      placedOn: null,
      rerunOf: null,
      createdBy: 'somebody',
      ordinal: 0,
      createdAt,
      updatedAt: createdAt,
      availableAt: null,
      queuedAt: status === 'QUEUED' ? createdAt : null,
      startedAt: null,
      finishedAt: isTerminal(status) ? createdAt : null,
      ...given,
      hasOutput: text !== null,
      outputBytes: text === null ? null : Buffer.byteLength(text),
    };
    await this.#insertTask(task, spec);
    await this.#insertState(task, text, deletedAt ?? null);
    return task;
  }

  async edge(
    fields: Partial<EdgeRecord> & {
      sourceId: string;
      targetId: string;
      createdSeq?: number;
      removedSeq?: number;
    },
  ): Promise<EdgeRecord> {
    const { createdSeq = 0, removedSeq = 0, ...given } = fields;
    const edge: EdgeRecord = { id: crypto.randomUUID(), meshId: uuid(0), type: 'HARD', weight: 0, ...given };
    await this.#insert('edge', {
      id: edge.id,
      mesh_id: edge.meshId,
      source_id: edge.sourceId,
      target_id: edge.targetId,
      type: edge.type,
      weight: edge.weight,
      created_seq: createdSeq,
      removed_seq: removedSeq,
    });
    return edge;
  }

  /** `endedAgoMs`: before the database's now; otherwise the times of the fields. */
  async attempt(
    fields: Partial<AttemptRecord> & { taskId: string; meshId?: string; endedAgoMs?: number },
  ): Promise<AttemptRecord> {
    const { meshId = uuid(0), endedAgoMs, ...given } = fields;
    const outcome = fields.outcome ?? null;
    const { rows } = await this.#pool.query<{ at: Date }>(
      `SELECT date_trunc('milliseconds', clock_timestamp()) AS at`,
    );
    const ended = endedAgoMs === undefined ? moment(1) : new Date((rows[0]?.at.getTime() ?? 0) - endedAgoMs);
    const attempt: AttemptRecord = {
      attempt: 1,
      token: 1,
      layer: 'LOCAL',
      node: 'here',
      startedAt: moment(0),
      finishedAt: outcome === null ? null : ended,
      outcome,
      failure: null,
      waitMs: 0,
      runMs: null,
      cpuMs: null,
      memoryPeakBytes: null,
      exitCode: null,
      ...given,
    };
    if (outcome === null) await this.#runAttempt(attempt);
    else await this.#insertAttempt(attempt, meshId);
    return attempt;
  }

  /** Give times that never go back: the history is searched by them. */
  async event(
    fields: Partial<CommittedEvent> & { at: number; type: CommittedEvent['type']; meshId: string },
  ): Promise<CommittedEvent> {
    this.#seq++;
    const event: CommittedEvent = {
      seq: this.#seq,
      taskId: null,
      from: null,
      to: null,
      payload: {},
      ...fields,
    };
    await this.#insert('event', {
      seq: event.seq,
      at: new Date(event.at),
      type: event.type,
      mesh_id: event.meshId,
      task_id: event.taskId,
      from_status: event.from,
      to_status: event.to,
      payload: JSON.stringify(event.payload),
    });
    await this.#pool.query('UPDATE leader_lease SET last_event_seq = $1', [event.seq]);
    return event;
  }

  async log(fields: Omit<StoredLogRow, 'id'>): Promise<StoredLogRow> {
    const { taskId, attempt, line, at, stream, level, text } = fields;
    const [row] = await this.#insert(
      'attempt_log',
      { task_id: taskId, attempt, line, at: new Date(at), stream, level, text: toStoredText(text) },
      'RETURNING id',
    );
    return { ...fields, id: Number(row?.id) };
  }

  #insertTask(task: TaskRecord, spec: TaskSpec): Promise<unknown> {
    return this.#insert('task', {
      id: task.id,
      mesh_id: task.meshId,
      ordinal: task.ordinal,
      key: toStoredText(task.key),
      name: toStoredText(task.name),
      priority: task.priority,
      task_type: task.taskType,
      layer: task.layer,
      type_key: toStoredText(task.typeKey),
      work_kind: task.work && Object.keys(task.work)[0],
      tags: task.tags.map(toStoredText),
      spec: JSON.stringify(spec),
      rerun_of: task.rerunOf,
      created_by: toStoredText(task.createdBy),
      created_at: task.createdAt,
    });
  }

  #insertState(task: TaskRecord, output: string | null, deletedAt: Date | null): Promise<unknown> {
    return this.#insert('task_state', {
      task_id: task.id,
      status: task.status,
      attempt: task.attempt,
      crashes: task.crashes,
      failure: task.failure && JSON.stringify(task.failure),
      reason: task.reason && toStoredText(task.reason),
      output,
      output_bytes: task.outputBytes,
      placed_on: task.placedOn,
      updated_at: task.updatedAt,
      available_at: task.availableAt,
      queued_at: task.queuedAt,
      started_at: task.startedAt,
      finished_at: task.finishedAt,
      deleted_at: deletedAt,
    });
  }

  /** It stands in the row of its task. */
  #runAttempt({ taskId, attempt, token, layer, node, waitMs, startedAt }: AttemptRecord): Promise<unknown> {
    const text = `
      UPDATE task_state SET status = 'RUNNING', attempt = $2, token = $3, placed_on = $4, node = $5, wait_ms = $6, started_at = $7
      WHERE task_id = $1`;
    return this.#pool.query(text, [taskId, attempt, token, layer, toStoredText(node), waitMs, startedAt]);
  }

  #insertAttempt(attempt: AttemptRecord, meshId: string): Promise<unknown> {
    return this.#insert('attempt', {
      task_id: attempt.taskId,
      attempt: attempt.attempt,
      mesh_id: meshId,
      token: attempt.token,
      layer: attempt.layer,
      node: toStoredText(attempt.node),
      started_at: attempt.startedAt,
      finished_at: attempt.finishedAt,
      outcome: attempt.outcome,
      failure: attempt.failure && JSON.stringify(attempt.failure),
      wait_ms: attempt.waitMs,
      run_ms: attempt.runMs,
      cpu_ms: attempt.cpuMs,
      memory_peak_bytes: attempt.memoryPeakBytes,
      exit_code: attempt.exitCode,
    });
  }

  async #insert(
    table: string,
    columns: Record<string, unknown>,
    rest = '',
  ): Promise<Record<string, unknown>[]> {
    const places = Object.keys(columns).map((_, index) => `$${index + 1}`);
    const text = `INSERT INTO ${table} (${Object.keys(columns).join(', ')}) VALUES (${places.join(', ')}) ${rest}`;
    const { rows } = await this.#pool.query<Record<string, unknown>>(text, Object.values(columns));
    return rows;
  }
}
