/** Distributions against values from tables (R 4.3) and against their own definitions. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { benjaminiHochberg } from '../../../../src/consciousness/statistics/false-discovery.js';
import {
  fisherUpper,
  hypergeometric,
  logFactorial,
  sumOf,
  upperTail,
} from '../../../../src/consciousness/statistics/hypergeometric.js';
import { studentQuantile } from '../../../../src/consciousness/statistics/student.js';

it.each([
  [0.95, 1, 6.313751514675043],
  [0.95, 2, 2.919985580353726],
  [0.975, 3, 3.182446305284263],
  [0.975, 5, 2.570581835636314],
  [0.995, 10, 3.169272667175838],
  [0.05, 30, -1.697260887],
])('the quantile %s of Student with %s degrees of freedom is %s', (p, freedom, t) => {
  expect(studentQuantile(p, freedom) / t).toBeCloseTo(1, 4);
});

describe('counts in a table', () => {
  it('have factorials that fit across the table and the series', () => {
    expect(logFactorial(10)).toBeCloseTo(Math.log(3_628_800), 10);
    for (const n of [1023, 1024, 5_000])
      expect(logFactorial(n) - logFactorial(n - 1)).toBeCloseTo(Math.log(n), 9);
  });

  it('of the lady tasting tea are as surprising as Fisher said', () => {
    expect(fisherUpper({ both: 4, exposed: 4, failed: 4, total: 8 })).toBeCloseTo(1 / 70, 12);
    expect(fisherUpper({ both: 3, exposed: 4, failed: 4, total: 8 })).toBeCloseTo(17 / 70, 12);
  });

  it('add up to one, alone and together, with the mean that the margins give', () => {
    const table = fc
      .record({ total: fc.integer({ min: 1, max: 60 }), a: fc.nat(60), b: fc.nat(60) })
      .map(({ total, a, b }) => ({ both: 0, total, exposed: a % (total + 1), failed: b % (total + 1) }));
    fc.assert(
      fc.property(table, table, (one, other) => {
        const sum = sumOf(hypergeometric(one), hypergeometric(other));
        expect(upperTail(sum, 0)).toBeCloseTo(1, 9);
        let mean = 0;
        sum.probabilities.forEach((p, i) => (mean += p * (sum.least + i)));
        const expected =
          (one.exposed * one.failed) / one.total + (other.exposed * other.failed) / other.total;
        expect(mean).toBeCloseTo(expected, 8);
      }),
    );
  });
});

describe('Benjamini and Hochberg', () => {
  it('adjust the example of 1995 to the four findings it has', () => {
    const p = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
      0.759, 1,
    ];
    expect(benjaminiHochberg(p).filter((q) => q <= 0.05)).toHaveLength(4);
  });

  it('never make a p-value smaller, and keep the order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (p) => {
        const q = benjaminiHochberg(p);
        p.forEach((one, i) => expect(q[i]).toBeGreaterThanOrEqual(one));
        p.forEach((one, i) =>
          p.forEach((two, j) => one < two && expect(q[i]).toBeLessThanOrEqual(q[j] as number)),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('count tests that were not kept', () => {
    expect(benjaminiHochberg([0.01], 4)).toEqual([0.04]);
  });
});
