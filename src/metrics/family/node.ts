/** What nodes, or those who pretend to be nodes, said in vain. The cluster layer of the server that leads tells of each. */
import type { Registry } from 'prom-client';
import { Counter } from '../instrument/counter.js';

export class NodeMetrics {
  readonly #refused: Counter;

  constructor(registry: Registry) {
    this.#refused = new Counter(registry, {
      name: 'taskmesh_node_reports_refused_total',
      help: 'Reports from nodes that did not count: no node has sealed them (forged), no report at all (malformed), of an attempt that another node has (not_its_attempt), or that nobody waits for (ended).',
      labelNames: ['reason'],
    });
    for (const reason of ['forged', 'malformed', 'not_its_attempt', 'ended'])
      this.#refused.increase(0, reason);
  }

  refused(reason: string): void {
    this.#refused.increase(1, reason.toLowerCase());
  }
}
