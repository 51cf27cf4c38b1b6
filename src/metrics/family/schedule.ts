/** What became of due times of schedules. The leader counts; whoever leads later goes on from nought. */
import type { Registry } from 'prom-client';
import { TASK_SECONDS } from '../instrument/buckets.js';
import { Counter } from '../instrument/counter.js';
import { Histogram } from '../instrument/histogram.js';

export class ScheduleMetrics {
  readonly #due: Counter;
  readonly #lag: Histogram;

  constructor(registry: Registry) {
    this.#due = new Counter(registry, {
      name: 'taskmesh_schedule_due_total',
      help: 'Due times of schedules by what became of them: started, queued, skipped, missed, refused.',
      labelNames: ['outcome'],
    });
    this.#lag = new Histogram(registry, {
      name: 'taskmesh_schedule_lag_seconds',
      help: 'From a due time until its mesh was there, of those that were not queued.',
      buckets: TASK_SECONDS,
    });
    this.#due.increase(0, 'started');
  }

  decided(outcome: string, count: number, lagMs: number): void {
    this.#due.increase(count, outcome.toLowerCase());
    if (outcome === 'STARTED') this.#lag.observe(lagMs / 1000);
  }
}
