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
        for (const [status, count] of counts) this.set({ status: status.toLowerCase() }, Math.max(0, count));
      },
    });
  }

  /** What the store holds when the first event is about to be heard; replaces all that was counted so far. Events that it
   * knows already would count twice, which shows as less than zero and is exported as zero. */
  seed(counts: CountsByStatus): void {
    for (const status of this.#counts.keys()) this.#counts.set(status, counts[status] ?? 0);
  }

  /** A mesh tells of its first tasks by their number; a deletion names the status that the task had. */
  record({ type, from, to, payload }: CommittedEvent): void {
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
