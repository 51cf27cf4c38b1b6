/**
 * Writes the books from committed batches, event by event, and holds each event to what may follow what. It knows the
 * rules from the documentation, not from the core.
 */
import type { AttemptOutcomeRow, Batch, EventRow, NewTaskRow } from '../../../src/lifecycle/batch.js';
import {
  type Attempt,
  type Books,
  DEFAULT_MESH,
  type Mesh,
  type Moment,
  type Task,
  TERMINAL,
} from './books.js';
import type { Report } from './promises.js';

const NEXT: Readonly<Record<string, readonly string[]>> = {
  PENDING: ['QUEUED', 'HELD', 'COMPLETED', 'CANCELLED', 'SKIPPED', 'UPSTREAM_FAILED'],
  HELD: ['PENDING', 'CANCELLED', 'UPSTREAM_FAILED'],
  QUEUED: ['RUNNING', 'PENDING', 'HELD', 'COMPLETED', 'FAILED', 'CANCELLED', 'UPSTREAM_FAILED'],
  RUNNING: ['COMPLETED', 'FAILED', 'RETRYING', 'QUEUED', 'CANCELLED'],
  RETRYING: ['QUEUED', 'CANCELLED'],
};

const LEADS_TO: Readonly<Record<string, string>> = {
  TASK_CREATED: 'PENDING',
  TASK_HELD: 'HELD',
  TASK_RELEASED: 'PENDING',
  TASK_PENDING: 'PENDING',
  TASK_QUEUED: 'QUEUED',
  TASK_STARTED: 'RUNNING',
  TASK_RETRYING: 'RETRYING',
  TASK_COMPLETED: 'COMPLETED',
  TASK_FAILED: 'FAILED',
  TASK_CANCELLED: 'CANCELLED',
  TASK_SKIPPED: 'SKIPPED',
  TASK_UPSTREAM_FAILED: 'UPSTREAM_FAILED',
  MESH_SUBMITTED: 'RUNNING',
  MESH_PAUSED: 'PAUSED',
  MESH_RESUMED: 'RUNNING',
  MESH_COMPLETED: 'COMPLETED',
  MESH_FAILED: 'FAILED',
  MESH_CANCELLED: 'CANCELLED',
};

/** What other rules hear of while a batch is read; called before the books change. */
export interface Listener {
  starts(task: Task, attempt: Attempt, moment: Moment): void;
  /** A running attempt's task goes on to another status. */
  leaves(attempt: Attempt, to: string, event: EventRow, moment: Moment): void;
  /** Any other move. */
  moves(task: Task, to: string, event: EventRow, moment: Moment): void;
  meshEnds(mesh: Mesh, to: string): void;
}

/** Rows of attempts in one batch, by task and number; what is left at the end belongs to no event. */
interface Pending {
  readonly starts: Map<string, Batch['attempts'][number]>;
  readonly outcomes: Map<string, AttemptOutcomeRow>;
  readonly moment: Moment;
}

const keyOf = (row: { taskId: string; attempt: number }): string => `${row.taskId}:${row.attempt}`;

export class Historian {
  readonly #books: Books;
  readonly #report: Report;
  readonly #listener: Listener;
  #meshCount = 0;

  constructor(books: Books, report: Report, listener: Listener) {
    this.#books = books;
    this.#report = report;
    this.#listener = listener;
    const row = { id: DEFAULT_MESH, parentMeshId: null } as Mesh['row'];
    this.#addMesh(row, 'default', { index: -1, now: 0, since: 0, epoch: 0, epochSince: 0, node: '' });
  }

  read(batch: Batch, moment: Moment): void {
    for (const row of batch.meshes) this.#addMesh(row, `m${++this.#meshCount}`, moment);
    for (const row of batch.tasks) this.#addTask(row, moment);
    this.#changeEdges(batch, moment);
    for (const { id, spec } of batch.respecifications) (this.#books.tasks.get(id) as Task).spec = spec;
    const pending: Pending = {
      starts: new Map(batch.attempts.map((row) => [keyOf(row), row])),
      outcomes: new Map(batch.outcomes.map((row) => [keyOf(row), row])),
      moment,
    };
    for (const event of batch.events) this.#readEvent(event, pending);
    for (const id of batch.deletions)
      if (!this.#books.tasks.get(id)?.deleted)
        this.#report('history', `task ${id} is deleted and no event tells of it`);
    for (const key of pending.starts.keys())
      this.#report('outcome', `attempt ${key} begins and no event tells of it`);
    for (const key of pending.outcomes.keys())
      this.#report('outcome', `attempt ${key} ends and no event tells of it`);
    this.#books.batches++;
  }

  #addMesh(row: Mesh['row'], name: string, moment: Moment): void {
    const moves = [{ status: 'RUNNING', moment }];
    this.#books.meshes.set(row.id, { id: row.id, name, row, status: 'RUNNING', moves, tasks: [] });
  }

  #addTask(row: NewTaskRow, moment: Moment): void {
    const mesh = this.#books.meshes.get(row.meshId) as Mesh;
    const task: Task = {
      id: row.id,
      name: `${mesh.name}/${row.spec.key === row.id ? `own${mesh.tasks.length}` : row.spec.key}`,
      mesh,
      rerunOf: row.rerunOf,
      outputFrom: row.outputFrom,
      spec: row.spec,
      status: 'PENDING',
      moves: [{ status: 'PENDING', moment }],
      attempts: [],
      spent: 0,
      crashes: 0,
      deleted: false,
      sources: new Map(),
      targets: new Map(),
    };
    mesh.tasks.push(task);
    this.#books.tasks.set(row.id, task);
  }

