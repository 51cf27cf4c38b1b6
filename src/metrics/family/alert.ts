/** Alerts that were raised, and what became of telling people. The leader counts; whoever leads later goes on from nought. */
import { Gauge, type Registry } from 'prom-client';
import { Counter } from '../instrument/counter.js';

export class AlertMetrics {
  readonly #raised: Counter;
  readonly #dropped: Counter;
  readonly #deliveries: Counter;
  #firing: () => Readonly<Record<string, number>> | undefined = () => undefined;

  constructor(registry: Registry) {
    this.#raised = new Counter(registry, {
      name: 'taskmesh_alerts_raised_total',
      help: 'Alerts that this server raised while it led, by severity.',
      labelNames: ['severity'],
    });
    this.#dropped = new Counter(registry, {
      name: 'taskmesh_alerts_dropped_total',
      help: 'Alerts that were not raised because their rule has a hundred open ones.',
    });
    this.#deliveries = new Counter(registry, {
      name: 'taskmesh_alert_deliveries_total',
      help: 'Tries to tell of an alert, by channel and outcome: delivered, retried (will be tried again), failed.',
      labelNames: ['channel', 'outcome'],
    });
    const firing = (): Readonly<Record<string, number>> | undefined => this.#firing();
    new Gauge({
      name: 'taskmesh_alerts_firing',
      help: 'Alerts that are not over, by severity, as of the last look of the server that leads.',
      labelNames: ['severity'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [severity, count] of Object.entries(firing() ?? {})) this.set({ severity }, count);
      },
    });
    this.#dropped.increase(0);
    // a series that is born with its first failure has no increase
    for (const channel of ['webhook', 'email'])
      for (const outcome of ['delivered', 'retried', 'failed'])
        this.#deliveries.increase(0, channel, outcome);
  }

  raised(severity: string): void {
    this.#raised.increase(1, severity);
  }

  dropped(count: number): void {
    this.#dropped.increase(count);
  }

  tried(channel: string, outcome: string): void {
    this.#deliveries.increase(1, channel, outcome);
  }

  /** Undefined where this server follows. */
  firingFrom(supplier: () => Readonly<Record<string, number>> | undefined): void {
    this.#firing = supplier;
  }
}
