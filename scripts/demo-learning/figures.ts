/** What the runs of the demo come to: times against what was possible, errors, and whether intervals hold what they promise. */
import { medianOf } from '../../src/kit/statistics/quantile.js';
import type { DemoRun, Eta, Prediction } from './run.js';

export interface RunFigures {
  readonly run: number;
  /** Is one place slower than it was when this run began? */
  readonly slowed: boolean;
  readonly makespan: number;
  /** The least that was possible, and how many times as long it took. */
  readonly least: number;
  readonly ratio: number;
  /** Tasks of which something could be expected. */
  readonly predicted: number;
  /** Median error as a share of what came; null: nothing was expected. */
  readonly medianError: number | null;
  readonly etas: readonly Eta[];
}

export function figuresOf(
  { makespan, etas, predictions }: DemoRun,
  about: Pick<RunFigures, 'run' | 'slowed' | 'least'>,
): RunFigures {
  const errors = predictions.map(({ p50, actual }) => Math.abs(p50 - actual) / actual);
  return {
    ...about,
    makespan,
    ratio: makespan / about.least,
    predicted: predictions.length,
    medianError: errors.length === 0 ? null : medianOf(errors),
    etas,
  };
}

export interface Calibration {
  readonly count: number;
  /** Shares of what came that was below each quantile; they should be 5, 50 and 95 %. */
  readonly below: { readonly p05: number; readonly p50: number; readonly p95: number };
  readonly inside: number;
}

export function calibrationOf(predictions: readonly Prediction[]): Calibration {
  const share = (is: (one: Prediction) => boolean): number =>
    predictions.filter(is).length / Math.max(1, predictions.length);
  return {
    count: predictions.length,
    below: {
      p05: share(({ actual, p05 }) => actual < p05),
      p50: share(({ actual, p50 }) => actual < p50),
      p95: share(({ actual, p95 }) => actual < p95),
    },
    inside: share(({ actual, p05, p95 }) => actual >= p05 && actual <= p95),
  };
}

/** As it was told at these shares of the run. */
export function etasAt({ etas, makespan }: RunFigures, shares: readonly number[]): Eta[] {
  return shares.flatMap((share) => {
    const told = etas.findLast(({ at }) => at <= share * makespan) ?? etas[0];
    return told === undefined ? [] : [told];
  });
}