  #changeEdges({ edges, edgeRemovals }: Batch, { index }: Moment): void {
    const { tasks, edgeIds, edgeRemovals: removed } = this.#books;
    for (const { sourceId, targetId } of edgeRemovals) {
      const [source, target] = [tasks.get(sourceId) as Task, tasks.get(targetId) as Task];
      source.targets.delete(target);
      target.sources.delete(source);
      removed.set(`${sourceId}>${targetId}`, index);
    }
    for (const { id, sourceId, targetId, type } of edges) {
      const [source, target] = [tasks.get(sourceId) as Task, tasks.get(targetId) as Task];
      source.targets.set(target, type);
      target.sources.set(source, type);
      edgeIds.add(id);
    }
  }

  #readEvent(event: EventRow, pending: Pending): void {
    const books = this.#books;
    if (event.seq !== books.lastSeq + 1)
      this.#report('gapless', `event ${event.seq} follows ${books.lastSeq}`);
    books.lastSeq = event.seq;
    if (event.type === 'TASK_DELETED') (books.tasks.get(event.taskId as string) as Task).deleted = true;
    if (event.type === 'TASK_UPDATED') books.updates.set(event.taskId as string, pending.moment.index);
    if (event.to === null) return;
    if (LEADS_TO[event.type] !== event.to)
      this.#report('moves', `event ${event.seq}, ${event.type}, leads to ${event.to}`);
    if (event.taskId === null) this.#moveMesh(event, pending.moment);
    else this.#moveTask(books.tasks.get(event.taskId) as Task, event, pending);
  }

  #moveMesh(event: EventRow, moment: Moment): void {
    const mesh = this.#books.meshes.get(event.meshId) as Mesh;
    const to = event.to as string;
    if (event.type === 'MESH_SUBMITTED') return;
    if (mesh.status !== event.from)
      this.#report(
        'history',
        `event ${event.seq} says mesh ${mesh.name} was ${event.from}; it was ${mesh.status}`,
      );
    if (TERMINAL.has(mesh.status))
      this.#report('terminal', `mesh ${mesh.name} leaves ${mesh.status} for ${to}`);
    if (TERMINAL.has(to)) this.#listener.meshEnds(mesh, to);
    mesh.status = to;
    mesh.moves.push({ status: to, moment });
  }

  #moveTask(task: Task, event: EventRow, pending: Pending): void {
    const to = event.to as string;
    if (event.type === 'TASK_CREATED') return;
    this.#holdToTable(task, event, to);
    if (to === 'RUNNING') this.#start(task, event, pending);
    else if (task.status === 'RUNNING') this.#leave(task, event, pending);
    else this.#listener.moves(task, to, event, pending.moment);
    task.status = to;
    task.moves.push({ status: to, moment: pending.moment });
  }

  #holdToTable(task: Task, event: EventRow, to: string): void {
    const say = `event ${event.seq} (${event.type}) takes ${task.name} from ${task.status} to ${to}`;
    if (task.status !== event.from) this.#report('history', `${say}, and says it was ${event.from}`);
    if (TERMINAL.has(task.status)) this.#report('terminal', say);
    else if (!NEXT[task.status]?.includes(to)) this.#report('moves', say);
    if (task.deleted) this.#report('moves', `${say}, although it was deleted`);
  }

  #start(task: Task, event: EventRow, { starts, moment }: Pending): void {
    const number = event.payload.attempt as number;
    const row = starts.get(`${task.id}:${number}`);
    if (row === undefined || number !== task.attempts.length + 1) {
      this.#report('counts', `${task.name} starts attempt ${number} after ${task.attempts.length} attempts`);
      return;
    }
    starts.delete(keyOf(row));
    const { token, layer, node } = row;
    const open = { outcome: undefined, endedIn: undefined };
    const attempt: Attempt = { task, number, token, layer, node, started: moment, ...open };
    if (task.attempts.at(-1)?.outcome === undefined && number > 1)
      this.#report('outcome', `${task.name} starts attempt ${number} while the one before has no outcome`);
    if (this.#books.attempts.has(token))
      this.#report('outcome', `token ${token} is given to ${task.name} again`);
    this.#listener.starts(task, attempt, moment);
    task.attempts.push(attempt);
    this.#books.attempts.set(token, attempt);
    this.#books.open.set(token, attempt);
  }

  #leave(task: Task, event: EventRow, { outcomes, moment }: Pending): void {
    const attempt = task.attempts.at(-1);
    const row = attempt && outcomes.get(`${task.id}:${attempt.number}`);
    if (attempt === undefined || row === undefined) {
      this.#report('outcome', `${task.name} leaves RUNNING without an outcome of its attempt`);
      return;
    }
    outcomes.delete(keyOf(row));
    if (attempt.outcome !== undefined) this.#report('outcome', `attempt ${keyOf(row)} gets a second outcome`);
    if (attempt.token !== row.token) this.#report('outcome', `attempt ${keyOf(row)} ends with another token`);
    attempt.outcome = row;
    attempt.endedIn = moment.epoch;
    this.#books.open.delete(attempt.token);
    this.#listener.leaves(attempt, event.to as string, event, moment);
  }
}
