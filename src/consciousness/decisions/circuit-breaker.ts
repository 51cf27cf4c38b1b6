/**
 * Stops work on a dependency, or of a kind, that has begun to fail, and lets it through again when a probe succeeds. Called with
 * every outcome of an attempt that used the dependency or is of the kind; a function of state and outcome. It is a CUSUM on the odds of failing:
 * a dependency that always failed a little has to fail more than it used to.
 */
import { backoffMs } from '../../kit/backoff.js';
import { candidate } from './decision.js';
import type { Proposal } from './decision.js';

/** Where the sum trips: at most three false alarms in 10,000 outcomes, see the test. */
const TRIP = 7;
/** Share of failures of a broken dependency. */
export const BROKEN = 0.8;
/** The usual share: as if 1 of 20 had failed before anything was seen; what it may be estimated as at most. */
const PRIOR = { failed: 1, tried: 20 } as const;
const USUAL_MAX = 0.4;
const MEMORY = 0.995;
/**
 * One probe costs little, waiting for what is back costs all who wait. Measured by `bench:consciousness -- --ablation`: with rests of
 * 15 s to 10 min tasks took longer on the average than without a breaker.
 */
const COOLING = { initialIntervalMs: 5_000, backoffCoefficient: 2, maxIntervalMs: 60_000, jitter: false };

const RESTS = {
  CIRCUIT_BREAK: 'nothing that needs it starts',
  QUARANTINE: 'nothing of the kind starts',
} as const;

export interface Breaker {
  readonly status: 'CLOSED' | 'OPEN' | 'HALF_OPEN';
  readonly sum: number;
  /** Discounted, of quiet times. */
  readonly tried: number;
  readonly failed: number;
  /** Outcomes and failures since the sum rose from zero: they count as usual once it has fallen back to it. */
  readonly outcomes: number;
  readonly failures: number;
  /** Since it last closed. */
  readonly openings: number;
  readonly openUntilMs: number;
}

export const CLOSED_BREAKER: Breaker = {
  ...{ status: 'CLOSED', sum: 0, tried: 0, failed: 0, outcomes: 0, failures: 0, openings: 0, openUntilMs: 0 },
};

export interface BreakerOutcome {
  readonly kind: keyof typeof RESTS;
  /** A dependency, or a kind of task. */
  readonly subject: string;
  readonly atMs: number;
  readonly failed: boolean;
  /** Seconds that a failing attempt costs. */
  readonly seconds: number;
}

export interface BreakerStep {
  readonly breaker: Breaker;
  readonly proposal: Proposal | null;
}

export function afterOutcome(before: Breaker, outcome: BreakerOutcome): BreakerStep {
  if (before.status === 'HALF_OPEN') return outcome.failed ? open(before, outcome) : close(before, outcome);
  // Attempts that were under way when it opened say nothing new.
  if (before.status === 'OPEN') return { breaker: before, proposal: null };
  const usual = usualShare(before);
  const evidence = outcome.failed ? Math.log(BROKEN / usual) : Math.log((1 - BROKEN) / (1 - usual));
  const sum = Math.max(0, before.sum + evidence);
  const rising = { outcomes: before.outcomes + 1, failures: before.failures + (outcome.failed ? 1 : 0) };
  const breaker = { ...before, sum, ...rising };
  if (sum >= TRIP) return open(breaker, outcome);
  return { breaker: sum > 0 ? breaker : settled(breaker), proposal: null };
}

/** May an attempt that needs the dependency start now? While half open one may, and the caller starts one. */
export function admits(breaker: Breaker, nowMs: number): { admitted: boolean; breaker: Breaker } {
  if (breaker.status === 'CLOSED') return { admitted: true, breaker };
  const isTime = breaker.status === 'OPEN' && nowMs >= breaker.openUntilMs;
  return { admitted: isTime, breaker: isTime ? { ...breaker, status: 'HALF_OPEN' } : breaker };
}

function usualShare({ failed, tried }: Breaker): number {
  return Math.min(USUAL_MAX, (failed + PRIOR.failed) / (tried + PRIOR.tried));
}

function settled({ outcomes, failures, tried, failed, ...rest }: Breaker): Breaker {
  const faded = MEMORY ** outcomes;
  return {
    ...rest,
    tried: faded * tried + outcomes,
    failed: faded * failed + failures,
    outcomes: 0,
    failures: 0,
  };
}

function open(before: Breaker, { kind, subject, atMs, seconds }: BreakerOutcome): BreakerStep {
  const openings = before.openings + 1;
  const restMs = backoffMs(COOLING, openings, 0);
  const breaker: Breaker = {
    ...{ ...before, status: 'OPEN', sum: 0, outcomes: 0, failures: 0, openings, openUntilMs: atMs + restMs },
  };
  const usual = `${(100 * usualShare(before)).toFixed(0)} %`;
  const why =
    before.status === 'HALF_OPEN'
      ? `the probe of ${subject} failed`
      : `${subject} failed ${before.failures} times where it usually fails in ${usual}`;
  const wasted = BROKEN * seconds;
  const proposal: Proposal = {
    ...{ kind, subject, chosen: 'open', staticChoice: 'go on', propensity: 1 },
    candidates: [candidate('open', 0, 0, seconds), candidate('go on', wasted, 0, seconds)],
    reason: `${why}: ${RESTS[kind]} for ${restMs / 1000} s, then one attempt probes it`,
    expectedEffect: wasted,
    parameters: { untilMs: breaker.openUntilMs },
  };
  return { breaker, proposal };
}

function close(before: Breaker, { kind, subject }: BreakerOutcome): BreakerStep {
  const proposal: Proposal = {
    ...{ kind, subject, chosen: 'close', staticChoice: 'close', propensity: 1 },
    candidates: [candidate('close', 0)],
    reason: `the probe of ${subject} succeeded: work on it goes on`,
    ...{ expectedEffect: 0, parameters: {} },
  };
  return {
    breaker: { ...before, status: 'CLOSED', sum: 0, outcomes: 0, failures: 0, openings: 0 },
    proposal,
  };
}
