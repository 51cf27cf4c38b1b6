/** Group commit: size and latency of batches and how they were answered. The committer tells of each answer. */
import { Gauge, type Registry } from 'prom-client';
import { BATCH_ROWS, LATENCY_SECONDS } from '../instrument/buckets.js';
import { Counter } from '../instrument/counter.js';
import { Histogram } from '../instrument/histogram.js';

export interface Commit {
  /** Rows of all tables together. */
  readonly rows: number;
  readonly events: number;
  /** From sending to the answer. */
  readonly seconds: number;
}

export class CommitMetrics {
  readonly #answers: Counter;
  readonly #rows: Histogram;
  readonly #seconds: Histogram;
  #waiting: () => number = () => 0;

  constructor(registry: Registry) {
    this.#answers = new Counter(registry, {
      name: 'taskmesh_commits_total',
      help: 'Batches sent to the store, by its answer (applied, fenced, rejected, unknown).',
      labelNames: ['result'],
    });
    this.#rows = new Histogram(registry, {
      name: 'taskmesh_commit_batch_rows',
      help: 'Rows in one applied batch.',
      buckets: BATCH_ROWS,
    });
    this.#seconds = new Histogram(registry, {
      name: 'taskmesh_commit_seconds',
      help: 'Time from sending a batch to its answer.',
      buckets: LATENCY_SECONDS,
    });
    const waiting = (): number => this.#waiting();
    new Gauge({
      name: 'taskmesh_commit_backlog_events',
      help: 'Events decided and not yet committed.',
      registers: [registry],
      collect() {
        this.set(waiting());
      },
    });
  }

  applied({ rows, seconds }: Commit): void {
    this.#answers.increase(1, 'applied');
    this.#rows.observe(rows);
    this.#seconds.observe(seconds);
  }

  refused(result: string): void {
    this.#answers.increase(1, result.toLowerCase());
  }

  backlogFrom(supplier: () => number): void {
    this.#waiting = supplier;
  }
}
