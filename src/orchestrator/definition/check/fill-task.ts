/**
 * From what an author wrote to a complete task: every field that was left out gets its default. Called after a task
 * was read; the result is of use only when nothing was at fault.
 */
import type { Concurrency, Fairness, RetryPolicy, TaskSpec } from '../../../lifecycle/task.js';
import type { Work } from '../../../lifecycle/work.js';
import type { CheckedTask, CheckedTaskPatch, TaskDefaults } from '../mesh-input.js';
import { typeKeyOf } from '../type-key.js';
import type { ReadPatch, ReadRetryPolicy, ReadTask } from './task-fields.js';
import { DURATION_MS_MAX } from './work-fields.js';

const INITIAL_INTERVAL_MS = 1000;
const MAX_INTERVAL_MS = 60_000;
const WAIT_GRACE_MS = 60_000;

/** When only one of the two intervals is given, the default of the other yields to it. */
function fillRetryPolicy(read: ReadRetryPolicy | null | undefined, defaults: TaskDefaults): RetryPolicy {
  const initial =
    read?.initialIntervalMs ?? Math.min(INITIAL_INTERVAL_MS, read?.maxIntervalMs ?? INITIAL_INTERVAL_MS);
  return {
    maxAttempts: read?.maxAttempts ?? defaults.maxAttempts,
    initialIntervalMs: initial,
    backoffCoefficient: read?.backoffCoefficient ?? 2,
    maxIntervalMs: read?.maxIntervalMs ?? Math.max(MAX_INTERVAL_MS, initial),
    jitter: read?.jitter ?? true,
    nonRetryableErrors: read?.nonRetryableErrors ?? [],
  };
}

/** The default of a wait leaves it the time to end. */
function defaultTimeoutMs(work: Work | null | undefined, defaults: TaskDefaults): number {
  if (!work || !('wait' in work)) return defaults.executionTimeoutMs;
  return Math.min(
    DURATION_MS_MAX + WAIT_GRACE_MS,
    Math.max(defaults.executionTimeoutMs, work.wait.durationMs + WAIT_GRACE_MS),
  );
}

function fillConcurrency(read: ReadTask['concurrency']): Concurrency | null {
  return read ? { key: read.key ?? '', limit: read.limit ?? 1, strategy: read.strategy ?? 'QUEUE' } : null;
}

function fillFairness(read: ReadTask['fairness']): Fairness | null {
  return read ? { key: read.key ?? '', weight: read.weight ?? 1 } : null;
}

function fillSpec(read: ReadTask, defaults: TaskDefaults): TaskSpec {
  const work = read.work ?? null;
  const name = read.name ?? read.key ?? '';
  const spec: TaskSpec = {
    key: read.key ?? '',
    name,
    description: read.description ?? null,
    work,
    priority: read.priority ?? 'NORMAL',
    taskType: read.taskType ?? 'SMALL',
    tags: read.tags ?? [],
    layer: read.layer ?? null,
    retryPolicy: fillRetryPolicy(read.retryPolicy, defaults),
    queueTimeoutMs: read.queueTimeoutMs ?? null,
    executionTimeoutMs: read.executionTimeoutMs ?? defaultTimeoutMs(work, defaults),
    heartbeatTimeoutMs: read.heartbeatTimeoutMs ?? null,
    concurrency: fillConcurrency(read.concurrency),
    fairness: fillFairness(read.fairness),
    metadata: read.metadata ?? {},
    typeKey: typeKeyOf(name, work),
  };
  const isWait = work !== null && 'wait' in work;
  return {
    ...spec,
    ...(read.executionTimeoutMs == null && work !== null && !isWait
      ? { hasDefaultTimeout: true }
      : undefined),
    ...(read.retryPolicy?.initialIntervalMs == null && work !== null && !isWait
      ? { hasDefaultInterval: true }
      : undefined),
    ...(read.nodeSelector == null || read.nodeSelector.length === 0
      ? undefined
      : { nodeSelector: [...new Set(read.nodeSelector)].sort() }),
  };
}

export function fillTask(read: ReadTask, defaults: TaskDefaults): CheckedTask {
  return { spec: fillSpec(read, defaults), startAfter: read.startAfter ?? null, hold: read.hold ?? false };
}

/** Only what was written; null means the default again. A new wait brings the timeout it needs along. */
export function fillPatch(read: ReadPatch, defaults: TaskDefaults): CheckedTaskPatch {
  const { startAfter, ...given } = read;
  const filled = fillSpec(given, defaults);
  const written = Object.entries(given).filter(([, value]) => value !== undefined);
  const timeout = given.work && 'wait' in given.work ? { executionTimeoutMs: filled.executionTimeoutMs } : {};
  const spec: CheckedTaskPatch['spec'] = {
    ...timeout,
    ...Object.fromEntries(written.map(([field]) => [field, filled[field as keyof TaskSpec]])),
  };
  return startAfter === undefined ? { spec } : { spec, startAfter };
}
