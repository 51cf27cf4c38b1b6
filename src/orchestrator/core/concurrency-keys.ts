/**
 * How many tasks run under each concurrency key, and which wait for it. The core asks before a start and tells of every
 * arrival, start and end. Waiting tasks are woken one per freed place: O(log n) each, never a scan of those who wait.
 */
import { Heap } from '../../kit/heap.js';
import type { TaskState } from '../../lifecycle/mesh-state.js';
import { keyOfTenant } from '../../lifecycle/role.js';
import { PRIORITIES, type Priority } from '../../lifecycle/vocabulary.js';

interface Key {
  readonly running: Set<TaskState>;
  /** QUEUED, wherever it stands. */
  readonly queued: Set<TaskState>;
  /** In the ready queue: each will take a place. Not so who is parked, paused or kept back by a RESOURCE neighbour. */
  readonly ready: Set<TaskState>;
  /** QUEUED and set aside until a place is free. */
  readonly parked: Heap<TaskState>;
}

export type Arrival =
  | { readonly kind: 'queue'; readonly cancel: readonly TaskState[] }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'coalesce'; readonly into: TaskState };

const NONE: readonly TaskState[] = [];
const QUEUE: Arrival = { kind: 'queue', cancel: NONE };

const classOf = (task: TaskState): number => PRIORITIES.indexOf(task.spec?.priority as Priority);

function firstToWake(a: TaskState, b: TaskState): number {
  return classOf(b) - classOf(a) || b.rank - a.rank || a.arrival - b.arrival;
}

export class ConcurrencyKeys {
  readonly #keys = new Map<string, Key>();

  /** What its strategy says of a task that wants to enter the queue now. Nobody's task cancels another's. Changes nothing. */
  judge(task: TaskState): Arrival {
    const wish = task.spec?.concurrency;
    const key = wish ? this.#keys.get(nameOf(task, wish)) : undefined;
    if (!wish || key === undefined) return QUEUE;
    if (wish.strategy === 'QUEUE') return QUEUE;
    const active = activeIn(key).length;
    if (active < wish.limit) return QUEUE;
    if (wish.strategy === 'CANCEL_NEWEST') return { kind: 'cancel' };
    if (wish.strategy === 'COALESCE') {
      const [waiting] = key.queued;
      return waiting === undefined ? QUEUE : { kind: 'coalesce', into: waiting };
    }
    const own = activeIn(key).filter((other) => other.createdBy === task.createdBy);
    return { kind: 'queue', cancel: own.slice(0, active - wish.limit + 1) };
  }

  entered(task: TaskState): void {
    this.#keyOf(task)?.queued.add(task);
  }

  isFull(task: TaskState): boolean {
    const wish = task.spec?.concurrency;
    if (!wish) return false;
    return (this.#keys.get(nameOf(task, wish))?.running.size ?? 0) >= wish.limit;
  }

  /** It stands in the ready queue. */
  ready(task: TaskState): void {
    this.#keyOf(task)?.ready.add(task);
  }

  park(task: TaskState): void {
    const key = this.#keyOf(task);
    key?.ready.delete(task);
    key?.parked.push(task);
  }

  /** Its rank has changed. */
  update(task: TaskState): void {
    const wish = task.spec?.concurrency;
    if (wish) this.#keys.get(nameOf(task, wish))?.parked.update(task);
  }

  /** Something else keeps it back; the place it would have taken is for others. Answers who may now try to start. */
  passed(task: TaskState): readonly TaskState[] {
    const key = this.#keyOf(task);
    key?.ready.delete(task);
    return key === undefined ? NONE : wake(key);
  }

  started(task: TaskState): void {
    const key = this.#keyOf(task);
    key?.queued.delete(task);
    key?.ready.delete(task);
    key?.running.add(task);
  }

  /** It left the queue without starting, or its attempt is really over. Answers who may now try to start. */
  left(task: TaskState): readonly TaskState[] {
    const wish = task.spec?.concurrency;
    const key = wish ? this.#keys.get(nameOf(task, wish)) : undefined;
    if (!wish || key === undefined) return NONE;
    key.queued.delete(task);
    key.ready.delete(task);
    key.running.delete(task);
    key.parked.remove(task);
    const woken = wake(key);
    if (key.running.size === 0 && key.queued.size === 0) this.#keys.delete(nameOf(task, wish));
    return woken;
  }

  #keyOf(task: TaskState): Key | undefined {
    const wish = task.spec?.concurrency;
    if (!wish) return undefined;
    let key = this.#keys.get(nameOf(task, wish));
    if (key === undefined) {
      key = { running: new Set(), queued: new Set(), ready: new Set(), parked: new Heap(firstToWake) };
      this.#keys.set(nameOf(task, wish), key);
    }
    return key;
  }
}

/** Tenants do not share keys. */
function nameOf({ mesh }: TaskState, { key }: { readonly key: string }): string {
  return keyOfTenant(mesh.tenant, key);
}

/** As many as have a free place that nobody in the ready queue is about to take. */
function wake(key: Key): TaskState[] {
  const woken: TaskState[] = [];
  for (;;) {
    const next = key.parked.peek();
    const claimed = key.running.size + key.ready.size + woken.length;
    if (next === undefined || claimed >= (next.spec?.concurrency?.limit ?? 1)) return woken;
    key.parked.pop();
    woken.push(next);
  }
}

/** Oldest first; attempts that are being cancelled keep their place but count no more. */
function activeIn(key: Key): TaskState[] {
  return [...key.running, ...key.queued].filter(
    (task) => task.status === 'RUNNING' || task.status === 'QUEUED',
  );
}
