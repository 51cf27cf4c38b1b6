/** Figures of scored predictions: pure. Errors over their order, shares below their quantiles, points for the scatter. */
import type { PredictedAndActualQuery } from '../../generated/dashboard/graphql.js';

export type Prediction = PredictedAndActualQuery['predictions']['nodes'][number];
export type Scored = Prediction & { readonly actual: number };

const WINDOW = 40;
/** Below a millisecond nothing is measured. */
const SECONDS_MIN = 0.001;

export function isScored(prediction: Prediction): prediction is Scored {
  return prediction.actual !== null;
}

function median(values: readonly number[]): number {
  const order = [...values].sort((a, b) => a - b);
  const middle = order.length >> 1;
  return order.length % 2 === 1
    ? (order[middle] as number)
    : ((order[middle - 1] as number) + (order[middle] as number)) / 2;
}

function errorOf({ p50, actual }: Scored): number {
  return Math.abs(p50 - actual) / Math.max(actual, SECONDS_MIN);
}

/** Median error of the latest 40 by then: seconds since 1970, shares. The oldest first. */
export function errorCurve(oldestFirst: readonly Scored[]): readonly [number[], number[]] {
  const errors = oldestFirst.map(errorOf);
  const times: number[] = [];
  const medians: number[] = [];
  for (let end = Math.max(1, Math.min(WINDOW, errors.length)); end <= errors.length; end++) {
    const time = Date.parse((oldestFirst[end - 1] as Scored).at) / 1000;
    // Several may be written in one moment; a chart wants times that grow.
    if (time <= (times.at(-1) ?? 0)) continue;
    times.push(time);
    medians.push(median(errors.slice(Math.max(0, end - WINDOW), end)));
  }
  return [times, medians];
}

export interface CalibrationBand {
  readonly name: string;
  readonly expected: number;
  readonly seen: number;
}

/** Where what came lay between the quantiles that were predicted. */
export function calibrationOf(scored: readonly Scored[]): readonly CalibrationBand[] {
  const share = (is: (one: Scored) => boolean): number =>
    scored.length === 0 ? 0 : scored.filter(is).length / scored.length;
  return [
    { name: 'below p05', expected: 0.05, seen: share(({ actual, p05 }) => actual < p05) },
    {
      name: 'p05 to p50',
      expected: 0.45,
      seen: share(({ actual, p05, p50 }) => actual >= p05 && actual < p50),
    },
    {
      name: 'p50 to p95',
      expected: 0.45,
      seen: share(({ actual, p50, p95 }) => actual >= p50 && actual <= p95),
    },
    { name: 'above p95', expected: 0.05, seen: share(({ actual, p95 }) => actual > p95) },
  ];
}

/** By what was predicted, growing: predicted, actual inside the interval, actual outside it, and the line of no error. */
export function scatterOf(scored: readonly Scored[]): (number | null)[][] {
  const order = scored.filter(({ p50 }) => p50 > 0).sort((a, b) => a.p50 - b.p50);
  const isInside = ({ actual, p05, p95 }: Scored): boolean => actual >= p05 && actual <= p95;
  const at = (value: number): number => Math.max(value, SECONDS_MIN);
  return [
    order.map(({ p50 }) => at(p50)),
    order.map((one) => (isInside(one) ? at(one.actual) : null)),
    order.map((one) => (isInside(one) ? null : at(one.actual))),
    order.map(({ p50 }) => at(p50)),
  ];
}
