/** Marks of axes: round, within what is shown, and no more than there is room for. */
import { describe, expect, it } from 'vitest';
import { logMarks, marksOf, scaleOf, stepOf, timeMarks } from '../../../src/dashboard/parts/ticks.js';

describe('marks of an axis', () => {
  it('are 1, 2 or 5 times a power of ten', () => {
    expect(marksOf([0, 10.8], 4)).toEqual([0, 5, 10]);
    expect(marksOf([0, 0.7], 4)).toEqual([0, 0.2, 0.4, 0.6]);
    expect(marksOf([-3, 3], 6)).toEqual([-3, -2, -1, 0, 1, 2, 3]);
    expect(marksOf([5, 5], 4)).toEqual([5]);
  });

  it('are round times, days counted from midnight here', () => {
    expect([stepOf(9, 10), stepOf(100, 10), stepOf(4000, 8)]).toEqual([1, 10, 600]);
    expect(timeMarks([95, 245], 3)).toEqual([120, 180, 240]);
    const hour = 3600;
    expect(timeMarks([0, 3 * 86_400], 3, 2 * hour)).toEqual([2, 26, 50].map((at) => at * hour));
  });

  it('are powers of ten on a scale of ratios, with more between few', () => {
    expect(logMarks([0.5, 20])).toEqual([0.5, 1, 2, 5, 10, 20]);
    expect(logMarks([0.001, 1000])).toEqual([0.001, 0.01, 0.1, 1, 10, 100, 1000]);
  });
});

describe('a scale', () => {
  it('takes the ends of values to the ends of places, up or down, by ratio where it is asked to', () => {
    const down = scaleOf([0, 10], [100, 0], false);
    expect([down(0), down(5), down(10)]).toEqual([100, 50, 0]);
    const ratios = scaleOf([1, 100], [0, 10], true);
    expect([ratios(1), ratios(10), ratios(100)].map((at) => Math.round(at * 1e6) / 1e6)).toEqual([0, 5, 10]);
  });
});
