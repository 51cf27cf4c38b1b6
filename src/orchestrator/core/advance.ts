/**
 * How the mesh moves by itself: a task whose dependencies are met enters the queue, a task that ends tells its
 * dependents, a mesh whose last task ended ends. Called by every command and outcome; iterative, so that a chain of
 * 100,000 milestones does not overflow the stack. Cost: O(edges of the tasks that changed).
 */
import type { Json, JsonObject } from '../../kit/json.js';
import type { AttemptOutcomeRow } from '../../lifecycle/batch.js';
import type { Failure } from '../../lifecycle/task.js';
import type { LiveAttempt, TaskState } from '../../lifecycle/mesh-state.js';
import { isMeshOpen, isTerminal, type TaskStatus, type TerminalStatus } from '../../lifecycle/vocabulary.js';
import { countsOf, outcomeOf, type MeshState } from '../../lifecycle/mesh-state.js';
import { isDefaultMesh } from '../../lifecycle/default-mesh.js';
import type { EventType } from '../../events/catalogue.js';
import { NO_EDGE } from '../../mesh/graph.js';
import type { CoreState } from './core-state.js';

const END_EVENTS: Readonly<Record<TerminalStatus, EventType>> = {
  COMPLETED: 'TASK_COMPLETED',
  FAILED: 'TASK_FAILED',
  CANCELLED: 'TASK_CANCELLED',
  SKIPPED: 'TASK_SKIPPED',
  UPSTREAM_FAILED: 'TASK_UPSTREAM_FAILED',
};

export interface Ending {
  readonly failure?: Failure;
  readonly output?: Json;
  readonly reason?: string;
  /** Of the attempt that ended it. */
  readonly runMs?: number;
}

/** For a PENDING task: if nothing keeps it back any more, it enters the queue or waits for its time. */
export function considerReady(core: CoreState, task: TaskState): void {
  if (task.status !== 'PENDING' || task.waiting > 0) return;
  if (task.availableAt > core.now) core.setDue(task, task.availableAt);
  else enterQueue(core, task);
}

/** First arrival in the queue: here the concurrency strategy speaks. */
export function enterQueue(core: CoreState, task: TaskState): void {
  const arrival = core.keys.judge(task);
  const key = task.spec?.concurrency?.key;
  if (arrival.kind === 'cancel') {
    end(core, task, 'CANCELLED', {
      reason: `concurrency key "${key}" is full and its strategy is CANCEL_NEWEST`,
    });
  } else if (arrival.kind === 'coalesce') {
    end(core, task, 'SKIPPED', {
      reason: `coalesced into waiting task ${arrival.into.id} of concurrency key "${key}"`,
    });
  } else {
    for (const other of arrival.cancel) {
      cancel(core, other, `concurrency key "${key}": cancelled for newer task ${task.id}`);
    }
    queue(core, task);
  }
}

/** Into QUEUED, from a first arrival, a back-off that is over or a lost attempt. A milestone completes at once. */
export function queue(core: CoreState, task: TaskState, payload?: JsonObject): void {
  const from = task.status;
  task.availableAt = 0;
  task.queuedAt = core.now;
  core.move(task, 'QUEUED');
  core.moved(task, 'TASK_QUEUED', from, payload);
  const timeoutMs = task.spec?.queueTimeoutMs ?? null;
  core.setDue(task, timeoutMs === null ? Number.POSITIVE_INFINITY : core.now + timeoutMs);
  core.keys.entered(task);
  if (task.spec?.work === null && task.mesh.status === 'RUNNING')
    end(core, task, 'COMPLETED', { output: null });
  else core.place(task);
}

/** To a terminal status. Dependents hear of it in `settle`, after the whole command has spoken. */
export function end(core: CoreState, task: TaskState, to: TerminalStatus, ending: Ending = {}): void {
  const from = task.status;
  if (from === 'QUEUED') core.unplace(task);
  task.availableAt = 0;
  const row = core.move(task, to);
  row.failure = ending.failure ?? null;
  row.reason = ending.reason ?? null;
  if (to === 'COMPLETED') {
    row.output = ending.output ?? null;
    if (task.feedsData) task.outputBytes = Buffer.byteLength(JSON.stringify(row.output));
  }
  core.moved(task, END_EVENTS[to], from, endPayload(task, ending));
  core.setDue(task, Number.POSITIVE_INFINITY);
  task.endedAt = core.now;
  if (task.live === null) task.spec = null;
  core.ended.push(task);
}

