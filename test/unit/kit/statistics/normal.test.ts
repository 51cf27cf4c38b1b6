/** Against values from tables (R 4.3), and against itself. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalCdf, normalQuantile } from '../../../../src/kit/statistics/normal.js';

describe('the normal distribution', () => {
  it.each([
    [0, 0.5],
    [1.959963984540054, 0.975],
    [-3, 0.001349898031630095],
    [-8, 6.220960574271786e-16],
  ])('P(Z <= %s) is %s', (z, p) => {
    expect(normalCdf(z) / p).toBeCloseTo(1, 9);
  });

  it('is turned around by its quantile', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }), (p) => {
        expect(normalCdf(normalQuantile(p)) / p).toBeCloseTo(1, 8);
      }),
    );
  });
});
