/**
 * Which queued tasks start now, where, and what keeps the others back. Called at the end of every step; it commits the
 * start (attempt row, event, RUNNING) in the batch under construction, so that a completion and the starts it makes
 * possible travel together. Cost: O(log n) per start or per task set aside; nothing when no layer has room.
 */
import type { JsonObject } from '../../kit/json.js';
import type { LiveAttempt, TaskState } from '../../lifecycle/mesh-state.js';
import type { TaskSpec } from '../../lifecycle/task.js';
import type { LayerName } from '../../lifecycle/vocabulary.js';
import { NO_EDGE } from '../../mesh/graph.js';
import { demandFor } from './asked.js';
import { type CoreState, type Lane, layerOf } from './core-state.js';
import { standingOf } from '../advice/task-facts.js';
import type { PlanStart } from '../placement/mesh-plans.js';
import { keepBack, letAllBack, letBack } from './kept-back.js';
import type { ReadyQueue } from './ready-queue.js';
import type { Place } from './rooms.js';

/** What the first of a queue waits for: nobody who comes after it takes that, or large tasks would starve. */
type Awaited = Set<LayerName>;

export function schedule(core: CoreState): void {
  if (core.draining || core.strangers.size > 0) return;
  core.plans.beginStep();
  if (core.hasNewRoom && core.kept.size > 0) letAllBack(core);
  core.hasNewRoom = false;
  const stuck = new Set<ReadyQueue>();
  const awaited: Awaited = new Set();
  // each turn starts one task, sets one aside, or finds that a queue waits
  for (let queue = firstQueue(core, stuck); queue !== undefined; queue = firstQueue(core, stuck)) {
    if (!startFirst(core, queue, awaited)) stuck.add(queue);
  }
}

/** The queue whose first task goes before the first of all others that could start. */
function firstQueue(core: CoreState, stuck: ReadonlySet<ReadyQueue>): ReadyQueue | undefined {
  let first: ReadyQueue | undefined;
  for (const [lane, queue] of core.lanes) {
    if (queue.size === 0) core.leaveLane(lane);
    else if (!stuck.has(queue) && hasRoom(core, lane) && (first === undefined || queue.goesBefore(first)))
      first = queue;
  }
  return first;
}

function hasRoom(core: CoreState, lane: Lane): boolean {
  return lane === 'ANY' ? core.rooms.hasSlot : !core.rooms.isFull(layerOf(lane));
}

/** False when the first task finds no layer with room: those behind it wait too. */
function startFirst(core: CoreState, queue: ReadyQueue, awaited: Awaited): boolean {
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
  const open = openLayers(core, task, awaited);
  if (open.length === 0) return awaitLayer(core, queue, task, awaited);
  const word = core.plans.concerns(task, core) ? wordOf(core, task, open) : undefined;
  if (word === 'later') return true;
  if (isWithheld(core, task)) {
    queue.remove(task);
    core.withhold(task);
    return true;
  }
  queue.pop();
  start(core, task, open, word);
  return true;
}

/** Asked last, when it has a place: who is let through starts. No hold makes a task fail for its time in the queue. */
function isWithheld(core: CoreState, task: TaskState): boolean {
  const ms = core.ports.withholdMs?.(task) ?? 0;
  return ms > 0 && core.now + ms < core.queueDueAt(task);
}

/** Where its plan starts it, which has room; undefined: the plan has nothing to say. `later`: look who is the first now. */
function wordOf(
  core: CoreState,
  task: TaskState,
  open: readonly LayerName[],
): PlanStart | 'later' | undefined {
  if (core.waits.get(task)?.isOver === true) return undefined;
  if (!core.plans.hasDecidedOn(task)) {
    if (!core.plans.mayDecide(task.mesh, core.now)) return goOnWaiting(core, task);
    if (core.kept.has(task.mesh)) {
      letBack(core, task.mesh); // they are decided on together; one of them may now be the first
      return 'later';
    }
  }
  const word = core.plans.wordOn(task, core);
  if (word === undefined) return undefined;
  if (word.kind === 'wait') {
    keepBack(core, task, word);
    return 'later';
  }
  if (open.includes(word.layer) && hasRoomAsPlanned(core, task, word)) return word;
  if (core.plans.mayDecide(task.mesh, core.now)) return 'later'; // others have taken it meanwhile
  return goOnWaiting(core, task);
}

/** Nothing is decided anew in this step: who waits goes on waiting until the next, or a flood of other tasks would end every wait. */
function goOnWaiting(core: CoreState, task: TaskState): 'later' | undefined {
  if (!core.waits.has(task)) return undefined;
  core.keepBack(task);
  core.hasNewRoom = true;
  return 'later';
}

function hasRoomAsPlanned(core: CoreState, task: TaskState, { layer, node }: PlanStart): boolean {
  if (node === null) return true;
  const spec = task.spec as TaskSpec;
  return core.rooms.hasRoomOn(layer, node, demandFor(core, task, spec), labelsOf(spec));
}

