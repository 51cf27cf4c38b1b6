/**
 * A mesh as a watcher knows it: its tasks and their states, kept up to date by committed events. Filled by
 * `follow-mesh.ts`, read by the views. It asks nobody anything.
 */
import { isTerminal, type MeshStatus, TASK_STATUSES, type TaskStatus } from '../../lifecycle/vocabulary.js';
import type { Interval, MeshEvent, MeshSummary, TaskSummary } from '../client/nouns.js';

export interface TaskState {
  readonly id: string;
  readonly key: string;
  status: TaskStatus;
  /** Ms since the epoch, by the server's clock; of the last attempt. */
  startedAt: number | undefined;
  finishedAt: number | undefined;
  /** The node of the cluster that its last attempt went to, as `name:incarnation`; known from when it was seen to start. */
  node: string | undefined;
  /** What it said last about its progress. */
  message: string | undefined;
}

/** What a task says of its progress while it runs. */
export interface TaskWord {
  readonly task: TaskState;
  /** 0 to 1. */
  readonly fraction: number;
  readonly message: string;
  readonly at: number;
}

export interface TaskChange {
  readonly task: TaskState;
  readonly from: TaskStatus;
  readonly to: TaskStatus;
  readonly seq: number;
  readonly at: number;
}

export interface PathView {
  readonly keys: readonly string[];
  readonly seconds: number | null;
  readonly unknown: number;
}

const meshEndings: Readonly<Partial<Record<MeshEvent['type'], MeshStatus>>> = {
  MESH_COMPLETED: 'COMPLETED',
  MESH_FAILED: 'FAILED',
  MESH_CANCELLED: 'CANCELLED',
  MESH_PAUSED: 'PAUSED',
  MESH_RESUMED: 'RUNNING',
};

function isTaskStatus(text: string | null): text is TaskStatus {
  return text !== null && (TASK_STATUSES as readonly string[]).includes(text);
}

/** Attempts that stay with the server name it too, which says nothing to a watcher. */
function nodeOf({ payload: { layer, node } }: MeshEvent): string | undefined {
  return layer === 'CLUSTER' && typeof node === 'string' ? node : undefined;
}

function timeOf(text: string | null): number | undefined {
  return text === null ? undefined : Date.parse(text);
}

export class MeshState {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  status: MeshStatus;
  finishedAt: number | undefined;
  eta: Interval | null = null;
  path: PathView | undefined;
  /** The connection is lost and being sought. */
  lost = false;
  readonly tasks = new Map<string, TaskState>();
  readonly counts = Object.fromEntries(TASK_STATUSES.map((status) => [status, 0])) as Record<
    TaskStatus,
    number
  >;

  readonly #ignored = new Set<string>();

  constructor(mesh: Omit<MeshSummary, 'counts'>) {
    this.id = mesh.id;
    this.name = mesh.name;
    this.status = mesh.status;
    this.createdAt = Date.parse(mesh.createdAt);
    this.finishedAt = timeOf(mesh.finishedAt);
  }

  get finished(): number {
    return TASK_STATUSES.filter(isTerminal).reduce((sum, status) => sum + this.counts[status], 0);
  }

  get ended(): boolean {
    return this.status !== 'RUNNING' && this.status !== 'PAUSED';
  }

  add(tasks: readonly TaskSummary[]): void {
    for (const { id, key, status, startedAt, finishedAt } of tasks) {
      if (this.tasks.has(id)) continue;
      this.tasks.set(id, {
        id,
        key,
        status,
        startedAt: timeOf(startedAt),
        finishedAt: timeOf(finishedAt),
        node: undefined,
        message: undefined,
      });
      this.counts[status]++;
    }
  }

  /** Back to before the first event, for a history that is replayed from there. */
  rewind(): void {
    this.status = 'RUNNING';
    this.finishedAt = undefined;
    for (const task of this.tasks.values()) {
      this.counts[task.status]--;
      this.counts.PENDING++;
      Object.assign(task, { status: 'PENDING', startedAt: undefined, finishedAt: undefined });
    }
  }

  /** Tasks that were deleted meanwhile: their events are history without a place here. */
  ignore(taskId: string): void {
    this.#ignored.add(taskId);
  }

  /** Undefined where the event says nothing in words. */
  hear({ type, taskId, at, payload }: MeshEvent): TaskWord | undefined {
    const task = type === 'TASK_PROGRESSED' && taskId !== null ? this.tasks.get(taskId) : undefined;
    const { message, fraction } = payload;
    if (task === undefined || typeof message !== 'string') return undefined;
    task.message = message;
    return { task, fraction: Number(fraction), message, at: Date.parse(at) };
  }

  /** What changed, or `unknown` when the event speaks of a task that is not known here yet. */
  apply(event: MeshEvent): TaskChange | 'unknown' | undefined {
    if (event.taskId === null) return this.#applyToMesh(event);
    const task = this.tasks.get(event.taskId);
    if (task === undefined) return this.#ignored.has(event.taskId) ? undefined : 'unknown';
    if (!isTaskStatus(event.to) || event.to === task.status) return undefined;
    const change = { task, from: task.status, to: event.to, seq: event.seq, at: Date.parse(event.at) };
    this.#change(change);
    if (event.type === 'TASK_STARTED') task.node = nodeOf(event);
    return change;
  }

  #applyToMesh(event: MeshEvent): undefined {
    this.status = meshEndings[event.type] ?? this.status;
    if (this.ended) this.finishedAt = Date.parse(event.at);
  }

  #change({ task, from, to, at }: TaskChange): void {
    this.counts[from]--;
    this.counts[to]++;
    task.status = to;
    if (to === 'RUNNING') task.startedAt = at;
    task.finishedAt = isTerminal(to) ? at : undefined;
  }
}
