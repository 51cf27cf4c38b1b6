/**
 * Tasks by status: seeded once from the store, then kept by the committed events, so that a scrape costs no statement.
 * A follower that hears every event counts the same as the leader.
 */
import { Gauge, type Registry } from 'prom-client';
import type { CommittedEvent } from '../../events/catalogue.js';

export type CountsByStatus = Readonly<Partial<Record<string, number>>>;

export class TaskMetrics {
  readonly #counts: Map<string, number>;

  constructor(registry: Registry, statuses: readonly string[]) {
    this.#counts = new Map(statuses.map((status) => [status, 0]));
    const counts = this.#counts;
    new Gauge({
      name: 'taskmesh_tasks',
      help: 'Tasks by status, deleted ones excluded.',
      labelNames: ['status'],
      registers: [registry],
      collect() {
        for (const [status, count] of counts) this.set({ status: status.toLowerCase() }, count);
      },
    });
  }

  /** What the store holds when the first event is about to be heard; replaces all that was counted so far. */
  seed(counts: CountsByStatus): void {
    for (const status of this.#counts.keys()) this.#counts.set(status, counts[status] ?? 0);
  }

  record({ type, from, to }: CommittedEvent): void {
    if (!type.startsWith('TASK_')) return;
    if (from !== null) this.#add(from, -1);
    if (to !== null) this.#add(to, 1);
  }

  /** Never below zero on the outside: a seed read a moment too late would otherwise show as a negative count. */
  #add(status: string, change: number): void {
    const count = this.#counts.get(status);
    if (count !== undefined) this.#counts.set(status, Math.max(0, count + change));
  }
}
