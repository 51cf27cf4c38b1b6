/**
 * Tasks by status: seeded from the store, then kept by the committed events, so that a scrape costs no statement. Only the
 * server that leads counts them; the others export none.
 *
 * States: silent (nothing is exported), expecting (events are kept until the seed comes), counting.
 */
import { Gauge, type Registry } from 'prom-client';
import type { CommittedEvent } from '../../events/catalogue.js';

export type CountsByStatus = Readonly<Partial<Record<string, number>>>;

export class TaskMetrics {
  readonly #counts: Map<string, number>;
  #isCounting = false;
  /** Up to here the seed knew all. */
  #seededTo = 0;
  #kept: CommittedEvent[] | undefined;

  constructor(registry: Registry, statuses: readonly string[]) {
    this.#counts = new Map(statuses.map((status) => [status, 0]));
    const counts = (): Iterable<[string, number]> => (this.#isCounting ? this.#counts : []);
    new Gauge({
      name: 'taskmesh_tasks',
      help: 'Tasks by status, deleted ones excluded.',
      labelNames: ['status'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [status, count] of counts())
          this.set({ status: status.toLowerCase() }, Math.max(0, count));
      },
    });
  }

  /** A seed is on its way: what is heard until then counts after it. */
  expect(): void {
    this.#kept ??= [];
  }

  /** What the store holds as of event `seq`; replaces all that was counted so far. */
  seed(counts: CountsByStatus, seq: number): void {
    for (const status of this.#counts.keys()) this.#counts.set(status, counts[status] ?? 0);
    const kept = this.#kept ?? [];
    this.#kept = undefined;
    this.#seededTo = seq;
    this.#isCounting = true;
    for (const event of kept) this.record(event);
  }

  /** Another server counts from now on. */
  forget(): void {
    this.#kept = undefined;
    this.#isCounting = false;
  }

  /** A mesh tells of its first tasks by their number; a deletion names the status that the task had. */
  record(event: CommittedEvent): void {
    if (this.#kept !== undefined) this.#kept.push(event);
    else if (this.#isCounting && event.seq > this.#seededTo) this.#count(event);
  }

  #count({ type, from, to, payload }: CommittedEvent): void {
    if (type === 'MESH_SUBMITTED') this.#add('PENDING', Number(payload.tasks ?? 0));
    if (type === 'TASK_DELETED') this.#add(String(payload.status), -1);
    if (!type.startsWith('TASK_')) return;
    if (from !== null) this.#add(from, -1);
    if (to !== null) this.#add(to, 1);
  }

  #add(status: string, change: number): void {
    const count = this.#counts.get(status);
    if (count !== undefined) this.#counts.set(status, count + change);
  }
}
