/** The gambler's capital: known answers, and what it promises over many games. `SIMULATIONS=1000` measures the targets. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bet,
  contest,
  EVIDENCE_NEEDED,
  evidenceOf,
  NO_BET,
  NO_CONTEST,
  stakeMax,
} from '../../../../src/kit/statistics/bet.js';
import { SeededRandom } from '../../../../src/kit/random.js';
import { gateTrials } from '../../../support/consciousness/evolution-trials.js';

const SIMULATIONS = Number(process.env.SIMULATIONS ?? 120);

describe('a bet', () => {
  it('begins with a capital of one, and one win pays the mean of the stakes', () => {
    expect(evidenceOf(NO_BET)).toBeCloseTo(1, 12);
    const won = bet(NO_BET, 1, 0.5);
    expect(evidenceOf(won)).toBeCloseTo(0.4 * 1.5 + 0.3 * 1.25 + 0.2 * 1.1 + 0.1 * 1.03, 12);
    expect(evidenceOf(bet(NO_BET, -1, 0.5))).toBeCloseTo(0.4 * 0.5 + 0.3 * 0.75 + 0.2 * 0.9 + 0.1 * 0.97, 12);
  });

  it('is fair in a fair game: wins and losses that are equally likely leave the mean where it was', () => {
    const difference = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(difference, { maxLength: 30 }), difference, (past, next) => {
        const before = past.reduce((claim, one) => bet(claim, one, 0.9), NO_BET);
        const mean = (evidenceOf(bet(before, next, 0.9)) + evidenceOf(bet(before, -next, 0.9))) / 2;
        expect(mean / evidenceOf(before)).toBeCloseTo(1, 9);
      }),
    );
  });

  it('comes back from the longest losing streak there can be', () => {
    let claim = NO_BET;
    for (let i = 0; i < 2_000; i++) claim = bet(claim, -1, 0.95);
    expect(evidenceOf(claim)).toBeGreaterThan(0);
    for (let i = 0; i < 1_000; i++) claim = bet(claim, 1, 0.95);
    expect(evidenceOf(claim)).toBeGreaterThan(1);
  });

  it('stakes more at a higher rate, nothing at rate 0, and never all', () => {
    expect(stakeMax(0)).toBe(0);
    expect(evidenceOf(bet(NO_BET, 1, stakeMax(0)))).toBeCloseTo(1, 12);
    expect(stakeMax(0.1)).toBeCloseTo(2 / 3, 12);
    expect(stakeMax(1)).toBeLessThan(1);
    expect(() => stakeMax(1.1)).toThrow('evolution_rate');
    expect(() => bet(NO_BET, 1.5, 0.5)).toThrow('in [-1, 1]');
  });

  it('in a contest, what speaks for one side speaks against the other', () => {
    const { better, worse } = contest(NO_CONTEST, 0.5, 0.6);
    expect(evidenceOf(better)).toBeGreaterThan(1);
    expect(evidenceOf(worse)).toBeLessThan(1);
  });
});

describe('the gate of evidence, looked at after every decision', () => {
  it('lets in what is no better in at most 5 % of unlimited looks', () => {
    const { promoted } = gateTrials(0, { simulations: SIMULATIONS, looksMax: 3_000 });
    expect(promoted).toBeLessThanOrEqual(0.05 + 2 * Math.sqrt((0.05 * 0.95) / SIMULATIONS));
  });

  it.each([0.1, 1])('lets in an effect of 0.1 in a median of 90 decisions at rate %s', (rate) => {
    const { looks } = gateTrials(0.1, { simulations: SIMULATIONS, looksMax: 1_000, rate });
    expect(looks[looks.length >> 1]).toBeLessThanOrEqual(90);
  });
});

describe('a bet with nine tenths of the capital', () => {
  it('is wrong in fewer than one case of twenty, however often one looks', () => {
    let alarms = 0;
    for (let seed = 0; seed < 400; seed++) {
      const random = new SeededRandom(seed);
      let claim = NO_BET;
      let most = 0;
      for (let i = 0; i < 1000; i++) {
        claim = bet(claim, random.next() < 0.5 ? -0.6 : 0.6, 0.9);
        most = Math.max(most, evidenceOf(claim));
      }
      if (most >= EVIDENCE_NEEDED) alarms += 1;
    }
    expect(alarms / 400).toBeLessThan(0.05);
  });

  it('finds a mean of 0.2 within two hundred observations mostly', () => {
    const needed = Array.from({ length: 101 }, (_, seed) => {
      const random = new SeededRandom(seed);
      let claim = NO_BET;
      while (evidenceOf(claim) < EVIDENCE_NEEDED && claim.count < 1000)
        claim = bet(claim, random.next() < 0.6 ? 1 : -1, 0.9);
      return claim.count;
    }).sort((a, b) => a - b);
    expect(needed[50]).toBeLessThan(200);
    expect(needed[50]).toBeGreaterThan(20);
  });
});
