/**
 * Everything the core holds in memory, and the few moves that every part of it uses. Single-threaded and synchronous:
 * `now` is set once per step, randomness and advice come through ports. Nothing here is durable; the ledger says what
 * becomes so.
 */
import { Fifo } from '../../kit/fifo.js';
import { Heap } from '../../kit/heap.js';
import type { JsonObject } from '../../kit/json.js';
import type { TaskProgressColumns } from '../../lifecycle/batch.js';
import { Ledger } from '../../lifecycle/ledger.js';
import type { ClusterNode } from '../../lifecycle/cluster-node.js';
import type { MeshState } from '../../lifecycle/mesh-state.js';
import type { TaskSpec } from '../../lifecycle/task.js';
import type { TaskState } from '../../lifecycle/mesh-state.js';
import type { LayerName, TaskStatus } from '../../lifecycle/vocabulary.js';
import type { EventType } from '../../events/catalogue.js';
import { MeshPlans } from '../placement/mesh-plans.js';
import type { PlanPorts } from '../placement/planned-mesh.js';
import { ConcurrencyKeys } from './concurrency-keys.js';
import { ReadyQueue, type Turn, Turns } from './ready-queue.js';
import { Rooms } from './rooms.js';

/** What the core may ask: pure functions of their arguments and of what the advisor has learned so far. */
export interface CorePorts extends PlanPorts {
  /** A number in [0, 1) for jitter. */
  unit(): number;
  /** Expected run time in seconds of a task that is not terminal; for order only, so a guess is better than nothing. */
  secondsOf(task: TaskState): number;
  /** Layers that can run the work at all, the author's wish respected. */
  layersFor(spec: TaskSpec): readonly LayerName[];
  chooseLayer(task: TaskState, candidates: readonly LayerName[]): LayerName;
  /** The process that would run it, where the layer is one. */
  nodeOf(layer: LayerName): string;
  /** Seconds that the advisor expects the task to take on that node; null, or no such port: it does not know. */
  rateNode?(task: TaskState, node: ClusterNode): number | null;
  /** How long an attempt may take whose task names no limit; null, or no such port: as long as the task says. */
  timeoutMsOf?(task: TaskState): number | null;
  /** Share of starts of a mesh beside the others, as in `OrderAdvice`; 1, or no such port: as all. */
  weightOf?(mesh: MeshState): number;
  /** For how many ms a task that could start now is held back by a decision; 0, or no such port: not at all. */
  withholdMs?(task: TaskState): number;
}

/** For what a task waits on purpose. */
export interface Waiting {
  /** Its deadline apart from that. */
  readonly queueDueAt: number;
  /** It has waited long enough. */
  readonly isOver: boolean;
  /** Which it had when it last left the queue for that. */
  readonly turn: Turn | undefined;
}

const NO_PAYLOAD: JsonObject = Object.freeze({});

/** `CLUSTER gpu,region=eu`: tasks that ask for labels hold up nobody who does not. */
export type Lane = LayerName | 'ANY' | `${LayerName} ${string}`;

export function layerOf(lane: Exclude<Lane, 'ANY'>): LayerName {
  const end = lane.indexOf(' ');
  return (end < 0 ? lane : lane.slice(0, end)) as LayerName;
}

