/** Attempts: how many, how long they waited and ran, by layer and outcome. `AttemptWatch` tells of each one. */
import type { Registry } from 'prom-client';
import { TASK_SECONDS } from '../instrument/buckets.js';
import { Counter } from '../instrument/counter.js';
import { Histogram } from '../instrument/histogram.js';

/** Seconds; null where it is not known. */
export interface AttemptEnd {
  readonly layer: string;
  readonly outcome: string;
  readonly waitSeconds: number | null;
  readonly runSeconds: number | null;
}

const LABELS = ['layer', 'outcome'] as const;

export class AttemptMetrics {
  readonly #started: Counter;
  readonly #ended: Counter;
  readonly #wait: Histogram;
  readonly #run: Histogram;

  constructor(registry: Registry) {
    this.#started = new Counter(registry, {
      name: 'taskmesh_attempts_started_total',
      help: 'Attempts started, by layer.',
      labelNames: ['layer'],
    });
    this.#ended = new Counter(registry, {
      name: 'taskmesh_attempts_total',
      help: 'Attempts ended, by layer and outcome.',
      labelNames: LABELS,
    });
    this.#wait = new Histogram(registry, {
      name: 'taskmesh_task_wait_seconds',
      help: 'Time from entering the queue to the start of the attempt, by layer and outcome of the attempt.',
      labelNames: LABELS,
      buckets: TASK_SECONDS,
    });
    this.#run = new Histogram(registry, {
      name: 'taskmesh_task_run_seconds',
      help: 'Run time of attempts, by layer and outcome.',
      labelNames: LABELS,
      buckets: TASK_SECONDS,
    });
  }

  started(layer: string): void {
    this.#started.increase(1, layer.toLowerCase());
  }

  ended({ layer, outcome, waitSeconds, runSeconds }: AttemptEnd): void {
    const where = layer.toLowerCase();
    const how = outcome.toLowerCase();
    this.#ended.increase(1, where, how);
    if (waitSeconds !== null) this.#wait.observe(waitSeconds, where, how);
    if (runSeconds !== null) this.#run.observe(runSeconds, where, how);
  }
}
