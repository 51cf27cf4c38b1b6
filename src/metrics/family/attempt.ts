/** Attempts: how many, how long they waited and ran, by layer and outcome. `AttemptWatch` tells of each one. */
import type { Registry } from 'prom-client';
import { TASK_SECONDS } from '../instrument/buckets.js';
import { Counter, type CounterSeries } from '../instrument/counter.js';
import { Histogram, type HistogramSeries } from '../instrument/histogram.js';

/** Seconds; null where it is not known. */
export interface AttemptEnd {
  readonly layer: string;
  readonly outcome: string;
  readonly waitSeconds: number | null;
  readonly runSeconds: number | null;
}

/** A time that is never known leaves no series behind. */
interface Ends {
  readonly labels: readonly [layer: string, outcome: string];
  readonly ended: CounterSeries;
  wait?: HistogramSeries;
  run?: HistogramSeries;
}

interface OfLayer {
  readonly started: CounterSeries;
  /** By outcome. */
  readonly ends: Map<string, Ends>;
}

const LABELS = ['layer', 'outcome'] as const;

export class AttemptMetrics {
  readonly #layers = new Map<string, OfLayer>();
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
    this.#of(layer).started.count++;
  }

  ended({ layer, outcome, waitSeconds, runSeconds }: AttemptEnd): void {
    const ends = this.#endsOf(layer, outcome);
    ends.ended.count++;
    if (waitSeconds !== null) (ends.wait ??= this.#wait.series(...ends.labels)).observe(waitSeconds);
    if (runSeconds !== null) (ends.run ??= this.#run.series(...ends.labels)).observe(runSeconds);
  }

  #of(layer: string): OfLayer {
    let known = this.#layers.get(layer);
    if (known === undefined) {
      known = { started: this.#started.series(layer.toLowerCase()), ends: new Map() };
      this.#layers.set(layer, known);
    }
    return known;
  }

  #endsOf(layer: string, outcome: string): Ends {
    const { ends } = this.#of(layer);
    let known = ends.get(outcome);
    if (known === undefined) {
      const labels = [layer.toLowerCase(), outcome.toLowerCase()] as const;
      known = { labels, ended: this.#ended.series(...labels) };
      ends.set(outcome, known);
    }
    return known;
  }
}
