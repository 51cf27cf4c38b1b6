/** A kind of task in numbers: how often it fails, how long it runs, how long it ran when it failed. A value; JSON. */
import type { Expectation } from '../../memory/episode.js';

export interface TypeProfile {
  readonly attempts: number;
  readonly failures: number;
  /** Of completed attempts: the logarithm of seconds, by Welford's recurrence. */
  readonly completed: number;
  readonly logMean: number;
  readonly logSquares: number;
  /** Seconds of failed attempts together. */
  readonly failedSeconds: number;
}

export const NO_PROFILE: TypeProfile = {
  ...{ attempts: 0, failures: 0, completed: 0, logMean: 0, logSquares: 0, failedSeconds: 0 },
};

const SECONDS_MIN = 0.001;
/** Of the logarithm, before two attempts have completed: a factor of e either way. */
const SD_UNKNOWN = 1;
const TO_P90 = 1.2816;

export function withAttempt(before: TypeProfile, seconds: number, failed: boolean): TypeProfile {
  const attempts = before.attempts + 1;
  if (failed) {
    const failedSeconds = before.failedSeconds + seconds;
    return { ...before, attempts, failures: before.failures + 1, failedSeconds };
  }
  const completed = before.completed + 1;
  const log = Math.log(Math.max(SECONDS_MIN, seconds));
  const off = log - before.logMean;
  const logMean = before.logMean + off / completed;
  return { ...before, attempts, completed, logMean, logSquares: before.logSquares + off * (log - logMean) };
}

/** Of the next attempt; one failure in two attempts stands before everything that was seen. */
export function expectationOf(profile: TypeProfile): Expectation {
  const failure = (profile.failures + 0.5) / (profile.attempts + 2);
  return { failure, logMean: profile.logMean, logSd: logSdOf(profile) };
}

/** Null: none has completed yet. */
export function runSecondsOf(profile: TypeProfile): { p10: number; p50: number; p90: number } | null {
  if (profile.completed === 0) return null;
  const spread = Math.exp(TO_P90 * logSdOf(profile));
  const p50 = Math.exp(profile.logMean);
  return { p10: p50 / spread, p50, p90: p50 * spread };
}

/** Mean seconds of an attempt that failed; of any attempt where none did; null where nothing is known. */
export function failedSecondsOf(profile: TypeProfile): number | null {
  if (profile.failures > 0) return profile.failedSeconds / profile.failures;
  return runSecondsOf(profile)?.p50 ?? null;
}

/** Longer than nine in ten of its kind; null: too few to say. */
export function isSlow(profile: TypeProfile, seconds: number): boolean | null {
  if (profile.completed < 10) return null;
  return Math.log(Math.max(SECONDS_MIN, seconds)) > profile.logMean + TO_P90 * logSdOf(profile);
}

function logSdOf({ completed, logSquares }: TypeProfile): number {
  return completed < 2 ? SD_UNKNOWN : Math.sqrt(logSquares / (completed - 1));
}
