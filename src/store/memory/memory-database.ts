/**
 * The rows of the in-memory store, shared by every `MemoryStore` over it: what survives when a simulated process dies.
 * It holds the same guards as the database's commit function and applies a batch whole or not at all.
 */
import { isMeshOpen, isTerminal, type TaskStatus } from '../../lifecycle/vocabulary.js';
import type {
  AttemptOutcomeRow,
  Batch,
  BatchKey,
  CommandRow,
  EdgeRow,
  MeshTransition,
  NewAttemptRow,
  NewMeshRow,
  NewTaskRow,
  TaskTransition,
} from '../../lifecycle/batch.js';
import { DEFAULT_MESH_ID } from '../../lifecycle/default-mesh.js';
import type { CommittedEvent, EventType } from '../../events/catalogue.js';
import type { StoredLogRow } from '../store.js';

export interface MemoryTask extends NewTaskRow {
  availableAt: number | null;
  queuedAt: number | null;
  deleted: boolean;
}

export interface MemoryAttempt extends NewAttemptRow {
  outcome: AttemptOutcomeRow | null;
}

/** Breaks the whole batch; the store answers `rejected`. */
export class Contradiction extends Error {}

function demand(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Contradiction(message);
}

export class MemoryDatabase {
  readonly #now: () => number;
  epoch = 0;
  batchSeq = 0;
  batchAt = 0;
  eventSeq = 0;
  holder: object | null = null;
  /** Processes that wait to lead, first come first. */
  readonly candidates: (() => void)[] = [];
  meshes = new Map<string, NewMeshRow>();
  tasks = new Map<string, MemoryTask>();
  keys = new Map<string, string>();
  edges = new Map<string, EdgeRow>();
  attempts = new Map<string, MemoryAttempt>();
  events: CommittedEvent[] = [];
  commands = new Map<string, CommandRow>();
  logs: StoredLogRow[] = [];
  readonly logKeys = new Set<string>();
  /** Undo of the batch being applied, last first. */
  #undo: (() => void)[] = [];

  constructor(clock: { now(): number }) {
    this.#now = () => clock.now();
    this.meshes.set(DEFAULT_MESH_ID, {
      id: DEFAULT_MESH_ID,
      name: 'default',
      description: null,
      status: 'RUNNING',
      parentMeshId: null,
      rerunStrategy: null,
      createdBy: 'system',
      tags: [],
      metadata: {},
      finished: false,
    });
  }

  now(): number {
    return this.#now();
  }