function endPayload({ attempt }: TaskState, { failure, reason, runMs }: Ending): JsonObject {
  if (failure === undefined && reason === undefined && runMs !== undefined) return { attempt, runMs };
  const told: { [name: string]: Json } = {};
  if (attempt > 0) told.attempt = attempt;
  if (failure) told.failure = { ...failure };
  if (reason) told.reason = reason;
  if (runMs !== undefined) told.runMs = runMs;
  return told;
}

/** The row of an attempt that ends. */
export function outcomeRow(
  task: TaskState,
  live: LiveAttempt,
  { outcome, failure, measured }: Pick<AttemptOutcomeRow, 'outcome' | 'failure' | 'measured'>,
): AttemptOutcomeRow {
  return {
    taskId: task.id,
    meshId: task.mesh.id,
    attempt: live.attempt,
    token: live.token,
    layer: live.layer,
    node: live.node,
    waitMs: live.waitMs,
    startedAt: live.stampedAt,
    outcome,
    failure,
    measured,
  };
}

/** Cancels a task in any open status. A running attempt is told to stop and keeps its place until it has. */
export function cancel(core: CoreState, task: TaskState, reason: string): void {
  const live = task.live;
  if (task.status === 'RUNNING' && live !== null) {
    const key = { taskId: task.id, attempt: live.attempt, token: live.token };
    live.row = outcomeRow(task, live, { outcome: 'CANCELLED', failure: null, measured: null });
    core.ledger.batch.outcomes.push(live.row);
    if (live.abort === null) core.ledger.effect({ kind: 'abort', key, reason: 'CANCELLED' });
    live.abort = 'CANCELLED';
  }
  end(core, task, 'CANCELLED', { reason });
}

/** Tells dependents of every task that ended, and ends meshes, until nothing moves by itself any more. */
export function settle(core: CoreState): void {
  for (let task = core.ended.pop(); task !== undefined; task = core.ended.pop()) {
    const { mesh, node, status } = task;
    const { edges } = mesh.graph;
    for (let edge = edges.firstOutgoing(node); edge !== NO_EDGE; edge = edges.nextOutgoing(edge)) {
      if (!edges.waits(edge)) continue;
      const satisfied = status === 'COMPLETED' || edges.typeOf(edge) === 'SOFT';
      const target = mesh.at(edges.targetOf(edge));
      if (task.feedsData && status === 'COMPLETED' && edges.typeOf(edge) === 'DATA') feed(target, task);
      resolve(core, target, task, satisfied);
    }
    core.graveyard.push(task);
    if (mesh.open === 0) endMesh(core, mesh);
  }
}

function feed(target: TaskState, source: TaskState): void {
  target.inputCount++;
  target.inputBytes += source.outputBytes;
}

function resolve(core: CoreState, target: TaskState, source: TaskState, satisfied: boolean): void {
  if (isTerminal(target.status)) return;
  target.waiting--;
  target.depth = Math.max(target.depth, source.depth + 1);
  if (satisfied) considerReady(core, target);
  else doom(core, target, source);
}

/** A dependency that the task cannot do without has ended otherwise. */
export function doom(
  core: CoreState,
  task: TaskState,
  source: TaskState | { key: string; status: TaskStatus },
): void {
  end(core, task, 'UPSTREAM_FAILED', { reason: `"${source.key}" ended as ${source.status}` });
}

function endMesh(core: CoreState, mesh: MeshState): void {
  if (!isMeshOpen(mesh.status) || isDefaultMesh(mesh.id)) return;
  const from = mesh.status;
  const outcome = outcomeOf(mesh);
  core.ledger.moveMesh(mesh, outcome);
  core.ledger.event(`MESH_${outcome}`, mesh, { counts: countsOf(mesh) }, from, outcome);
}
