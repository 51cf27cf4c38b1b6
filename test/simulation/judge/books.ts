/** What the judge knows of tasks, attempts and meshes, from the committed batches alone. Rules read it; only the historian writes. */
import type { EdgeType } from '../../../src/mesh/edge-type.js';
import type { AttemptOutcomeRow, NewMeshRow } from '../../../src/lifecycle/batch.js';
import type { TaskSpec } from '../../../src/lifecycle/task.js';

export const TERMINAL: ReadonlySet<string> = new Set([
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'SKIPPED',
  'UPSTREAM_FAILED',
]);
export const DEFAULT_MESH = '00000000-0000-7000-8000-000000000000';

/** One committed batch as the rules see it: times are those of the world, which no process and no database can set. */
export interface Moment {
  /** Committed batches before this one. */
  readonly index: number;
  readonly now: number;
  /** No step of the core that this batch tells of was taken before. */
  readonly since: number;
  readonly epoch: number;
  /** When the epoch was given. */
  readonly epochSince: number;
  /** The process that leads in this epoch. */
  readonly node: string;
}

export interface Attempt {
  readonly task: Task;
  readonly number: number;
  readonly token: number;
  readonly layer: string;
  readonly node: string;
  readonly started: Moment;
  outcome: AttemptOutcomeRow | undefined;
  /** In which its outcome was committed. */
  endedIn: number | undefined;
}

export interface Task {
  readonly id: string;
  readonly name: string;
  readonly mesh: Mesh;
  readonly rerunOf: string | null;
  readonly outputFrom: string | null;
  spec: TaskSpec;
  status: string;
  /** Every status it had, with the batch that brought it. */
  readonly moves: { readonly status: string; readonly moment: Moment }[];
  readonly attempts: Attempt[];
  spent: number;
  crashes: number;
  deleted: boolean;
  readonly sources: Map<Task, EdgeType>;
  readonly targets: Map<Task, EdgeType>;
}

export interface Mesh {
  readonly id: string;
  readonly name: string;
  readonly row: NewMeshRow;
  status: string;
  readonly moves: { readonly status: string; readonly moment: Moment }[];
  readonly tasks: Task[];
}

export class Books {
  readonly tasks = new Map<string, Task>();
  readonly meshes = new Map<string, Mesh>();
  readonly attempts = new Map<number, Attempt>();
  /** Those without an outcome. */
  readonly open = new Map<number, Attempt>();
  /** Ids of all edges that ever were, and the batches that removed one, by `source>target`. */
  readonly edgeIds = new Set<string>();
  readonly edgeRemovals = new Map<string, number>();
  readonly updates = new Map<string, number>();
  batches = 0;
  lastSeq = 0;

  /** `m2/t3`, or the id of what nobody knows. */
  nameOf(id: string): string {
    return this.tasks.get(id)?.name ?? this.meshes.get(id)?.name ?? id;
  }
}

export function isOpen(task: Task): boolean {
  return !TERMINAL.has(task.status);
}

/** Did it have this status at any time from batch `index` on? */
export function wasIn(thing: Pick<Task, 'moves'>, status: string, index: number): boolean {
  const { moves } = thing;
  for (let i = moves.length - 1; i >= 0; i--) {
    const move = moves[i] as Task['moves'][number];
    if (move.status === status) return true;
    if (move.moment.index < index) return false;
  }
  return false;
}

/** The moment it last came into its present status. */
export function cameAt(task: Task): Moment | undefined {
  return task.moves.at(-1)?.moment;
}
