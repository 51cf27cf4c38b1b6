/**
 * What people do to tasks and meshes that are there: cancel, hold, release, start now, pause, resume, delete, update,
 * remove an edge. Each command checks first and changes then; it answers after the commit.
 */
import type { TaskSpec } from '../../lifecycle/task.js';
import { hasNotStarted, type TaskState } from '../../lifecycle/mesh-state.js';
import { isBeforeStart, isMeshOpen, isTerminal } from '../../lifecycle/vocabulary.js';
import { isDefaultMesh } from '../../lifecycle/default-mesh.js';
import type { TaskRef } from '../../store/store.js';
import { hold } from './admit.js';
import { cancel, considerReady, end, queue } from './advance.js';
import { type Answer, done, invalid, type Refused, refused } from './answer.js';
import type { CoreState } from './core-state.js';
import { rankAgain } from './ranks.js';
import { attemptDueAt } from './schedule.js';

function openTask(core: CoreState, id: string): TaskState | Refused {
  const task = core.tasks.get(id);
  if (task === undefined || isTerminal(task.status)) {
    return refused(
      'CONFLICT',
      `task ${id} has ended${task ? ` as ${task.status}` : ''}; what has ended stays as it is`,
    );
  }
  return task;
}

function isRefusal(value: TaskState | Refused): value is Refused {
  return 'refusal' in value;
}

export function cancelTask(core: CoreState, id: string): Answer<undefined> {
  const task = openTask(core, id);
  if (isRefusal(task)) return task;
  cancel(core, task, 'cancelled by request');
  return done;
}

export function holdTask(core: CoreState, id: string): Answer<undefined> {
  const task = openTask(core, id);
  if (isRefusal(task)) return task;
  if (task.status === 'HELD') return done;
  if (!isBeforeStart(task.status)) {
    return refused(
      'CONFLICT',
      `task ${id} is ${task.status}; only a task that has not started can be held, a running one can be cancelled`,
    );
  }
  hold(core, task);
  return done;
}

export function releaseTask(core: CoreState, id: string): Answer<undefined> {
  const task = openTask(core, id);
  if (isRefusal(task)) return task;
  if (task.status !== 'HELD')
    return refused('CONFLICT', `task ${id} is ${task.status}, not HELD; there is nothing to release`);
  core.move(task, 'PENDING');
  core.moved(task, 'TASK_RELEASED', 'HELD');
  considerReady(core, task);
  return done;
}

/** HELD: released. Waiting for `startAfter` or a back-off: now. Waiting for others: refused, the order is theirs. */
export function startNow(core: CoreState, id: string): Answer<undefined> {
  const task = openTask(core, id);
  if (isRefusal(task)) return task;
  if (task.status === 'RUNNING') return refused('CONFLICT', `task ${id} is RUNNING already`);
  if (task.status === 'QUEUED') return done;
  if (task.status === 'RETRYING') {
    core.setDue(task, Number.POSITIVE_INFINITY);
    queue(core, task);
    return done;
  }
  if (task.waiting > 0 && task.status === 'PENDING' && task.availableAt <= core.now) {
    return refused(
      'CONFLICT',
      `task ${id} waits for ${task.waiting} unfinished dependencies; remove the edges or wait`,
    );
  }
  return release(core, task);
}

function release(core: CoreState, task: TaskState): Answer<undefined> {
  task.availableAt = 0;
  core.setDue(task, Number.POSITIVE_INFINITY);
  if (task.status === 'HELD') {
    core.move(task, 'PENDING');
    core.moved(task, 'TASK_RELEASED', 'HELD');
  } else {
    core.sync(task, core.ledger.taskRow(task));
    core.ledger.event('TASK_UPDATED', task, { changed: ['startAfter'] });
  }
  considerReady(core, task);
  return done;
}

export function retryNow(core: CoreState, id: string): Answer<undefined> {
  const task = core.tasks.get(id);
  if (task?.status === 'RETRYING') return startNow(core, id);
  return refused(
    'CONFLICT',
    `task ${id} is ${task?.status ?? 'gone'}; only a RETRYING or an ended task can be retried`,
  );
}

/** Hidden from reads; its history stays. Refused while anything still depends on it or it is part of a run. */
export function deleteTask(core: CoreState, id: string): Answer<undefined> {
  const task = core.tasks.get(id);
  if (task === undefined) return refused('NOT_FOUND', `no task ${id}`);
  const why = whyKept(task);
  if (why !== undefined) return refused('CONFLICT', `task ${id} ${why}`);
  if (!isTerminal(task.status)) end(core, task, 'CANCELLED', { reason: 'deleted' });
  core.ledger.batch.deletions.push(id);
  core.ledger.event('TASK_DELETED', task, { key: task.key, status: task.status });
  task.mesh.count(task.status, -1);
  task.deleted = true;
  remember(core, id);
  return done;
}