  /** Assumes that the key's epoch leads. Throws `Contradiction` with nothing changed. */
  apply(key: BatchKey, batch: Batch): number {
    const at = Math.max(this.now(), this.batchAt);
    this.#undo = [];
    try {
      this.#write(batch, at);
    } catch (error) {
      for (const undo of this.#undo.reverse()) undo();
      throw error;
    }
    this.batchSeq = key.seq;
    this.batchAt = at;
    return at;
  }

  #write(batch: Batch, at: number): void {
    for (const row of batch.meshes) this.#insert(this.meshes, row.id, { ...row }, 'mesh');
    for (const row of batch.tasks) this.#insertTask(row, at);
    for (const row of batch.respecifications) this.#respecify(row.id, row.spec);
    for (const row of batch.edges) this.#insertEdge(row);
    for (const { sourceId, targetId } of batch.edgeRemovals) this.#remove(this.edges, `${sourceId}>${targetId}`, 'edge');
    for (const row of batch.transitions) this.#moveTask(row, at);
    for (const id of batch.deletions) this.#delete(id);
    for (const row of batch.attempts) this.#insert(this.attempts, attemptKey(row), { ...row, outcome: null }, 'attempt');
    for (const row of batch.outcomes) this.#close(row);
    for (const row of batch.meshTransitions) this.#moveMesh(row);
    for (const row of batch.commands) this.#insert(this.commands, row.key, row, 'command');
    const before = this.eventSeq;
    const count = this.events.length;
    this.#undo.push(() => {
      this.eventSeq = before;
      this.events.length = count;
    });
    for (const row of batch.events) {
      demand(row.seq === this.eventSeq + 1, `event ${row.seq} follows ${this.eventSeq}`);
      this.eventSeq = row.seq;
      this.events.push({ ...row, type: row.type as EventType, at });
    }
  }

  #insertTask(row: NewTaskRow, at: number): void {
    demand(this.meshes.has(row.meshId), `task ${row.id} is in unknown mesh ${row.meshId}`);
    const key = `${row.meshId}/${row.spec.key}`;
    this.#insert(this.keys, key, row.id, 'task key');
    const output = row.outputFrom === null ? row.output : this.tasks.get(row.outputFrom)?.output;
    const task = { ...row, output, deleted: false, availableAt: due(row.availableInMs, at), queuedAt: row.queued ? at : null };
    checkTask(task);
    this.#insert(this.tasks, row.id, task, 'task');
  }

  #moveTask(row: TaskTransition, at: number): void {
    const old = this.tasks.get(row.id);
    demand(old !== undefined, `task ${row.id} is unknown`);
    demand(old.status === row.fromStatus && old.attempt === row.fromAttempt, `task ${row.id} is ${old.status}/${old.attempt}, not ${row.fromStatus}/${row.fromAttempt}`);
    demand(!isTerminal(old.status) || row.status === old.status, `task ${row.id} has ended as ${old.status}`);
    const { status, attempt, crashes, failure, reason, placedOn } = row;
    const task = {
      ...old,
      status,
      attempt,
      crashes,
      failure: failure ?? old.failure,
      reason,
      placedOn,
      output: row.output === undefined ? old.output : row.output,
      availableAt: due(row.availableInMs, at),
      queuedAt: row.queued ? at : old.queuedAt,
    };
    checkTask(task);
    this.#replace(this.tasks, row.id, task);
  }

  #respecify(id: string, spec: NewTaskRow['spec']): void {
    const old = this.tasks.get(id);
    demand(old !== undefined, `task ${id} is unknown`);
    this.#replace(this.tasks, id, { ...old, spec });
  }

  #delete(id: string): void {
    const old = this.tasks.get(id);
    demand(old !== undefined && !old.deleted, `task ${id} is unknown or deleted`);
    this.#replace(this.tasks, id, { ...old, deleted: true });
  }

  #insertEdge(row: EdgeRow): void {
    demand(this.tasks.has(row.sourceId) && this.tasks.has(row.targetId), `edge ${row.id} has an unknown end`);
    this.#insert(this.edges, `${row.sourceId}>${row.targetId}`, row, 'edge');
  }

  #close(row: AttemptOutcomeRow): void {
    const key = attemptKey(row);
    const old = this.attempts.get(key);
    demand(old !== undefined && old.token === row.token, `attempt ${key} has another token`);
    demand(old.outcome === null, `attempt ${key} has an outcome already`);
    this.#replace(this.attempts, key, { ...old, outcome: row });
  }

  #moveMesh(row: MeshTransition): void {
    const old = this.meshes.get(row.id);
    demand(old !== undefined && old.status === row.fromStatus, `mesh ${row.id} is ${old?.status}, not ${row.fromStatus}`);
    demand(isMeshOpen(old.status), `mesh ${row.id} has ended`);
    this.#replace(this.meshes, row.id, { ...old, status: row.status, finished: row.finished });
  }

  #insert<T>(map: Map<string, T>, key: string, value: T, noun: string): void {
    demand(!map.has(key), `${noun} ${key} exists already`);
    map.set(key, value);
    this.#undo.push(() => map.delete(key));
  }

  #replace<T>(map: Map<string, T>, key: string, value: T): void {
    const old = map.get(key) as T;
    map.set(key, value);
    this.#undo.push(() => map.set(key, old));
  }

  #remove<T>(map: Map<string, T>, key: string, noun: string): void {
    const old = map.get(key);
    demand(old !== undefined, `${noun} ${key} does not exist`);
    map.delete(key);
    this.#undo.push(() => map.set(key, old));
  }
}

export function attemptKey(row: { readonly taskId: string; readonly attempt: number }): string {
  return `${row.taskId}:${row.attempt}`;
}

function due(inMs: number | null, at: number): number | null {
  return inMs === null ? null : at + inMs;
}

/** The CHECK constraints of the table `task`. */
function checkTask(task: { status: TaskStatus; output: unknown; attempt: number; crashes: number; id: string }): void {
  demand((task.status === 'COMPLETED') === (task.output !== undefined), `task ${task.id} is ${task.status} and has ${task.output === undefined ? 'no' : 'an'} output`);
  demand(task.attempt >= task.crashes, `task ${task.id} has more crashes than attempts`);
}
