/**
 * Which queued tasks start now, where, and what keeps the others back. Called at the end of every step; it commits the
 * start (attempt row, event, RUNNING) in the batch under construction, so that a completion and the starts it makes
 * possible travel together. Cost: O(log n) per start or per task set aside; nothing when no layer has room.
 */
import { demandOf } from '../../lifecycle/demand.js';
import type { Demand } from '../../lifecycle/demand.js';
import type { LiveAttempt, TaskState } from '../../lifecycle/mesh-state.js';
import type { LayerName } from '../../lifecycle/vocabulary.js';
import type { CoreState, Lane } from './core-state.js';
import { goesFirst, type Head, type ReadyQueue } from './ready-queue.js';

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
  let best: Head | undefined;
  for (const [lane, queue] of core.lanes) {
    if (queue.size === 0 || stuck.has(queue) || !hasRoom(core, lane)) continue;
    const head = queue.peek();
    if (head === undefined || (best !== undefined && goesFirst(best, head) <= 0)) continue;
    first = queue;
    best = head;
  }
  return first;
}

function hasRoom(core: CoreState, lane: Lane): boolean {
  if (lane !== 'ANY') return !core.rooms.isFull(lane);
  return core.rooms.names().some((layer) => !core.rooms.isFull(layer));
}

/**
 * False when the first task finds no layer with room: those behind it wait too, and nobody who comes after it in another
 * queue takes a layer that it waits for, or large tasks would starve.
 */
function startFirst(core: CoreState, queue: ReadyQueue, awaited: Set<LayerName>): boolean {
  const task = queue.peek()?.task;
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
  const place = placeFor(core, task, awaited);
  if (place === undefined) {
    for (const layer of task.spec === null ? [] : core.ports.layersFor(task.spec)) awaited.add(layer);
    return false;
  }
  queue.pop();
  start(core, task, place.layer, place.granted);
  return true;
}

/** RESOURCE: never both at once; when both are ready the source goes first. */
function neighbourInTheWay(task: TaskState): TaskState | undefined {
  const { graph } = task.mesh;
  for (const edge of graph.incoming(task.node)) {
    if (edge.type !== 'RESOURCE') continue;
    const source = task.mesh.at(edge.source);
    if (source.live !== null || source.status === 'QUEUED') return source;
  }
  for (const edge of graph.outgoing(task.node)) {
    if (edge.type === 'RESOURCE' && task.mesh.at(edge.target).live !== null) return task.mesh.at(edge.target);
  }
  return undefined;
}

function placeFor(
  core: CoreState,
  task: TaskState,
  awaited: ReadonlySet<LayerName>,
): { layer: LayerName; granted: Demand } | undefined {
  const spec = task.spec;
  if (spec === null) return undefined;
  const demand = demandOf(spec);
  const open = core.ports
    .layersFor(spec)
    .filter((layer) => !awaited.has(layer) && core.rooms.grant(layer, demand) !== undefined);
  if (open.length === 0) return undefined;
  const layer = open.length === 1 ? (open[0] as LayerName) : core.ports.chooseLayer(spec, open);
  const granted = core.rooms.grant(layer, demand);
  return granted === undefined ? undefined : { layer, granted };
}

function start(core: CoreState, task: TaskState, layer: LayerName, granted: Demand): void {
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
    heartbeatAt: core.now,
    abort: null,
    overdue: null,
  };
  task.live = live;
  task.mesh.live++;
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
