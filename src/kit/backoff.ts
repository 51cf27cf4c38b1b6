/**
 * How long to wait before a retry. Called by the lifecycle (a task's retry policy) and by parts that reconnect.
 * A pure function: the caller draws the random number and owns the timer.
 */

export interface BackoffPolicy {
  readonly initialIntervalMs: number;
  readonly backoffCoefficient: number;
  readonly maxIntervalMs: number;
  readonly jitter: boolean;
}

const INTERVAL_MS_MAX = Number.MAX_SAFE_INTEGER;

/** NaN becomes the fallback, the rest is clamped: a policy read back from storage may hold anything. */
function bounded(value: number, max: number, fallback: number): number {
  return Number.isNaN(value) ? fallback : Math.min(Math.max(value, 0), max);
}

/**
 * Milliseconds to wait after the `attempt`-th failed try (from 1), always finite and in [0, maxIntervalMs].
 * `unit` in [0, 1) chooses the point when the policy has jitter: "full jitter" of Marc Brooker,
 * "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015), the variant with the least work under contention.
 */
export function backoffMs(policy: BackoffPolicy, attempt: number, unit: number): number {
  const initialMs = bounded(policy.initialIntervalMs, INTERVAL_MS_MAX, 0);
  const capMs = bounded(policy.maxIntervalMs, INTERVAL_MS_MAX, initialMs);
  const coefficient = bounded(policy.backoffCoefficient, Number.MAX_VALUE, 1);
  const exponent = bounded(Math.floor(attempt) - 1, Number.MAX_SAFE_INTEGER, 0);
  const grownMs = initialMs === 0 ? 0 : Math.min(initialMs * coefficient ** exponent, capMs);
  return policy.jitter ? grownMs * bounded(unit, 1, 0) : grownMs;
}