export class CoreState {
  readonly ports: CorePorts;
  readonly ledger: Ledger;
  readonly meshes = new Map<string, MeshState>();
  readonly tasks = new Map<string, TaskState>();
  /** Those with an attempt that a layer runs or ends, by its token. */
  readonly running = new Map<number, TaskState>();
  readonly rooms = new Rooms();
  readonly keys = new ConcurrencyKeys();
  /**
   * One ready queue for each layer and one for those who may run on several: a full layer holds back only those who can run
   * nowhere else. They take turns as one queue.
   */
  readonly lanes = new Map<Lane, ReadyQueue>();
  /** Tasks set aside because a RESOURCE neighbour runs or goes first, by that neighbour. */
  readonly blocked = new Map<TaskState, Set<TaskState>>();
  /** QUEUED, and no node there is could run it even if it were idle: they wait until the nodes change. */
  readonly homeless = new Set<TaskState>();
  /** QUEUED, had a place, and a decision holds them back until the gate changes. */
  readonly withheld = new Set<TaskState>();
  readonly plans = new MeshPlans();
  /** QUEUED, and kept back by the plan of their mesh for a better place that is busy. */
  readonly kept = new Map<MeshState, Set<TaskState>>();
  /** Of those and of who was so before: their deadline in the queue, and whether they have waited long enough. */
  readonly waits = new Map<TaskState, Waiting>();
  /** A place was given back, or there are others than before, since starts were last looked for. */
  hasNewRoom = false;
  readonly #turns: Turns;
  readonly #blocker = new Map<TaskState, TaskState>();
  /** Queued tasks of paused meshes. */
  readonly paused = new Map<MeshState, Set<TaskState>>();
  readonly timers = new Heap<TaskState>((a, b) => a.dueAt - b.dueAt || a.ordinal - b.ordinal, {
    get: (task) => task.timerPosition,
    set: (task, position) => {
      task.timerPosition = position;
    },
  });
  /** Tasks that reached a terminal status in this step and whose dependents do not know yet. */
  readonly ended: TaskState[] = [];
  /** Terminal tasks in the order of their end, kept a while because a new edge may name them. */
  readonly graveyard = new Fifo<TaskState>();
  /** Tasks deleted after they had left memory, with the time: two such commands may have looked one up at once. */
  readonly buried = new Map<string, number>();
  /** Tasks that were deleted lately: a second command about one may have looked it up before. */
  readonly gone = new Set<string>();
  now = 0;
  /** The process is about to end: what runs may finish, nothing starts any more. */
  draining = false;
  /**
   * Tokens of attempts that were cancelled under an earlier leadership of this process and still end. Memory no longer
   * knows which places they take, so nothing starts before they are gone.
   */
  readonly strangers = new Set<number>();

  constructor(ports: CorePorts, lastEventSeq: number) {
    this.ports = ports;
    this.#turns = new Turns((mesh) => ports.weightOf?.(mesh) ?? 1);
    this.ledger = new Ledger(lastEventSeq);
  }

  /** Deleted, perhaps after the command at hand had looked it up. */
  isGone(id: string): boolean {
    return this.gone.has(id) || (this.tasks.get(id)?.deleted ?? false);
  }

  /** Moves the status, keeps counts and the row's columns in step; the caller sets what is special and adds the event. */
  move(task: TaskState, to: TaskStatus): TaskProgressColumns {
    task.mesh.count(task.status, -1);
    const row = this.ledger.moveTask(task, to);
    task.mesh.count(to, 1);
    this.sync(task, row);
    return row;
  }

  sync(task: TaskState, row: TaskProgressColumns): void {
    row.attempt = task.attempt;
    row.crashes = task.crashes;
    row.placedOn = task.placedOn;
    row.availableInMs = task.availableAt > this.now ? task.availableAt - this.now : null;
  }

  moved(task: TaskState, type: EventType, from: TaskStatus, payload: JsonObject = NO_PAYLOAD): void {
    this.ledger.event(type, task, payload, from, task.status);
  }

  setDue(task: TaskState, at: number): void {
    task.dueAt = at;
    if (at === Number.POSITIVE_INFINITY) this.timers.remove(task);
    else if (!this.timers.update(task)) this.timers.push(task);
  }

  /** Into the ready queue, or aside while its mesh is paused. */
  place(task: TaskState): void {
    if (task.mesh.status === 'PAUSED') this.#setOf(this.paused, task.mesh).add(task);
    else {
      this.laneOf(task).push(task, this.waits.size === 0 ? undefined : this.waits.get(task)?.turn);
      this.keys.ready(task);
    }
  }

  /** Back after `unplace`, for a task that stayed QUEUED. */
  placeAgain(task: TaskState): void {
    this.keys.entered(task);
    this.place(task);
  }

