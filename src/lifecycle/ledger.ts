/**
 * What the core decided since the last commit: the rows of the batch under construction and the effects that may leave
 * once it is durable. The core writes into it, the committer takes it. One row per task and mesh, however often it
 * changed meanwhile; the events keep every step.
 */
import type { JsonObject } from '../kit/json.js';
import { assert } from '../kit/assert.js';
import type { AbortReason } from './abort-reason.js';
import type {
  Batch,
  EventRow,
  MeshTransition,
  NewMeshRow,
  NewTaskRow,
  TaskProgressColumns,
  TaskTransition,
} from './batch.js';
import type { MeshState } from './mesh-state.js';
import type { Refusal } from './refusal.js';
import type { AttemptKey, TaskSpec } from './task.js';
import type { LiveAttempt, TaskState } from './mesh-state.js';
import { isMeshOpen, isTerminal, type LayerName, type MeshStatus, type TaskStatus } from './vocabulary.js';
import { mayMove } from './transitions.js';

/** What leaves the core, and only after the commit that states it. */
export type Effect =
  | { readonly kind: 'start'; readonly task: TaskState; readonly live: LiveAttempt }
  | { readonly kind: 'abort'; readonly key: AttemptKey; readonly reason: AbortReason }
  /** The outcomes of these attempts are in the history, or were refused. */
  | { readonly kind: 'recorded'; readonly attempts: readonly { readonly key: AttemptKey }[] }
  /** An attempt completed, failed or ran out of time; `failureCode` is null where it completed. */
  | {
      readonly kind: 'observe';
      readonly layer: LayerName;
      readonly taskId: string;
      readonly spec: TaskSpec;
      readonly runMs: number;
      readonly failureCode: string | null;
    }
  | { readonly kind: 'reply'; readonly answer: (failure?: Refusal) => void };

/** What an event is about: a task has a mesh, a mesh has none. */
export interface About {
  readonly id: string;
  readonly mesh?: { readonly id: string };
}

/** An event row on its way to those who watch: the committer stamps it with the store's time, once the batch is durable. */
export interface PendingEvent extends EventRow {
  at: number;
}

export interface PendingBatch extends Batch {
  readonly events: PendingEvent[];
}

export interface Entry {
  readonly batch: PendingBatch;
  readonly effects: Effect[];
}

export function emptyBatch(): PendingBatch {
  return {
    meshes: [],
    tasks: [],
    edges: [],
    edgeRemovals: [],
    transitions: [],
    respecifications: [],
    deletions: [],
    attempts: [],
    outcomes: [],
    meshTransitions: [],
    events: [],
    commands: [],
    relayAnswers: [],
    audits: [],
  };
}

/** A task knows in which batch it was last changed, and by which row: the n-th transition, or ~n for the n-th new task. */
export class Ledger {
  #batch = emptyBatch();
  #batchNumber = 1;
  #effects: Effect[] = [];
  #meshRows = new Map<string, NewMeshRow | MeshTransition>();
  #lastSeq: number;

  constructor(lastEventSeq: number) {
    this.#lastSeq = lastEventSeq;
  }

  /** The rows under construction; insert-only lists may be pushed to directly. */
  get batch(): Batch {
    return this.#batch;
  }

  get isEmpty(): boolean {
    const { events, commands, relayAnswers, audits } = this.#batch;
    const rows = events.length + commands.length + relayAnswers.length + audits.length;
    return rows + this.#effects.length === 0;
  }

  get nextSeq(): number {
    return this.#lastSeq + 1;
  }

  effect(effect: Effect): void {
    this.#effects.push(effect);
  }

  take(): Entry {
    const entry = { batch: this.#batch, effects: this.#effects };
    this.#batch = emptyBatch();
    this.#batchNumber++;
    this.#effects = [];
    this.#meshRows = new Map();
    return entry;
  }

  /** About a task or a mesh; `from` and `to` only when its status changed. */
  event(
    type: string,
    about: About,
    payload: JsonObject,
    from: string | null = null,
    to: string | null = null,
  ): void {
    const mesh = about.mesh;
    this.#batch.events.push({
      seq: ++this.#lastSeq,
      type,
      meshId: mesh === undefined ? about.id : mesh.id,
      taskId: mesh === undefined ? null : about.id,
      from,
      to,
      payload,
      at: Number.NaN,
    });
  }

  insertMesh(row: NewMeshRow): void {
    this.#batch.meshes.push(row);
    this.#meshRows.set(row.id, row);
  }

  /** An edge of this very batch is taken out of it: a batch removes only what an earlier one has made. */
  removeEdge(sourceId: string, targetId: string): void {
    const { edges, edgeRemovals } = this.#batch;
    const fresh = edges.findIndex((edge) => edge.sourceId === sourceId && edge.targetId === targetId);
    if (fresh >= 0) edges.splice(fresh, 1);
    else edgeRemovals.push({ sourceId, targetId });
  }

  insertTask(task: TaskState, row: NewTaskRow): void {
    task.rowBatch = this.#batchNumber;
    task.rowAt = ~this.#batch.tasks.length;
    this.#batch.tasks.push(row);
  }

  /** Changes the status and answers the row, whose other columns the caller may then set. Counts and events are the caller's. */
  moveTask(task: TaskState, to: TaskStatus): TaskProgressColumns {
    assert(mayMove(task.status, to), () => `task ${task.id} may not go from ${task.status} to ${to}`);
    const row = this.taskRow(task);
    task.status = to;
    row.status = to;
    if (to === 'QUEUED') row.queued = true;
    if (to === 'RUNNING') row.started = true;
    if (isTerminal(to)) row.finished = true;
    return row;
  }

  /** The row in which this batch changes the task; call it before the task's own fields change. */
  taskRow(task: TaskState): TaskProgressColumns {
    const { tasks, transitions } = this.#batch;
    if (task.rowBatch === this.#batchNumber) {
      return (task.rowAt < 0 ? tasks[~task.rowAt] : transitions[task.rowAt]) as TaskProgressColumns;
    }
    task.rowBatch = this.#batchNumber;
    task.rowAt = transitions.length;
    const row: TaskTransition = {
      id: task.id,
      fromStatus: task.status,
      fromAttempt: task.attempt,
      status: task.status,
      attempt: task.attempt,
      crashes: task.crashes,
      availableInMs: null,
      failure: null,
      output: undefined,
      reason: null,
      placedOn: task.placedOn,
      queued: false,
      started: false,
      finished: false,
    };
    transitions.push(row);
    return row;
  }

  moveMesh(mesh: MeshState, to: MeshStatus): void {
    assert(
      isMeshOpen(mesh.status),
      () => `mesh ${mesh.id} has ended as ${mesh.status} and may not become ${to}`,
    );
    let row = this.#meshRows.get(mesh.id);
    if (row === undefined) {
      row = { id: mesh.id, fromStatus: mesh.status, status: to, finished: false };
      this.#meshRows.set(mesh.id, row);
      this.#batch.meshTransitions.push(row);
    }
    mesh.status = to;
    row.status = to;
    row.finished = !isMeshOpen(to);
  }

  /** A new specification, of a task in memory or of one that is not; an uncommitted insert simply gets it. */
  respecify(id: string, spec: TaskSpec, task?: TaskState): void {
    const isNew = task !== undefined && task.rowBatch === this.#batchNumber && task.rowAt < 0;
    const again = this.#batch.respecifications.find((row) => row.id === id);
    if (isNew) (this.#batch.tasks[~task.rowAt] as NewTaskRow).spec = spec;
    else if (again !== undefined) again.spec = spec;
    else this.#batch.respecifications.push({ id, spec });
  }
}
