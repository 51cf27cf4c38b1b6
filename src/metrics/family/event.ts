/**
 * Committed events by type, and how long after its commit an event is heard here. The lag compares this machine's clock
 * with the database's: with skewed clocks it is wrong by the skew, and never below zero.
 */
import { Gauge, type Registry } from 'prom-client';
import type { CommittedEvent } from '../../events/catalogue.js';
import { LATENCY_SECONDS } from '../instrument/buckets.js';
import { Counter, type CounterSeries } from '../instrument/counter.js';
import { Histogram } from '../instrument/histogram.js';

export class EventMetrics {
  readonly #events: Counter;
  readonly #lag: Histogram;
  readonly #byType = new Map<string, CounterSeries>();
  readonly #wall: () => number;
  #lastSeq = 0;

  constructor(registry: Registry, wall: () => number) {
    this.#wall = wall;
    this.#events = new Counter(registry, {
      name: 'taskmesh_events_total',
      help: 'Committed events heard, by type.',
      labelNames: ['type'],
    });
    this.#lag = new Histogram(registry, {
      name: 'taskmesh_event_lag_seconds',
      help: 'Time from the commit of the oldest event of a batch to its arrival at the bus.',
      buckets: LATENCY_SECONDS,
    });
    const lastSeq = (): number => this.#lastSeq;
    new Gauge({
      name: 'taskmesh_event_sequence',
      help: 'Sequence number of the last event heard.',
      registers: [registry],
      collect() {
        this.set(lastSeq());
      },
    });
  }

  /** A batch in ascending order of `seq`. */
  record(events: readonly CommittedEvent[]): void {
    const [oldest] = events;
    if (oldest === undefined) return;
    this.#lag.observe(Math.max(0, this.#wall() - oldest.at) / 1000);
    for (const { type } of events) this.#seriesOf(type).count++;
    this.#lastSeq = Math.max(this.#lastSeq, events.at(-1)?.seq ?? 0);
  }

  #seriesOf(type: string): CounterSeries {
    let series = this.#byType.get(type);
    if (series === undefined) {
      series = this.#events.series(type.toLowerCase());
      this.#byType.set(type, series);
    }
    return series;
  }
}
