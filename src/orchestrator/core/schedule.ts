/**
 * Which queued tasks start now, where, and what keeps the others back. Called at the end of every step; it commits the
 * start (attempt row, event, RUNNING) in the batch under construction, so that a completion and the starts it makes
 * possible travel together. Cost: O(log n) per start or per task set aside; nothing when no layer has room.
 */
import { assert } from '../../kit/assert.js';
import { demandOf } from '../../lifecycle/demand.js';
import type { LiveAttempt, TaskState } from '../../lifecycle/mesh-state.js';
import type { TaskSpec } from '../../lifecycle/task.js';
import type { LayerName } from '../../lifecycle/vocabulary.js';
import { NO_EDGE } from '../../mesh/graph.js';
import type { CoreState, Lane } from './core-state.js';
import type { ReadyQueue } from './ready-queue.js';

export function schedule(core: CoreState): void {
  if (core.draining || core.strangers.size > 0) return;
  const stuck = new Set<ReadyQueue>();
  const awaited = new Set<LayerName>();
  // each turn starts one task, sets one aside, or finds that a queue waits
  for (let queue = firstQueue(core, stuck); queue !== undefined; queue = firstQueue(core, stuck)) {
    if (!startFirst(core, queue, awaited)) stuck.add(queue);
  }
}

/** The queue whose first task goes before the first of all others that could start. */
function firstQueue(core: CoreState, stuck: ReadonlySet<ReadyQueue>): ReadyQueue | undefined {
  let first: ReadyQueue | undefined;
  for (const [lane, queue] of core.lanes) {
    if (queue.size === 0 || stuck.has(queue) || !hasRoom(core, lane)) continue;
    if (first === undefined || queue.goesBefore(first)) first = queue;
  }
  return first;
}

function hasRoom(core: CoreState, lane: Lane): boolean {
  return lane === 'ANY' ? core.rooms.hasSlot : !core.rooms.isFull(lane);
}

/**
 * False when the first task finds no layer with room: those behind it wait too, and nobody who comes after it in another
 * queue takes a layer that it waits for, or large tasks would starve.
 */
function startFirst(core: CoreState, queue: ReadyQueue, awaited: Set<LayerName>): boolean {
  const task = queue.peek();
  if (task === undefined) return false;
  const neighbour = neighbourInTheWay(task);
  if (neighbour !== undefined) {
    queue.remove(task);
    core.block(task, neighbour);
    return true;
  }
  if (core.keys.isFull(task)) {
    queue.remove(task);
    core.keys.park(task);
    return true;
  }
  const layer = layerFor(core, task, awaited);
  if (layer === undefined) {
    for (const other of task.spec === null ? [] : core.ports.layersFor(task.spec)) awaited.add(other);
    return false;
  }
  queue.pop();
  start(core, task, layer);
  return true;
}

/** RESOURCE: never both at once; when both are ready the source goes first. */
function neighbourInTheWay({ mesh, node, hasResource }: TaskState): TaskState | undefined {
  if (!hasResource) return undefined;
  const { edges } = mesh.graph;
  for (let edge = edges.firstIncoming(node); edge !== NO_EDGE; edge = edges.nextIncoming(edge)) {
    if (edges.waits(edge)) continue;
    const source = mesh.at(edges.sourceOf(edge));
    if (source.live !== null || source.status === 'QUEUED') return source;
  }
  for (let edge = edges.firstOutgoing(node); edge !== NO_EDGE; edge = edges.nextOutgoing(edge)) {
    if (!edges.waits(edge) && mesh.at(edges.targetOf(edge)).live !== null)
      return mesh.at(edges.targetOf(edge));
  }
  return undefined;
}

function layerFor(
  core: CoreState,
  { spec }: TaskState,
  awaited: ReadonlySet<LayerName>,
): LayerName | undefined {
  if (spec === null) return undefined;
  const demand = demandOf(spec);
  const open: LayerName[] = [];
  for (const layer of core.ports.layersFor(spec)) {
    if (!awaited.has(layer) && core.rooms.grant(layer, demand) !== undefined) open.push(layer);
  }
  return open.length > 1 ? core.ports.chooseLayer(spec, open) : open[0];
}

function start(core: CoreState, task: TaskState, layer: LayerName): void {
  const granted = core.rooms.grant(layer, demandOf(task.spec as TaskSpec));
  assert(granted !== undefined, () => `layer ${layer} was chosen and has no room`);
  core.rooms.take(layer, granted);
  core.keys.started(task);
  core.unblock(task);
  const waitMs = Math.max(0, core.now - task.queuedAt);
  const row = core.move(task, 'RUNNING');
  task.attempt++;
  task.placedOn = layer;
  core.sync(task, row);
  const token = core.ledger.nextSeq;
  const node = core.ports.nodeOf(layer);
  const live: LiveAttempt = {
    attempt: task.attempt,
    token,
    layer,
    node,
    demand: granted,
    waitMs: Math.round(waitMs * 1000) / 1000,
    startedAt: core.now,
    stampedAt: null,
    row: null,
    heartbeatAt: core.now,
    begun: false,
    abort: null,
    overdue: null,
  };
  task.live = live;
  task.mesh.live++;
  core.running.set(live.token, task);
  task.progress = -1;
  core.ledger.batch.attempts.push({
    taskId: task.id,
    attempt: live.attempt,
    token,
    layer,
    node,
    waitMs: live.waitMs,
  });
  core.moved(task, 'TASK_STARTED', 'QUEUED', { attempt: live.attempt, layer, node });
  core.ledger.effect({ kind: 'start', task, live });
  core.setDue(task, attemptDueAt(task));
}

export function attemptBegins(live: LiveAttempt, now: number): void {
  live.begun = true;
  beginTime(live, now);
}

export function beginTime(live: LiveAttempt, now: number): void {
  live.startedAt = now;
  live.heartbeatAt = now;
}

/** When the running attempt is over its time or has been silent too long, whichever comes first. */
export function attemptDueAt(task: TaskState): number {
  if (task.live === null || task.live.abort !== null) return Number.POSITIVE_INFINITY;
  return Math.min(overAt(task), silentAt(task));
}

function overAt({ live, spec }: TaskState): number {
  return (live?.startedAt ?? 0) + (spec?.executionTimeoutMs ?? Number.POSITIVE_INFINITY);
}

export function silentAt({ live, spec }: TaskState): number {
  return (live?.heartbeatAt ?? 0) + (spec?.heartbeatTimeoutMs ?? Number.POSITIVE_INFINITY);
}