function whyKept(task: TaskState): string | undefined {
  if (task.deleted) return 'is deleted already';
  if (!isDefaultMesh(task.mesh.id) && task.attempt > 0) {
    return `is part of the history of mesh ${task.mesh.id}, which stays as it was`;
  }
  if (!isBeforeStart(task.status) && !isTerminal(task.status)) return `is ${task.status}; cancel it first`;
  return whyNeeded(task.mesh.graph.outgoing(task.node).map((edge) => task.mesh.at(edge.target)));
}

function whyNeeded(dependents: readonly TaskState[]): string | undefined {
  const unfinished = dependents.filter((target) => !isTerminal(target.status));
  if (unfinished.length === 0) return undefined;
  const keys = unfinished.slice(0, 5).map((target) => target.key);
  return `has unfinished dependents (${keys.join(', ')}); remove their edges or cancel them first`;
}

/** Deletions that are remembered: longer than any command is on its way from its look-up to here. */
const GONE_MAX = 10_000;

/** Memory may let go of the task before a second command about it arrives. */
function remember(core: CoreState, id: string): void {
  core.gone.add(id);
  if (core.gone.size > GONE_MAX) core.gone.delete(core.gone.keys().next().value as string);
}

/** The same for a task that memory has let go of; who waited for it still knows it by its id. */
export function deleteEnded(core: CoreState, ref: TaskRef): Answer<undefined> {
  if (!isDefaultMesh(ref.meshId) && ref.attempt > 0) {
    return refused(
      'CONFLICT',
      `task ${ref.id} is part of the history of mesh ${ref.meshId}, which stays as it was`,
    );
  }
  if (core.buried.has(ref.id)) return refused('CONFLICT', `task ${ref.id} is deleted already`);
  if (core.isGone(ref.id)) return refused('NOT_FOUND', `no task ${ref.id}`);
  const open = [...(core.meshes.get(ref.meshId)?.byKey.values() ?? [])];
  const why = whyNeeded(open.filter((task) => task.pastSources?.has(ref.id)));
  if (why !== undefined) return refused('CONFLICT', `task ${ref.id} ${why}`);
  core.buried.set(ref.id, core.now);
  core.meshes.get(ref.meshId)?.count(ref.status, -1);
  remember(core, ref.id);
  core.ledger.batch.deletions.push(ref.id);
  core.ledger.event(
    'TASK_DELETED',
    { id: ref.id, mesh: { id: ref.meshId } },
    { key: ref.key, status: ref.status },
  );
  return done;
}

/** The notes on an ended task; `spec` is its whole specification with the changed notes. */
export function relabelEnded(core: CoreState, ref: TaskRef, spec: TaskSpec): Answer<undefined> {
  if (core.isGone(ref.id)) return refused('NOT_FOUND', `no task ${ref.id}`);
  core.ledger.respecify(ref.id, spec);
  core.ledger.event('TASK_UPDATED', { id: ref.id, mesh: { id: ref.meshId } }, { changed: LABELS });
  return done;
}

export interface TaskPatch {
  readonly spec: Partial<TaskSpec>;
  /** Undefined: unchanged; null: at once. */
  readonly delayMs?: number | null;
}

export const LABELS: readonly string[] = ['name', 'description', 'tags', 'metadata'];
const WHILE_OPEN = [
  ...LABELS,
  'priority',
  'fairness',
  'retryPolicy',
  'executionTimeoutMs',
  'heartbeatTimeoutMs',
];

export function updateTask(core: CoreState, id: string, patch: TaskPatch): Answer<undefined> {
  const task = openTask(core, id);
  if (isRefusal(task)) return task;
  const changed = [...Object.keys(patch.spec), ...(patch.delayMs === undefined ? [] : ['startAfter'])];
  const fixed = hasNotStarted(task)
    ? undefined
    : changed.find((field) => field !== 'typeKey' && !WHILE_OPEN.includes(field));
  if (fixed !== undefined)
    return refused('CONFLICT', `task ${id} is ${task.status}; ${fixed} can only change before it starts`);
  if (changed.length === 0) return invalid('input', 'names no field to change');
  const queued = task.status === 'QUEUED';
  if (queued) core.unplace(task);
  respecify(core, task, patch.spec);
  core.ledger.event('TASK_UPDATED', task, { changed: changed.filter((field) => field !== 'typeKey') });
  if (patch.delayMs !== undefined) reschedule(core, task, patch.delayMs);
  else if (queued) stayQueued(core, task);
  else if (task.status === 'RUNNING') core.setDue(task, attemptDueAt(task));
  return done;
}

/** With new limits; what has become a milestone completes. */
function stayQueued(core: CoreState, task: TaskState): void {
  const spec = task.spec as TaskSpec;
  core.placeAgain(task);
  if (spec.work === null && task.mesh.status === 'RUNNING') end(core, task, 'COMPLETED', { output: null });
  else
    core.setDue(
      task,
      spec.queueTimeoutMs === null ? Number.POSITIVE_INFINITY : task.queuedAt + spec.queueTimeoutMs,
    );
}

