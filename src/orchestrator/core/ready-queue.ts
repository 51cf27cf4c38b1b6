/**
 * The queued tasks that could start now, in the order in which they should: priority class, then fairness between keys
 * (stride by weight), then upward rank, then arrival. The core pushes and pops; it never starts anything.
 * Every operation is O(log n) in the number of queued tasks and keys.
 *
 * Fairness is stride scheduling (Waldspurger and Weihl, 1995): each key's pass grows by 1/weight per start, the key with
 * the least pass is next, and a key that comes anew begins at the present pass, so that absence earns no credit.
 * Tasks without a key share by mesh: a mesh of 10,000 tasks does not stand before a mesh of two.
 */
import { Heap } from '../../kit/heap.js';
import type { TaskState } from '../../lifecycle/mesh-state.js';
import { PRIORITIES, type Priority } from '../../lifecycle/vocabulary.js';

interface Share {
  readonly key: string;
  weight: number;
  pass: number;
  readonly tasks: Heap<TaskState>;
}

function earlier(a: TaskState, b: TaskState): number {
  return b.rank - a.rank || a.arrival - b.arrival;
}

const inTask = {
  get: (task: TaskState): number => task.readyPosition,
  set: (task: TaskState, position: number): void => {
    task.readyPosition = position;
  },
};

/**
 * What the queues of all lanes share: the present pass of each priority class, or a lane that was idle would come back
 * with a credit of starts, and the count of arrivals.
 */
export class Turns {
  arrivals = 0;
  readonly #present = new Map<Priority, { pass: number }>(
    PRIORITIES.map((priority) => [priority, { pass: 0 }]),
  );

  of(priority: Priority): { pass: number } {
    return this.#present.get(priority) as { pass: number };
  }
}

/** The first of a queue, and what decides between the first of several. */
export interface Head {
  readonly task: TaskState;
  readonly pass: number;
}

/** Negative: `a` goes first. */
export function goesFirst(a: Head, b: Head): number {
  return classOf(b.task) - classOf(a.task) || a.pass - b.pass || earlier(a.task, b.task);
}

function classOf(task: TaskState): number {
  return PRIORITIES.indexOf(task.spec?.priority ?? 'NORMAL');
}

/** One priority class. */
class FairQueue {
  readonly #shares = new Map<string, Share>();
  readonly #turns = new Heap<Share>((a, b) => a.pass - b.pass || (a.key < b.key ? -1 : 1));
  readonly #present: { pass: number };

  constructor(present: { pass: number }) {
    this.#present = present;
  }

  push(task: TaskState, key: string, weight: number): void {
    let share = this.#shares.get(key);
    if (share === undefined) {
      share = { key, weight, pass: this.#present.pass + 1 / weight, tasks: new Heap(earlier, inTask) };
      this.#shares.set(key, share);
      this.#turns.push(share);
    }
    share.weight = weight;
    share.tasks.push(task);
  }

  peek(): Head | undefined {
    const share = this.#turns.peek();
    const task = share?.tasks.peek();
    return share === undefined || task === undefined ? undefined : { task, pass: share.pass };
  }

  pop(): TaskState | undefined {
    const share = this.#turns.peek();
    const task = share?.tasks.pop();
    if (share === undefined || task === undefined) return undefined;
    this.#present.pass = Math.max(this.#present.pass, share.pass);
    share.pass += 1 / share.weight;
    this.#settle(share);
    return task;
  }

  remove(task: TaskState, key: string): boolean {
    const share = this.#shares.get(key);
    if (share === undefined || !share.tasks.remove(task)) return false;
    this.#settle(share);
    return true;
  }

  update(task: TaskState, key: string): void {
    this.#shares.get(key)?.tasks.update(task);
  }

  #settle(share: Share): void {
    if (share.tasks.size > 0) {
      this.#turns.update(share);
      return;
    }
    this.#turns.remove(share);
    this.#shares.delete(share.key);
  }
}

export class ReadyQueue {
  readonly #classes: ReadonlyMap<Priority, FairQueue>;
  readonly #highestFirst = [...PRIORITIES].reverse();
  readonly #turns: Turns;
  #size = 0;

  constructor(turns = new Turns()) {
    this.#turns = turns;
    this.#classes = new Map(PRIORITIES.map((priority) => [priority, new FairQueue(turns.of(priority))]));
  }

  get size(): number {
    return this.#size;
  }

  push(task: TaskState): void {
    task.arrival = ++this.#turns.arrivals;
    this.#classOf(task).push(task, shareKeyOf(task), task.spec?.fairness?.weight ?? 1);
    this.#size++;
  }

  peek(): Head | undefined {
    return this.#firstClass()?.peek();
  }

  pop(): TaskState | undefined {
    const task = this.#firstClass()?.pop();
    if (task !== undefined) this.#size--;
    return task;
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
    for (const priority of this.#highestFirst) {
      const queue = this.#classes.get(priority);
      if (queue?.peek() !== undefined) return queue;
    }
    return undefined;
  }

  #classOf(task: TaskState): FairQueue {
    return this.#classes.get(task.spec?.priority ?? 'NORMAL') as FairQueue;
  }
}

function shareKeyOf(task: TaskState): string {
  const key = task.spec?.fairness?.key;
  return key === undefined ? `mesh:${task.mesh.id}` : `key:${key}`;
}
