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
  /** Attempts that failed or ran out of time, the one that ended included: what `maxAttempts` counts. */
  readonly spent: number;
  /** Attempts lost to crashes, the one that ended excluded. */
  readonly crashes: number;
}

/** Does an attempt that ended so count against `maxAttempts`? */
export function isSpent(outcome: Outcome): boolean {
  return outcome.kind === 'FAILED' || outcome.kind === 'TIMED_OUT';
}

/** Does it count towards quarantine? An orderly end of the program is no fault of the task, however often it happens. */
export function isCrash(outcome: Outcome): boolean {
  return (outcome.kind === 'CRASHED' || outcome.kind === 'CANCELLED') && outcome.failure.code !== 'SHUTDOWN';
}

/** `unit` in [0, 1) is the jitter. Crashes and unwanted stops do not spend the task's own attempts. */
export function judge(outcome: Outcome, spec: TaskSpec, tries: Tries, unit: number): Verdict {
  if (outcome.kind === 'COMPLETED') return { kind: 'complete' };
  if (!isSpent(outcome)) return afterLoss(outcome.failure, isCrash(outcome) ? tries.crashes + 1 : 0);
  const { failure } = outcome;
  const policy = spec.retryPolicy;
  const final = failure.kind === 'REJECTED' || policy.nonRetryableErrors.includes(failure.code);
  if (final || tries.spent >= policy.maxAttempts) return { kind: 'fail', failure };
  return { kind: 'retry', delayMs: Math.round(backoffMs(policy, tries.spent, unit)), failure };
}

function afterLoss(failure: Failure, crashes: number): Verdict {
  if (crashes < CRASHES_MAX) return { kind: 'requeue', failure };
  const message = `lost to crashes ${CRASHES_MAX} times, last: ${failure.message}; rerun the task when the cause is gone`;
  return { kind: 'fail', failure: { kind: 'QUARANTINED', code: 'QUARANTINED', message } };
}
