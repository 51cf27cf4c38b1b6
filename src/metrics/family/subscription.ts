/** Open subscriptions, and those that could not keep up and were replayed from the store. The doors tell of them. */
import { Gauge, type Registry } from 'prom-client';
import { Counter } from '../instrument/counter.js';

export class SubscriptionMetrics {
  readonly #open: Gauge<'field'>;
  readonly #resyncs: Counter;

  constructor(registry: Registry) {
    this.#open = new Gauge({
      name: 'taskmesh_subscriptions',
      help: 'Subscriptions open now, by field.',
      labelNames: ['field'],
      registers: [registry],
    });
    this.#resyncs = new Counter(registry, {
      name: 'taskmesh_subscription_resyncs_total',
      help: 'Times a slow subscriber overflowed its buffer and was replayed from the store.',
    });
  }

  /** `field` is a subscription field of the schema, never what a client sent. */
  opened(field: string): void {
    this.#open.inc({ field }, 1);
  }

  closed(field: string): void {
    this.#open.dec({ field }, 1);
  }

  resynced(): void {
    this.#resyncs.increase(1);
  }
}