  /** Out of wherever a queued task stands; then those who waited for it may try again. */
  unplace(task: TaskState): void {
    this.laneOf(task).remove(task);
    this.paused.get(task.mesh)?.delete(task);
    this.homeless.delete(task);
    this.withheld.delete(task);
    this.kept.get(task.mesh)?.delete(task);
    this.#endWait(task);
    this.unblock(task);
    this.freed(task);
  }

  /** The task holds its concurrency key and its RESOURCE edges no longer: wake who waits for them. */
  freed(task: TaskState): void {
    for (const woken of this.keys.left(task)) this.place(woken);
    this.wakeBlocked(task);
  }

  wakeBlocked(task: TaskState): void {
    const waiting = this.blocked.get(task);
    if (waiting === undefined) return;
    this.blocked.delete(task);
    for (const other of waiting) {
      this.#blocker.delete(other);
      this.place(other);
    }
  }

  block(task: TaskState, by: TaskState): void {
    this.#setOf(this.blocked, by).add(task);
    this.#blocker.set(task, by);
    for (const woken of this.keys.passed(task)) this.place(woken);
  }

  /** No node could run it. Those behind it must not wait for what may never come. */
  setAside(task: TaskState): void {
    this.homeless.add(task);
    for (const woken of this.keys.passed(task)) this.place(woken);
  }

  /** Its deadline in the queue, whatever else it waits for. */
  queueDueAt(task: TaskState): number {
    return this.waits.get(task)?.queueDueAt ?? task.dueAt;
  }

  #endWait(task: TaskState): void {
    const wait = this.waits.get(task);
    if (wait === undefined) return;
    this.waits.delete(task);
    this.setDue(task, wait.queueDueAt);
    this.ledger.taskRow(task).reason = null;
  }

  /** A task that stands in a queue: its plan waits. Nobody behind it does. */
  keepBack(task: TaskState): void {
    const queue = this.laneOf(task);
    const wait = this.waits.get(task);
    if (wait !== undefined) this.waits.set(task, { ...wait, turn: queue.turnOf(task) });
    queue.remove(task);
    this.#setOf(this.kept, task.mesh).add(task);
    for (const woken of this.keys.passed(task)) this.place(woken);
  }

  /** There are other nodes than before. */
  rehouse(): void {
    this.#placeAll(this.homeless);
  }

  /** A decision holds it back; those behind it go on. */
  withhold(task: TaskState): void {
    this.withheld.add(task);
    for (const woken of this.keys.passed(task)) this.place(woken);
  }

  letGo(): void {
    this.#placeAll(this.withheld);
  }

  #placeAll(set: Set<TaskState>): void {
    const waiting = [...set];
    set.clear();
    for (const task of waiting) this.place(task);
  }

  unblock(task: TaskState): void {
    const by = this.#blocker.get(task);
    if (by === undefined) return;
    this.#blocker.delete(task);
    this.blocked.get(by)?.delete(task);
  }

  laneOf(task: TaskState): ReadyQueue {
    const lane = this.#laneName(task);
    let queue = this.lanes.get(lane);
    if (queue === undefined) {
      queue = new ReadyQueue(this.#turns);
      this.lanes.set(lane, queue);
    }
    return queue;
  }

  /** Lanes of labels come and go with the tasks that ask for them. */
  leaveLane(lane: Lane): void {
    if (lane.includes(' ')) this.lanes.delete(lane);
  }

  #laneName({ spec }: TaskState): Lane {
    if (spec === null) return 'ANY';
    const layers = this.ports.layersFor(spec);
    const layer = (layers.length === 1 ? layers[0] : spec.layer) ?? 'ANY';
    const { nodeSelector } = spec;
    if (layer === 'ANY' || nodeSelector === undefined || nodeSelector.length === 0) return layer;
    return `${layer} ${nodeSelector.join(',')}`;
  }

  #setOf<K>(map: Map<K, Set<TaskState>>, key: K): Set<TaskState> {
    let set = map.get(key);
    if (set === undefined) {
      set = new Set();
      map.set(key, set);
    }
    return set;
  }
}
