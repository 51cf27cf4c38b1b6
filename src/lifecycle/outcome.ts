/**
 * What the outcome of an attempt means for its task: done, another try after a while, another try at once, or the end.
 * A pure decision; the core carries it out.
 */
import { backoffMs } from '../kit/backoff.js';
import type { Failure, Outcome, TaskSpec } from './task.js';

/** Losses to crashes of the infrastructure after which a task is no longer trusted to run. */
export const CRASHES_MAX = 3;

export type Verdict =
  | { readonly kind: 'complete' }
  | { readonly kind: 'retry'; readonly delayMs: number; readonly failure: Failure }
  | { readonly kind: 'requeue'; readonly failure: Failure }
  | { readonly kind: 'fail'; readonly failure: Failure };

export interface Tries {
  /** Number of the attempt that ended. */
  readonly attempt: number;
  /** Attempts lost to crashes, the one that ended excluded. */
  readonly crashes: number;
}

/** `unit` in [0, 1) is the jitter. Crashes and unwanted stops do not spend the task's own attempts. */
export function judge(outcome: Outcome, spec: TaskSpec, tries: Tries, unit: number): Verdict {
  if (outcome.kind === 'COMPLETED') return { kind: 'complete' };
  if (outcome.kind === 'CRASHED' || outcome.kind === 'CANCELLED') return afterCrash(outcome.failure, tries);
  const { failure } = outcome;
  const policy = spec.retryPolicy;
  const spent = tries.attempt - tries.crashes;
  const final = failure.kind === 'REJECTED' || policy.nonRetryableErrors.includes(failure.code);
  if (final || spent >= policy.maxAttempts) return { kind: 'fail', failure };
  return { kind: 'retry', delayMs: Math.round(backoffMs(policy, spent, unit)), failure };
}

/** An orderly end of the program is no fault of the task, however often it happens. */
function afterCrash(failure: Failure, tries: Tries): Verdict {
  if (failure.code === 'SHUTDOWN') return { kind: 'requeue', failure };
  if (tries.crashes + 1 < CRASHES_MAX) return { kind: 'requeue', failure };
  const message = `lost to crashes ${CRASHES_MAX} times, last: ${failure.message}; rerun the task when the cause is gone`;
  return { kind: 'fail', failure: { kind: 'QUARANTINED', code: 'QUARANTINED', message } };
}
