/** Open subscriptions, and those that could not keep up and were replayed from the store. */
import { Gauge, type Registry } from 'prom-client';
import { Counter } from '../instrument/counter.js';

export class SubscriptionMetrics {
  readonly #resyncs: Counter;
  #open: () => number = () => 0;

  constructor(registry: Registry) {
    const open = (): number => this.#open();
    new Gauge({
      name: 'taskmesh_subscriptions',
      help: 'Subscriptions open now, event streams of REST included.',
      registers: [registry],
      collect() {
        this.set(open());
      },
    });
    this.#resyncs = new Counter(registry, {
      name: 'taskmesh_subscription_resyncs_total',
      help: 'Times a slow subscriber overflowed its buffer and was replayed from the store.',
    });
  }

  /** The door counts them. */
  openFrom(supplier: () => number): void {
    this.#open = supplier;
  }

  resynced(): void {
    this.#resyncs.increase(1);
  }
}
