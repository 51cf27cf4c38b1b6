/** Attempts as the committed events tell of them. */
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import type { CommittedEvent } from '../../../src/events/catalogue.js';
import { AttemptWatch } from '../../../src/metrics/attempt-watch.js';
import { AttemptMetrics } from '../../../src/metrics/family/attempt.js';
import { attempt, event } from './filled-metrics.js';

const started = event(2, 'TASK_STARTED', ['QUEUED', 'RUNNING'], { at: 10, payload: { layer: 'LOCAL' } });

async function told(
  events: readonly CommittedEvent[],
  tasksMax?: number,
): Promise<{ text: string; size: number }> {
  const registry = new Registry();
  const watch = new AttemptWatch(new AttemptMetrics(registry), tasksMax);
  for (const one of events) watch.record(one);
  return { text: await registry.metrics(), size: watch.size };
}

describe('an attempt', () => {
  it('has waited since it was queued and run since it started', async () => {
    const { text } = await told(attempt('t', 'LOCAL', [1000, 1500, 4500]));
    expect(text).toContain('taskmesh_attempts_started_total{layer="local"} 1');
    expect(text).toContain('taskmesh_task_wait_seconds_sum{layer="local",outcome="completed"} 0.5');
    expect(text).toContain('taskmesh_task_run_seconds_sum{layer="local",outcome="completed"} 3');
  });

  it('has run as long as its layer measured, where it did', async () => {
    const done = event(3, 'TASK_COMPLETED', ['RUNNING', 'COMPLETED'], { at: 99, payload: { runMs: 7 } });
    const { text } = await told([started, done]);
    expect(text).toContain('taskmesh_task_run_seconds_sum{layer="local",outcome="completed"} 0.007');
  });

  it.each([
    ['TASK_FAILED', 'FAILED', { failure: { kind: 'ERROR' } }, 'failed'],
    ['TASK_FAILED', 'FAILED', { failure: { kind: 'TIMEOUT' } }, 'timed_out'],
    ['TASK_FAILED', 'FAILED', { failure: { kind: 'QUARANTINED' } }, 'crashed'],
    ['TASK_RETRYING', 'RETRYING', { failure: { kind: 'ERROR' } }, 'failed'],
    ['TASK_QUEUED', 'QUEUED', { lost: { kind: 'CRASHED' } }, 'crashed'],
    ['TASK_CANCELLED', 'CANCELLED', {}, 'cancelled'],
  ] as const)('that ends with %s to %s and %o has the outcome %s', async (type, to, payload, outcome) => {
    const { text } = await told([started, event(3, type, ['RUNNING', to], { at: 20, payload })]);
    expect(text).toContain(`taskmesh_attempts_total{layer="local",outcome="${outcome}"} 1`);
  });

  it('that started before this process is counted without its times', async () => {
    const { text } = await told([event(3, 'TASK_COMPLETED', ['RUNNING', 'COMPLETED'])]);
    expect(text).toContain('taskmesh_attempts_total{layer="unknown",outcome="completed"} 1');
    expect(text).not.toContain('taskmesh_task_run_seconds_count{');
  });

  it('is none where a milestone completes out of the queue', async () => {
    const queued = event(1, 'TASK_QUEUED', ['PENDING', 'QUEUED']);
    const { text, size } = await told([queued, event(2, 'TASK_COMPLETED', ['QUEUED', 'COMPLETED'])]);
    expect(text).not.toContain('taskmesh_attempts_total{');
    expect(size).toBe(0);
  });

  it('is forgotten when it ends, and a queue without end is not remembered without end', async () => {
    expect((await told(attempt('t', 'LOCAL', [0, 1, 2]))).size).toBe(0);
    const many = Array.from({ length: 50 }, (_, n) =>
      event(n, 'TASK_QUEUED', ['PENDING', 'QUEUED'], { taskId: `t${n}` }),
    );
    expect((await told(many, 10)).size).toBe(10);
  });
});
