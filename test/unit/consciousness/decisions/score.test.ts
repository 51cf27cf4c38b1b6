/** Proper scores: known answers, and that honesty pays. */
import { describe, expect, it } from 'vitest';
import { candidate } from '../../../../src/consciousness/decisions/decision.js';
import type { Decision } from '../../../../src/consciousness/decisions/decision.js';
import { brier, forecastScore, reliability, scoreOf } from '../../../../src/consciousness/decisions/score.js';
import { SeededRandom } from '../../../../src/kit/random.js';
import { normal } from '../../../support/consciousness/streams.js';

const Z90 = 1.6448536269514722;
const forecast = (mean: number, sd: number) => candidate('it', mean, mean - Z90 * sd, mean + Z90 * sd);

describe('a forecast', () => {
  it('that is exactly met has the CRPS of a normal at its middle', () => {
    const { crps, pit, covered } = forecastScore(forecast(5, 2), 5);
    expect(crps).toBeCloseTo(2 * (Math.sqrt(2 / Math.PI) - 1 / Math.sqrt(Math.PI)), 9);
    expect([pit, covered]).toEqual([expect.closeTo(0.5, 12), true]);
  });

  it('that is one number is scored by its error', () => {
    expect(forecastScore(candidate('it', 5), 8).crps).toBeCloseTo(3, 6);
  });

  it('scores best when it says what is so', () => {
    const random = new SeededRandom('honest');
    const actual = Array.from({ length: 4_000 }, () => 3 + 2 * normal(random));
    const mean = (m: number, sd: number): number =>
      actual.reduce((sum, one) => sum + forecastScore(forecast(m, sd), one).crps, 0) / actual.length;
    const honest = mean(3, 2);
    for (const [m, sd] of [
      [3, 1],
      [3, 4],
      [2, 2],
      [4, 2],
    ] as const)
      expect(honest).toBeLessThan(mean(m, sd));
    const inside = actual.filter((one) => forecastScore(forecast(3, 2), one).covered).length / actual.length;
    expect(inside).toBeCloseTo(0.9, 1);
  });
});

it('a decision regrets what the static choice and hindsight would have saved, where that is known', () => {
  const decision = {
    ...{ id: 'd', atMs: 0, level: 'COGNITIVE', shadow: false, policy: null, modelVersions: {}, recalled: [] },
    ...{
      kind: 'HOLD',
      subject: 's',
      chosen: 'it',
      staticChoice: 'other',
      reason: 'because',
      expectedEffect: 1,
    },
    ...{ propensity: 1, parameters: {}, candidates: [forecast(10, 1), candidate('other', 12)] },
  } satisfies Decision;
  const outcome = { decisionId: 'd', cost: 11, staticCost: 13, hindsightCost: 10, ended: 'DONE' } as const;
  expect(scoreOf(decision, outcome)).toMatchObject({ staticRegret: -2, hindsightRegret: 1, covered: true });
  expect(scoreOf(decision, { ...outcome, staticCost: null, hindsightCost: null })).toMatchObject({
    ...{ staticRegret: null, hindsightRegret: null },
  });
});

describe('probabilities', () => {
  it('have a Brier score of the mean square', () => {
    expect(
      brier([
        [0.8, true],
        [0.3, false],
      ]),
    ).toBeCloseTo((0.04 + 0.09) / 2, 12);
    expect(brier([])).toBe(0);
  });

  it('are held against what came, row by row', () => {
    const rows = reliability([
      [0.05, false],
      [0.95, true],
      [0.92, false],
      [1, true],
    ]);
    expect(rows).toEqual([
      { from: 0, to: 0.1, count: 1, said: 0.05, came: 0 },
      { from: 0.9, to: 1, count: 3, said: expect.closeTo(2.87 / 3, 9), came: expect.closeTo(2 / 3, 9) },
    ]);
  });
});
