import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../../src/kit/random.js';
import { remainingMean, remainingQuantile } from '../../../../src/kit/statistics/lognormal.js';
import { remainingOf } from '../../../../src/orchestrator/forecast/remaining.js';

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

describe('the mean of what is left', () => {
  it('is the expectation at the start, and the conditional mean later', () => {
    const mean = Math.log(100);
    const sd = 0.4;
    expect(remainingMean({ mean, sd }, 0)).toBeCloseTo(100 * Math.exp(0.08), 6);
    const random = new SeededRandom('lognormal');
    let sum = 0;
    let count = 0;
    for (let i = 0; i < 200_000; i++) {
      const z = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
      const total = Math.exp(mean + sd * z);
      if (total <= 120) continue;
      sum += total - 120;
      count += 1;
    }
    expect(remainingMean({ mean, sd }, 120)).toBeCloseTo(sum / count, 0);
  });

  it('is never negative and never nothing, however late it is', () => {
    for (const elapsed of [1, 50, 99, 150, 1000, 1e6]) {
      expect(remainingMean({ mean: Math.log(100), sd: 0.1 }, elapsed)).toBeGreaterThan(0);
      expect(Number.isFinite(remainingMean({ mean: Math.log(100), sd: 0.1 }, elapsed))).toBe(true);
    }
  });
});
