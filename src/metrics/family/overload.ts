/** What was refused because this process had too much to do. The gate of the doors tells of each. */
import type { Registry } from 'prom-client';
import { Counter } from '../instrument/counter.js';

export class OverloadMetrics {
  readonly #refusals: Counter;

  constructor(registry: Registry) {
    this.#refusals = new Counter(registry, {
      name: 'taskmesh_overload_refusals_total',
      help: 'Requests refused under overload: too many at once (requests), or others waited too long for their turn (lag).',
      labelNames: ['reason'],
    });
    for (const reason of ['requests', 'lag']) this.#refusals.increase(0, reason);
  }

  refused(reason: string): void {
    this.#refusals.increase(1, reason);
  }
}
