/**
 * What the model knows: plain tables of meshes, tasks and edges by name, and what can be read off them. Nothing is
 * counted, cached or indexed: every answer is found by looking at all of it, so that it is easy to see that it is right.
 */
import type { EdgeType } from '../../../src/mesh/edge-type.js';
import type { AttemptOutcome, MeshStatus, TaskStatus } from '../../../src/lifecycle/vocabulary.js';
import { DEFAULT, type TaskWish } from './request.js';

const ENDS: readonly TaskStatus[] = ['COMPLETED', 'FAILED', 'CANCELLED', 'SKIPPED', 'UPSTREAM_FAILED'];
const BEFORE_START: readonly TaskStatus[] = ['PENDING', 'HELD', 'QUEUED'];

export interface ModelTask {
  /** `m1/t0` */
  readonly name: string;
  readonly mesh: string;
  wish: TaskWish;
  status: TaskStatus;
  /** Its time has not come: `startAfter`, or the back-off of a retry. */
  delayed: boolean;
  deleted: boolean;
  /** How each attempt ended; null: not yet. */
  readonly attempts: (AttemptOutcome | null)[];
  /** The layer has not said that its last attempt is over; a cancelled attempt may take its time. */
  busy: boolean;
}

export interface ModelEdge {
  readonly source: string;
  readonly target: string;
  readonly type: EdgeType;
}

export interface ModelMesh {
  readonly name: string;
  status: MeshStatus;
}

export function hasEnded(task: ModelTask): boolean {
  return ENDS.includes(task.status);
}

export function isBeforeStart(task: ModelTask): boolean {
  return BEFORE_START.includes(task.status);
}

/** It was never tried: its work, its time and what it waits for may still change. */
export function isUntried(task: ModelTask): boolean {
  return isBeforeStart(task) && task.attempts.length === 0;
}

export function isOpen(mesh: ModelMesh): boolean {
  return mesh.status === 'RUNNING' || mesh.status === 'PAUSED';
}

export function count(task: ModelTask, outcome: AttemptOutcome): number {
  return task.attempts.filter((one) => one === outcome).length;
}

export class ModelState {
  meshes = new Map<string, ModelMesh>([[DEFAULT, { name: DEFAULT, status: 'RUNNING' }]]);
  tasks = new Map<string, ModelTask>();
  edges: ModelEdge[] = [];

  copy(): ModelState {
    const copy = new ModelState();
    copy.meshes = structuredClone(this.meshes);
    copy.tasks = structuredClone(this.tasks);
    copy.edges = [...this.edges];
    return copy;
  }

  task(name: string): ModelTask {
    const task = this.tasks.get(name);
    if (task === undefined) throw new Error(`the model has no task ${name}`);
    return task;
  }

  mesh(name: string): ModelMesh {
    const mesh = this.meshes.get(name);
    if (mesh === undefined) throw new Error(`the model has no mesh ${name}`);
    return mesh;
  }

  /** Deleted ones are left out, as people no longer see them. */
  tasksOf(mesh: string): ModelTask[] {
    return [...this.tasks.values()].filter((task) => task.mesh === mesh && !task.deleted);
  }

  edge(source: string, target: string): ModelEdge | undefined {
    return this.edges.find((edge) => edge.source === source && edge.target === target);
  }

  into(task: ModelTask): ModelEdge[] {
    return this.edges.filter((edge) => edge.target === task.name);
  }

  outOf(task: ModelTask): ModelEdge[] {
    return this.edges.filter((edge) => edge.source === task.name);
  }

  /** `doomed`: something that it cannot do without has ended otherwise. */
  prospects(task: ModelTask): 'ready' | 'waiting' | 'doomed' {
    let prospects: 'ready' | 'waiting' = 'ready';
    for (const { source, type } of this.into(task)) {
      if (type === 'RESOURCE') continue;
      const { status } = this.task(source);
      if (!ENDS.includes(status)) prospects = 'waiting';
      else if (type !== 'SOFT' && status !== 'COMPLETED') return 'doomed';
    }
    return prospects;
  }
}

/** Is there a way along the edges from a task back to itself? */
export function haveCycle(edges: readonly ModelEdge[]): boolean {
  const reaches = (from: string, to: string, seen: Set<string>): boolean =>
    edges.some(({ source, target }) => {
      if (source !== from || seen.has(target)) return false;
      seen.add(target);
      return target === to || reaches(target, to, seen);
    });
  return edges.some(({ source }) => reaches(source, source, new Set()));
}
