/** Scored predictions as figures: where results fell between their quantiles, errors in their order, points of the scatter. */
import { describe, expect, it } from 'vitest';
import { calibrationOf, errorCurve, type Scored, scatterOf } from '../../../src/dashboard/learning/scored.js';

function scored(actual: number, at = 0): Scored {
  const about = { taskId: 'task', meshId: 'mesh', typeKey: 'command:a', model: 'hierarchical' };
  return { ...about, p05: 1, p50: 2, p95: 4, actual, at: new Date(at * 1000).toISOString() };
}

describe('scored predictions', () => {
  it('fall into the bands between their quantiles', () => {
    const seen = calibrationOf([0.5, 1, 2, 4, 4.1].map((actual) => scored(actual))).map((band) => band.seen);
    expect(seen).toEqual([0.2, 0.2, 0.4, 0.2]);
    expect(calibrationOf([]).map((band) => band.seen)).toEqual([0, 0, 0, 0]);
  });

  it('have a median error of the latest by then, at times that grow', () => {
    const one = [scored(4, 10), scored(2, 20), scored(1, 20)];
    expect(errorCurve(one)).toEqual([[20], [0.5]]);
    expect(errorCurve([])).toEqual([[], []]);
    const many = Array.from({ length: 45 }, (_, index) => scored(index < 40 ? 2 : 1, index));
    const [times, errors] = errorCurve(many);
    expect([times[0], times.length, errors.at(0), errors.at(-1)]).toEqual([39, 6, 0, 0]);
  });

  it('stand in the scatter by what was predicted, inside and outside of their intervals', () => {
    expect(scatterOf([scored(5), { ...scored(1), p50: 1 }])).toEqual([
      [1, 2],
      [1, null],
      [null, 5],
      [1, 2],
    ]);
  });
});
