/**
 * Whether to hold a start back because a bad window is coming in which it would fail. Called before a start of a type
 * whose failures are periodic; a function of the window, the expected run time and what an hour of waiting is worth.
 */
import type { Window } from '../patterns/temporal/period.js';
import { candidate } from './decision.js';
import type { Proposal } from './decision.js';

export interface StartAhead {
  readonly subject: string;
  readonly nowMs: number;
  /** Quantiles of the run time. */
  readonly runSeconds: { readonly p10: number; readonly p50: number; readonly p90: number };
  /** Probability of failing of an attempt that runs into the window, and of one that does not. */
  readonly failsInside: number;
  readonly failsOutside: number;
  /** What a second of waiting costs in seconds of work: 1 on the critical path, towards 0 where nobody waits. */
  readonly waitWeight: number;
  /** What a failed attempt costs beside its time, in seconds: back-off, and the risk to run out of attempts. */
  readonly failureSeconds: number;
}

/** Null: starting now is not expected to be worse, or the window is over. */
export function holdBefore(window: Window, start: StartAhead): Proposal | null {
  const { nowMs, runSeconds, subject } = start;
  const waitSeconds = (window.toMs - nowMs) / 1000;
  if (waitSeconds <= 0) return null;
  const meets = window.probability * overlap(window, start);
  const extra = meets * Math.max(0, start.failsInside - start.failsOutside);
  // A failure is noticed when it happens: on the average half of the run is lost, and the wait for the end comes anyway.
  const lost = (seconds: number): number =>
    extra * (0.5 * seconds + start.failureSeconds + start.waitWeight * waitSeconds);
  const now = candidate('start now', lost(runSeconds.p50), lost(runSeconds.p10), lost(runSeconds.p90));
  const held = candidate('hold', start.waitWeight * waitSeconds);
  if (held.mean >= now.mean) return null;
  const at = (ms: number): string => new Date(ms).toISOString().slice(11, 19);
  return {
    ...{ kind: 'HOLD', subject, candidates: [now, held], chosen: 'hold', staticChoice: 'start now' },
    reason: `failures are expected between ${at(window.fromMs)} and ${at(window.toMs)} UTC (${(100 * window.probability).toFixed(0)} %), and the run would meet them with ${(100 * meets).toFixed(0)} %: it starts after`,
    expectedEffect: now.mean - held.mean,
    propensity: 1,
    parameters: { untilMs: window.toMs },
  };
}

/** Probability that a run that starts now is still running when the window begins, from its quantiles. */
function overlap({ fromMs }: Window, { nowMs, runSeconds: { p10, p50, p90 } }: StartAhead): number {
  const until = (fromMs - nowMs) / 1000;
  if (until <= 0) return 1;
  const points = [
    [0, 1],
    [p10, 0.9],
    [p50, 0.5],
    [p90, 0.1],
    [2 * p90, 0],
  ] as const;
  for (let i = 1; i < points.length; i++) {
    const [[fromX, fromY], [toX, toY]] = [
      points[i - 1] as readonly [number, number],
      points[i] as readonly [number, number],
    ];
    if (until <= toX) return toX === fromX ? toY : fromY + ((toY - fromY) * (until - fromX)) / (toX - fromX);
  }
  return 0;
}
