/**
 * The queued tasks that could start now, in the order in which they should: priority class, then fairness between keys
 * (stride by weight), then upward rank, then arrival. The core pushes and pops; it never starts anything.
 * Every operation is O(log n) in the number of queued tasks and keys.
 *
 * Fairness is stride scheduling (Waldspurger and Weihl, 1995): each key's pass grows by 1/weight per start, the key with
 * the least pass is next, and a key that comes anew begins at the present pass, so that absence earns no credit.
 * Tasks without a key share by mesh, with the weight that is advised for it, asked for at every start: a mesh of 10,000
 * tasks does not stand before a mesh of two.
 */
import { Heap } from '../../kit/heap.js';
import { keepShape } from '../../kit/keep-shape.js';
import type { MeshState, TaskState } from '../../lifecycle/mesh-state.js';
import { PRIORITIES } from '../../lifecycle/vocabulary.js';
import { keyOfTenant } from '../../lifecycle/role.js';

/** What is queued under one fairness key, or of one mesh where there is none. */
class Share {
  readonly key: ShareKey;
  /** Of arrival; the last word between equal passes. */
  readonly order: number;
  readonly tasks = new Heap<TaskState>(earlier, inTask);
  weight: number;
  pass: number;
  position = -1;

  constructor(key: ShareKey, order: number, weight: number, pass: number) {
    this.key = key;
    this.order = order;
    this.weight = weight;
    this.pass = pass;
  }
}

/** Where a key stands among the others. */
export type Turn = Pick<Share, 'order' | 'pass'>;

/** A mesh stands for itself: making a text of its id for every push and pop cost 0.4 us. */
type ShareKey = string | MeshState;

function earlier(a: TaskState, b: TaskState): number {
  return b.rank - a.rank || a.arrival - b.arrival;
}

const inTask = {
  get: (task: TaskState): number => task.readyPosition,
  set: (task: TaskState, position: number): void => {
    task.readyPosition = position;
  },
};

const inShare = {
  get: (share: Share): number => share.position,
  set: (share: Share, position: number): void => {
    share.position = position;
  },
};

/**
 * What the queues of all lanes share: the present pass of each priority class, or a lane that was idle would come back
 * with a credit of starts, and the counts of arrivals.
 */
export class Turns {
  arrivals = 0;
  shares = 0;
  /** By class. */
  readonly present = PRIORITIES.map(() => ({ pass: 0 }));
  /** Of what a mesh shares where its tasks name no key. */
  readonly weightOf: (mesh: MeshState) => number;

  constructor(weightOf: (mesh: MeshState) => number = () => 1) {
    this.weightOf = weightOf;
  }
}

function classOf(task: TaskState): number {
  return task.spec === null ? NORMAL : PRIORITIES.indexOf(task.spec.priority);
}

const NORMAL = PRIORITIES.indexOf('NORMAL');

/** One priority class. */
class FairQueue {
  readonly #shares = new Map<ShareKey, Share>();
  readonly #heap = new Heap<Share>((a, b) => a.pass - b.pass || a.order - b.order, inShare);
  readonly #turns: Turns;
  readonly #present: { pass: number };

  constructor(turns: Turns, present: { pass: number }) {
    this.#turns = turns;
    this.#present = present;
  }

