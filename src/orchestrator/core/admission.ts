/**
 * What is let in: new tasks and edges with their ids, for a new mesh or a live one, and how a task of them begins. Used
 * by `mesh-plan.ts` and `admit.ts`; nothing here knows the core.
 */
import type { JsonObject } from '../../kit/json.js';
import type { EdgeRow, MeshOrigin, NewTaskRow } from '../../lifecycle/batch.js';
import { type MeshState, TaskState } from '../../lifecycle/mesh-state.js';
import { isTerminal, type RerunStrategy, type TaskStatus } from '../../lifecycle/vocabulary.js';
import type { EdgeType } from '../../mesh/edge-type.js';
import type { CheckedTask } from '../definition/mesh-input.js';
import { type Refused, refused } from './answer.js';

/** A task with its id. `delayMs`: not queued before. `reuse`: this part of a rerun is kept, not run. */
export interface AdmittedTask {
  readonly id: string;
  readonly task: CheckedTask;
  readonly delayMs: number | null;
  readonly rerunOf: string | null;
  readonly reuse: 'COMPLETED' | 'SKIPPED' | null;
}

/** An end that is no new task: in memory, or long ended and known only from the store. */
export interface KnownEnd {
  readonly id: string;
  readonly key: string;
  readonly status: TaskStatus;
}

export interface Admission {
  readonly createdBy: string;
  readonly tasks: readonly AdmittedTask[];
  readonly edges: readonly EdgeRow[];
  /** Ended tasks that edges name and that have left memory, by id. */
  readonly ended: ReadonlyMap<string, KnownEnd>;
}

export function endedOf(refs: Iterable<KnownEnd>): Map<string, KnownEnd> {
  return new Map([...refs].filter((ref) => isTerminal(ref.status)).map((ref) => [ref.id, ref]));
}

export interface NewMesh {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly metadata: JsonObject;
  readonly parentMeshId: string | null;
  readonly rerunStrategy: RerunStrategy | null;
  readonly origin?: MeshOrigin | null;
}

/** At a fresh node of its mesh's graph; PENDING, and counted as such. Whether it waits for its time is for the core's clock to say. */
export function newTask(
  { mesh, node, createdBy }: { readonly mesh: MeshState; readonly node: number; readonly createdBy: string },
  { id, task, rerunOf, reuse }: AdmittedTask,
): { readonly task: TaskState; readonly row: NewTaskRow } {
  const { spec } = task;
  const ordinal = mesh.nextOrdinal++;
  const state = new TaskState({ id, mesh, node, key: spec.key, createdBy, ordinal, spec });
  mesh.nodes[node] = state;
  mesh.byKey.set(state.key, state);
  mesh.count('PENDING', 1);
  const row: NewTaskRow = {
    id,
    meshId: mesh.id,
    spec,
    createdBy,
    ordinal,
    rerunOf,
    outputFrom: reuse === 'COMPLETED' ? rerunOf : null,
    status: 'PENDING',
    attempt: 0,
    crashes: 0,
    availableInMs: null,
    failure: null,
    output: undefined,
    reason: null,
    placedOn: null,
    queued: false,
    started: false,
    finished: false,
  };
  return { task: state, row };
}

/** Counts the dependency. `doomed`: the source has already ended in a way that the target cannot do with. */
export function depend(target: TaskState, source: KnownEnd, type: EdgeType): 'met' | 'waiting' | 'doomed' {
  if (type === 'DATA') {
    target.hasData = true;
    if (source instanceof TaskState) source.feedsData = true;
  }
  if (type === 'RESOURCE') {
    target.hasResource = true;
    if (source instanceof TaskState) source.hasResource = true;
    return 'met';
  }
  if (isTerminal(source.status)) return type === 'SOFT' || source.status === 'COMPLETED' ? 'met' : 'doomed';
  target.waiting++;
  return 'waiting';
}

export function cycleRefusal(cycle: readonly string[]): Refused {
  const message = `the edges close a cycle: ${cycle.join(' → ')}; remove one of them`;
  return refused('CYCLE_DETECTED', message, { details: { cycle: [...cycle] } });
}
