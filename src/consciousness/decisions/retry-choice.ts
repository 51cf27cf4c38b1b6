/**
 * Whether and after how long to try again, by the class of the error: learned from how often tries after a delay
 * succeeded. Called when an attempt failed; a function of what is known and the failure.
 */
import type { ErrorClass } from '../../learning/error-class.js';
import { candidate, cheapest } from './decision.js';
import type { Candidate, Proposal } from './decision.js';

export const DELAYS_SECONDS = [0, 1, 5, 30, 120, 600] as const;
/** Before anything was seen one try in two succeeds after any delay, with the weight of two tries. */
const PRIOR = { succeeded: 1, tried: 2 } as const;
/** Tries after which a class that never succeeded is no longer retried, and the share below which that is so. */
const GIVE_UP_TRIES = 20;
const GIVE_UP_SHARE = 0.03;
const MEMORY = 0.99;
const Z90 = 1.645;

/** Discounted, one pair for each delay. */
export type RetryRecord = readonly (readonly [tried: number, succeeded: number])[];
export type RetryKnowledge = Readonly<Partial<Record<ErrorClass, RetryRecord>>>;

const NOTHING: RetryRecord = DELAYS_SECONDS.map(() => [0, 0]);

/** A retry ended: it had waited `delaySeconds`, which counts for the nearest of the delays that are tried. */
export function afterRetry(
  before: RetryKnowledge,
  errorClass: ErrorClass,
  delaySeconds: number,
  succeeded: boolean,
): RetryKnowledge {
  const at = nearest(delaySeconds);
  const record = (before[errorClass] ?? NOTHING).map(([tried, good], i): [number, number] =>
    i === at ? [MEMORY * tried + 1, MEMORY * good + (succeeded ? 1 : 0)] : [tried, good],
  );
  return { ...before, [errorClass]: record };
}

function nearest(seconds: number): number {
  const off = (delay: number): number => Math.abs(Math.log1p(delay) - Math.log1p(seconds));
  return DELAYS_SECONDS.reduce<number>(
    (best, d, i) => (off(d) < off(DELAYS_SECONDS[best] as number) ? i : best),
    0,
  );
}

export interface FailedAttempt {
  readonly subject: string;
  readonly errorClass: ErrorClass;
  /** Seconds that one more attempt is expected to run. */
  readonly runSeconds: number;
  /** What the task's own policy would wait. */
  readonly staticDelaySeconds: number;
}

/** Expected seconds until it is done, if each try succeeds with the same probability: (wait + run) / p. */
export function chooseRetry(known: RetryKnowledge, failed: FailedAttempt): Proposal {
  const record = known[failed.errorClass] ?? NOTHING;
  const tried = record.reduce((sum, [count]) => sum + count, 0);
  const succeeded = record.reduce((sum, [, count]) => sum + count, 0);
  const candidates = DELAYS_SECONDS.map((delay, i) => priced(delay, record[i] ?? [0, 0], failed));
  const fallback = candidates[nearest(failed.staticDelaySeconds)] as Candidate;
  const hopeless = tried >= GIVE_UP_TRIES && succeeded / tried < GIVE_UP_SHARE;
  const best = hopeless ? candidate('give up', 0) : cheapest(candidates);
  const asked = {
    kind: 'RETRY',
    subject: failed.subject,
    propensity: 1,
    staticChoice: fallback.name,
  } as const;
  return {
    ...asked,
    candidates: hopeless ? [best, ...candidates] : candidates,
    chosen: best.name,
    reason: hopeless
      ? `of ${tried.toFixed(0)} tries after errors of class ${failed.errorClass} ${succeeded.toFixed(0)} succeeded: another is in vain`
      : `after errors of class ${failed.errorClass} ${best.name} is expected to be done after ${best.mean.toFixed(0)} s, ${fallback.name} after ${fallback.mean.toFixed(0)} s`,
    expectedEffect: hopeless ? failed.runSeconds : fallback.mean - best.mean,
    parameters: hopeless
      ? { giveUp: true }
      : { delaySeconds: DELAYS_SECONDS[candidates.indexOf(best)] as number },
  };
}

function priced(
  delay: number,
  [tried, succeeded]: readonly [number, number],
  failed: FailedAttempt,
): Candidate {
  const weight = tried + PRIOR.tried;
  const p = (succeeded + PRIOR.succeeded) / weight;
  const half = Z90 * Math.sqrt((p * (1 - p)) / weight);
  const cost = (share: number): number => (delay + failed.runSeconds) / Math.max(0.01, share);
  return candidate(`after ${delay} s`, cost(p), cost(Math.min(1, p + half)), cost(p - half));
}
