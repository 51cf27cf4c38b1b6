import { describe, expect, it } from 'vitest';
import { normalAbove, normalExceeded, remainingQuantile } from '../../../src/kit/lognormal.js';
import { remainingOf } from '../../../src/orchestrator/forecast/remaining.js';

describe('the normal distribution', () => {
  it('is the textbook one', () => {
    expect(normalAbove(0)).toBeCloseTo(0.5, 6);
    expect(normalAbove(1.6449)).toBeCloseTo(0.05, 5);
    expect(normalAbove(-1)).toBeCloseTo(0.841345, 5);
    for (const share of [0.001, 0.05, 0.3, 0.5, 0.9])
      expect(normalAbove(normalExceeded(share))).toBeCloseTo(share, 3);
  });
});

describe('what is left of a log-normal time', () => {
  const law = { mean: Math.log(10), sd: 0.2 };

  it('is all but what is over while it is young', () => {
    expect(remainingQuantile(0.5, law, 1)).toBeCloseTo(9, 2);
  });

  it('narrows as its end comes near and grows when it is long overdue, without a jump where the tail begins', () => {
    const spread = (elapsed: number): number =>
      remainingQuantile(0.9, law, elapsed) - remainingQuantile(0.1, law, elapsed);
    expect(spread(9)).toBeLessThan(spread(1));
    // 1 / sd standard deviations late are 27 s
    const left = [12, 15, 20, 27, 40, 100].map((elapsed) => remainingQuantile(0.5, law, elapsed));
    expect(left[1]).toBeLessThan(left[0] as number);
    expect(left[4]).toBeGreaterThan(left[3] as number);
    expect(left[5]).toBeGreaterThan(left[4] as number);
    for (const value of left) expect(value).toBeGreaterThan(0);
    const edge = 10 * Math.exp(3.5 * 0.2);
    const [before, after] = [edge * 0.999, edge * 1.001].map((at) => remainingQuantile(0.5, law, at));
    expect((after as number) / (before as number)).toBeGreaterThan(0.95);
    expect((after as number) / (before as number)).toBeLessThan(1.05);
  });

  it('of what is planned is the rest of the plan', () => {
    const planned = { p10: 5, p50: 5, p90: 5 };
    expect(remainingOf(planned, 3, true)).toEqual({ p10: 2, p50: 2, p90: 2 });
    expect(remainingOf(planned, 9, true)).toEqual({ p10: 0, p50: 0, p90: 0 });
    const overdue = remainingOf({ p10: 8, p50: 10, p90: 12 }, 30, false);
    expect(overdue.p10).toBeGreaterThan(0);
    expect(overdue.p90).toBeGreaterThan(overdue.p50);
  });
});