/** True when there is nothing to wait for but other nodes than there are: then it holds up nobody. */
function awaitLayer(core: CoreState, queue: ReadyQueue, task: TaskState, awaited: Awaited): boolean {
  const { spec } = task;
  if (spec === null) return false;
  const demand = demandFor(core, task, spec);
  const labels = labelsOf(spec);
  const layers = core.ports.layersFor(spec);
  let isPossible = layers.length === 0;
  for (const layer of layers) {
    if (!core.rooms.isPossible(layer, demand, labels)) continue;
    isPossible = true;
    if (labels.length === 0) awaited.add(layer);
  }
  if (isPossible) return false;
  queue.remove(task);
  core.setAside(task);
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

/** Those that can run it and have room. */
function openLayers(core: CoreState, task: TaskState, awaited: ReadonlySet<LayerName>): readonly LayerName[] {
  const { spec } = task;
  if (spec === null) return NO_LAYERS;
  const demand = demandFor(core, task, spec);
  const labels = labelsOf(spec);
  const open: LayerName[] = [];
  for (const layer of core.ports.layersFor(spec)) {
    if (!awaited.has(layer) && core.rooms.hasRoom(layer, demand, labels)) open.push(layer);
  }
  return open;
}

const NO_LAYERS: readonly LayerName[] = [];
const NO_PLAN: PlanStart['candidates'] = [];
const NO_LABELS: readonly string[] = [];

function labelsOf({ nodeSelector }: TaskSpec): readonly string[] {
  return nodeSelector ?? NO_LABELS;
}

function placeOn(core: CoreState, task: TaskState, layer: LayerName): Place {
  const { ports, rooms } = core;
  const spec = task.spec as TaskSpec;
  const demand = demandFor(core, task, spec);
  return rooms.take(layer, demand, labelsOf(spec), (node) => ports.rateNode?.(task, node) ?? null);
}

function placeAsPlanned(core: CoreState, task: TaskState, { layer, node, candidates }: PlanStart): Place {
  if (node === null) return placeOn(core, task, layer);
  const nodes = candidates.flatMap(({ node: name, finishSeconds }) =>
    name === null ? [] : [{ node: name, score: finishSeconds }],
  );
  const spec = task.spec as TaskSpec;
  const wish = { demand: demandFor(core, task, spec), labels: labelsOf(spec) };
  return core.rooms.takeOn({ layer, node }, wish, nodes);
}

/** Only of tasks whose author named no limit. */
export function timeoutMsOf({ ports }: CoreState, task: TaskState, spec: TaskSpec): number | null {
  return spec.hasDefaultTimeout === true ? (ports.timeoutMsOf?.(task) ?? null) : null;
}

/** `word`: of its plan, where that speaks. */
function start(
  core: CoreState,
  task: TaskState,
  open: readonly LayerName[],
  word: PlanStart | undefined,
): void {
  const timeoutMs = timeoutMsOf(core, task, task.spec as TaskSpec);
  const layer =
    word?.layer ?? (open.length > 1 ? core.ports.chooseLayer(task, open) : (open[0] as LayerName));
  const { granted, chosen } =
    word === undefined ? placeOn(core, task, layer) : placeAsPlanned(core, task, word);
  if (core.waits.size > 0) core.waits.delete(task);
  core.keys.started(task);
  core.unblock(task);
  const waitMs = Math.max(0, core.now - task.queuedAt);
  const row = core.move(task, 'RUNNING');
  row.reason = null;
  task.attempt++;
  task.placedOn = layer;
  core.sync(task, row);
  const token = core.ledger.nextSeq;
  const node = chosen?.node ?? core.ports.nodeOf(layer);
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
    timeoutMs,
    openLayers: open.length > 1 ? open : NO_LAYERS,
    placement: chosen?.why ?? null,
    planned: word?.candidates ?? NO_PLAN,
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
  const { attempt } = live;
  const told: JsonObject =
    chosen === undefined ? { attempt, layer, node } : { attempt, layer, node, placement: chosen.why };
  const limited = timeoutMs === null ? told : { ...told, timeoutMs };
  const standing = standingOf(task);
  core.moved(task, 'TASK_STARTED', 'QUEUED', standing === null ? limited : { ...limited, ...standing });
  core.ledger.effect({ kind: 'start', task, live });
  core.setDue(task, attemptDueAt(task));
}

export function attemptBegins(live: LiveAttempt, now: number): void {
  live.begun = true;
  beginTime(live, now);
}

export function beginTime(live: LiveAttempt, now: number): void {
  live.startedAt = now;
  live.heartbeatAt = Math.max(now, live.heartbeatAt);
}

/** When the running attempt is over its time or has been silent too long, whichever comes first. */
export function attemptDueAt(task: TaskState): number {
  if (task.live === null || task.live.abort !== null) return Number.POSITIVE_INFINITY;
  return Math.min(overAt(task), silentAt(task));
}

function overAt({ live, spec }: TaskState): number {
  const limitMs = live?.timeoutMs ?? spec?.executionTimeoutMs ?? Number.POSITIVE_INFINITY;
  return (live?.startedAt ?? 0) + limitMs;
}

export function silentAt({ live, spec }: TaskState): number {
  return (live?.heartbeatAt ?? 0) + (spec?.heartbeatTimeoutMs ?? Number.POSITIVE_INFINITY);
}