  /** `turn`: which its key had when it was left on purpose; it comes back before those who came meanwhile, with no credit. */
  push(task: TaskState, key: ShareKey, weight: number, turn?: Turn): void {
    let share = this.#shares.get(key);
    if (share === undefined) {
      const { pass } = this.#present;
      share =
        turn === undefined
          ? new Share(key, ++this.#turns.shares, weight, pass + 1 / weight)
          : new Share(key, turn.order, weight, Math.max(pass, turn.pass));
      this.#shares.set(key, share);
      this.#heap.push(share);
    }
    share.weight = weight;
    share.tasks.push(task);
  }

  turnOf(key: ShareKey): Turn | undefined {
    const share = this.#shares.get(key);
    return share && { order: share.order, pass: share.pass };
  }

  /** The share whose turn it is; it holds a task. */
  get first(): Share | undefined {
    return this.#heap.peek();
  }

  pop(): TaskState | undefined {
    const share = this.#heap.peek();
    const task = share?.tasks.pop();
    if (share === undefined || task === undefined) return undefined;
    this.#present.pass = Math.max(this.#present.pass, share.pass);
    if (typeof share.key !== 'string') share.weight = this.#turns.weightOf(share.key);
    share.pass += 1 / share.weight;
    this.#settle(share);
    return task;
  }

  remove(task: TaskState, key: ShareKey): boolean {
    const share = this.#shares.get(key);
    if (share === undefined || !share.tasks.remove(task)) return false;
    this.#settle(share);
    return true;
  }

  update(task: TaskState, key: ShareKey): void {
    this.#shares.get(key)?.tasks.update(task);
  }

  #settle(share: Share): void {
    if (share.tasks.size > 0) {
      this.#heap.update(share);
      return;
    }
    this.#heap.remove(share);
    this.#shares.delete(share.key);
  }
}

export class ReadyQueue {
  readonly #classes: readonly FairQueue[];
  readonly #turns: Turns;
  #size = 0;

  constructor(turns = new Turns()) {
    this.#turns = turns;
    this.#classes = turns.present.map((present) => new FairQueue(turns, present));
  }

  get size(): number {
    return this.#size;
  }

  push(task: TaskState, turn?: Turn): void {
    // Kept for good: what lost its node, or comes back from a hold or a back-off, stands before what came after it.
    if (task.arrival === 0) task.arrival = ++this.#turns.arrivals;
    this.#classOf(task).push(task, shareKeyOf(task), this.#weightOf(task), turn);
    this.#size++;
  }

  #weightOf({ spec, mesh }: TaskState): number {
    return spec?.fairness?.weight ?? this.#turns.weightOf(mesh);
  }

  peek(): TaskState | undefined {
    return this.#firstClass()?.first?.tasks.peek();
  }

  /** Does its first task go before the first of the other? Both hold one. */
  goesBefore(other: ReadyQueue): boolean {
    const [a, b] = [this.peek() as TaskState, other.peek() as TaskState];
    const order = classOf(b) - classOf(a) || this.#pass - other.#pass || earlier(a, b);
    return order < 0;
  }

  get #pass(): number {
    return this.#firstClass()?.first?.pass ?? 0;
  }

  pop(): TaskState | undefined {
    const task = this.#firstClass()?.pop();
    if (task !== undefined) this.#size--;
    return task;
  }

  /** Of a task that is in the queue. */
  turnOf(task: TaskState): Turn | undefined {
    return this.#classOf(task).turnOf(shareKeyOf(task));
  }

  has(task: TaskState): boolean {
    return task.readyPosition >= 0;
  }

  /** Call before the task's priority or fairness changes. */
  remove(task: TaskState): boolean {
    if (!this.has(task)) return false;
    const removed = this.#classOf(task).remove(task, shareKeyOf(task));
    if (removed) this.#size--;
    return removed;
  }

  /** After the task's rank changed. */
  update(task: TaskState): void {
    if (this.has(task)) this.#classOf(task).update(task, shareKeyOf(task));
  }

  #firstClass(): FairQueue | undefined {
    for (let rank = this.#classes.length - 1; rank >= 0; rank--) {
      const queue = this.#classes[rank];
      if (queue?.first !== undefined) return queue;
    }
    return undefined;
  }

  #classOf(task: TaskState): FairQueue {
    return this.#classes[classOf(task)] as FairQueue;
  }
}

function shareKeyOf(task: TaskState): ShareKey {
  const key = task.spec?.fairness?.key;
  return key === undefined ? task.mesh : keyOfTenant(task.mesh.tenant, key);
}

keepShape(new Share('', 0, 0.5, 0.5));