function respecify(core: CoreState, task: TaskState, change: Partial<TaskSpec>): void {
  const limited = 'executionTimeoutMs' in change;
  const spec = {
    ...(task.spec as TaskSpec),
    ...change,
    ...(limited ? { hasDefaultTimeout: false } : undefined),
    ...('retryPolicy' in change ? { hasDefaultInterval: false } : undefined),
  };
  task.spec = spec;
  if (limited && task.live !== null) task.live.timeoutMs = null;
  core.ledger.respecify(task.id, spec, task);
  task.mesh.revision++;
  rankAgain(core, task.mesh, [task]);
}

function reschedule(core: CoreState, task: TaskState, delayMs: number | null): void {
  task.availableAt = delayMs !== null && delayMs > 0 ? core.now + delayMs : 0;
  const from = task.status;
  if (from === 'QUEUED') {
    core.move(task, 'PENDING');
    core.moved(task, 'TASK_PENDING', from);
  } else core.sync(task, core.ledger.taskRow(task));
  core.setDue(task, Number.POSITIVE_INFINITY);
  considerReady(core, task);
}

export function removeEdge(core: CoreState, sourceId: string, targetId: string): Answer<undefined> {
  const target = openTask(core, targetId);
  if (isRefusal(target)) return target;
  if (!hasNotStarted(target)) {
    return refused('CONFLICT', `task ${targetId} is ${target.status}; its dependencies are history`);
  }
  const source = core.tasks.get(sourceId);
  if (source === undefined && target.pastSources?.delete(sourceId)) {
    core.ledger.removeEdge(sourceId, targetId);
    core.ledger.event('EDGE_REMOVED', target.mesh, { sourceId, targetId });
    return done;
  }
  const { graph } = target.mesh;
  const edge = source === undefined ? undefined : graph.edge(source.node, target.node);
  if (source === undefined || source.mesh !== target.mesh || edge === undefined) {
    return refused('NOT_FOUND', `no edge from ${sourceId} to ${targetId}`);
  }
  graph.removeEdge(source.node, target.node);
  target.mesh.revision++;
  core.ledger.removeEdge(sourceId, targetId);
  core.ledger.event('EDGE_REMOVED', target.mesh, { sourceId, targetId, type: edge.type });
  if (edge.type === 'RESOURCE') for (const end of [source, target]) core.wakeBlocked(end);
  else if (!isTerminal(source.status)) target.waiting--;
  rankAgain(core, target.mesh, isTerminal(source.status) ? [] : [source]);
  considerReady(core, target);
  return done;
}

export function cancelMesh(core: CoreState, id: string): Answer<undefined> {
  const mesh = core.meshes.get(id);
  if (mesh === undefined || !isMeshOpen(mesh.status)) {
    return refused(
      'CONFLICT',
      `mesh ${id} has ended${mesh ? ` as ${mesh.status}` : ''}; what has ended stays as it is`,
    );
  }
  if (isDefaultMesh(id))
    return refused('CONFLICT', 'the default mesh never ends; cancel its tasks one by one');
  const from = mesh.status;
  core.ledger.moveMesh(mesh, 'CANCELLED');
  core.ledger.event('MESH_CANCELLED', mesh, {}, from, 'CANCELLED');
  for (const task of mesh.byKey.values()) if (!isTerminal(task.status)) cancel(core, task, 'mesh cancelled');
  return done;
}

export function pauseMesh(core: CoreState, id: string): Answer<undefined> {
  const mesh = core.meshes.get(id);
  if (mesh === undefined || !isMeshOpen(mesh.status))
    return refused('CONFLICT', `mesh ${id} has ended; there is nothing to pause`);
  if (mesh.status === 'PAUSED') return done;
  const queued = [...mesh.byKey.values()].filter((task) => task.status === 'QUEUED');
  for (const task of queued) core.unplace(task);
  core.ledger.moveMesh(mesh, 'PAUSED');
  core.ledger.event('MESH_PAUSED', mesh, {}, 'RUNNING', 'PAUSED');
  for (const task of queued) core.placeAgain(task);
  return done;
}

export function resumeMesh(core: CoreState, id: string): Answer<undefined> {
  const mesh = core.meshes.get(id);
  if (mesh === undefined || !isMeshOpen(mesh.status))
    return refused('CONFLICT', `mesh ${id} has ended; there is nothing to resume`);
  if (mesh.status === 'RUNNING') return done;
  const queued = [...mesh.byKey.values()].filter((task) => task.status === 'QUEUED');
  for (const task of queued) core.unplace(task);
  core.ledger.moveMesh(mesh, 'RUNNING');
  core.ledger.event('MESH_RESUMED', mesh, {}, 'PAUSED', 'RUNNING');
  for (const task of queued) resumeQueued(core, task);
  return done;
}

function resumeQueued(core: CoreState, task: TaskState): void {
  if (task.spec?.work === null) {
    end(core, task, 'COMPLETED', { output: null });
    return;
  }
  const timeoutMs = task.spec?.queueTimeoutMs ?? null;
  core.setDue(task, timeoutMs === null ? Number.POSITIVE_INFINITY : core.now + timeoutMs);
  core.placeAgain(task);
}
