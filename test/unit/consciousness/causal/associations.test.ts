/** What goes with failures: known answers, trials on tasks with known causes. `SIMULATIONS=300` measures the targets. */
import { describe, expect, it } from 'vitest';
import { AssociationFinder } from '../../../../src/consciousness/patterns/causal/association-finder.js';
import type { AssociationState } from '../../../../src/consciousness/patterns/causal/association-finder.js';
import { failingTypes } from '../../../../src/consciousness/patterns/causal/failing-types.js';
import { effectOf } from '../../../../src/consciousness/patterns/causal/randomised-effect.js';
import type { Draw } from '../../../../src/consciousness/patterns/causal/randomised-effect.js';
import { stratifiedTest } from '../../../../src/consciousness/patterns/causal/stratified-test.js';
import { SeededRandom } from '../../../../src/kit/random.js';
import { causalTrials, confoundedTasks } from '../../../support/consciousness/causal-trials.js';
import { normal } from '../../../support/consciousness/streams.js';

const SIMULATIONS = Number(process.env.SIMULATIONS ?? 25);

describe('the test over strata', () => {
  it('of one small stratum is Fisher’s', () => {
    const { pValue, exact } = stratifiedTest([{ both: 4, exposed: 4, failed: 4, total: 8 }]);
    expect([pValue, exact]).toEqual([expect.closeTo(1 / 70, 12), true]);
  });

  it('agrees with itself where the exact and the normal way meet', () => {
    const strata = (scale: number): Parameters<typeof stratifiedTest>[0] =>
      [0, 1, 2].map((i) => ({
        both: (14 + i) * scale,
        exposed: 40 * scale,
        failed: 30 * scale,
        total: 100 * scale,
      }));
    const [small, large] = [stratifiedTest(strata(4)), stratifiedTest(strata(5))];
    expect([small.exact, large.exact]).toEqual([true, false]);
    expect(small.oddsRatio).toBeCloseTo(large.oddsRatio, 9);
    const z = (p: number): number => Math.log(p);
    expect(z(large.pValue) / z(small.pValue)).toBeGreaterThan(1);
    expect(z(large.pValue) / z(small.pValue)).toBeLessThan(1.6);
  });

  it('sees nothing where exposure and failures only share a type (Simpson)', () => {
    const strata = [
      { both: 1, exposed: 10, failed: 10, total: 100 },
      { both: 72, exposed: 90, failed: 80, total: 100 },
    ];
    expect(stratifiedTest(strata).pValue).toBeGreaterThan(0.2);
    expect(stratifiedTest([{ both: 73, exposed: 100, failed: 90, total: 200 }]).pValue).toBeLessThan(1e-8);
  });

  it('says nothing of strata in which there is nothing to say', () => {
    expect(stratifiedTest([{ both: 5, exposed: 5, failed: 5, total: 5 }]).pValue).toBe(1);
  });
});

describe('associations', () => {
  it('find at least 85 % of the causes in 600 tasks, with at most 5 % of the findings false', () => {
    const { power, falseShare } = causalTrials(600, SIMULATIONS);
    expect(power).toBeGreaterThanOrEqual(0.85);
    expect(falseShare).toBeLessThanOrEqual(0.05 + 2 * Math.sqrt(0.01 / SIMULATIONS));
  });

  it('would be false in every fifth finding without strata', () => {
    expect(causalTrials(600, SIMULATIONS, false).falseShare).toBeGreaterThan(0.2);
  });

  it('are of slow runs as of failures', () => {
    const finder = new AssociationFinder();
    const random = new SeededRandom('slow');
    for (let i = 0; i < 300; i++) {
      const noisy = random.next() < 0.3;
      const slow = random.next() < (noisy ? 0.5 : 0.1);
      const factors = [...(noisy ? ['noisy neighbour'] : []), ...(random.next() < 0.3 ? ['full moon'] : [])];
      finder.observe({ typeKey: 'etl', factors, failed: false, slow });
    }
    const found = finder.findings();
    expect(found.map(({ factor, outcome }) => [factor, outcome])).toEqual([['noisy neighbour', 'SLOW']]);
    expect(found[0]?.lift).toBeGreaterThan(1.5);
  });

  it('are the same after a restore, byte for byte, also of what comes then', () => {
    const tasks = confoundedTasks(new SeededRandom('restore'), 400);
    const whole = new AssociationFinder();
    const first = new AssociationFinder();
    for (const task of tasks) whole.observe(task);
    for (const task of tasks.slice(0, 200)) first.observe(task);
    const restored = new AssociationFinder(JSON.parse(JSON.stringify(first.snapshot())) as AssociationState);
    for (const task of tasks.slice(200)) restored.observe(task);
    expect(JSON.stringify(restored.snapshot())).toBe(JSON.stringify(whole.snapshot()));
    expect(restored.findings()).toEqual(whole.findings());
  });
});

describe('failing types', () => {
  it('are those that fail more than the rest, and not those beside them', () => {
    const records = Array.from({ length: 40 }, (_, i) => ({
      typeKey: `t${i}`,
      attempts: 25,
      failures: i === 7 ? 16 : i % 8 === 0 ? 1 : 0,
    }));
    expect(failingTypes(records).map(({ typeKey }) => typeKey)).toEqual(['t7']);
  });

  it('are none where nothing fails, everything does, or all fail alike', () => {
    const all = (failures: number): Parameters<typeof failingTypes>[0] =>
      ['a', 'b', 'c'].map((typeKey) => ({ typeKey, attempts: 30, failures }));
    expect([all(0), all(30), all(6), []].map((records) => failingTypes(records))).toEqual([[], [], [], []]);
  });

  it('do not hide behind one that is worse', () => {
    const records = ['bad', 'worse', 'fine', 'good'].map((typeKey, i) => ({
      typeKey,
      attempts: 100,
      failures: [30, 95, 1, 0][i] as number,
    }));
    expect(failingTypes(records).map(({ typeKey }) => typeKey)).toEqual(['worse', 'bad']);
  });
});

describe('an effect', () => {
  /** The weak go to hospital more often: chosen with a propensity that also makes failures likelier. */
  function draws(effect: number, count: number, seed: string): Draw[] {
    const random = new SeededRandom(seed);
    return Array.from({ length: count }, () => {
      const weak = random.next() < 0.5;
      const propensity = weak ? 0.8 : 0.2;
      const chosen = random.next() < propensity;
      return { chosen, propensity, loss: (weak ? 2 : 0) + (chosen ? effect : 0) + 0.5 * normal(random) };
    });
  }

  it('is what the choice causes, whoever was chosen', () => {
    const effect = effectOf(draws(-0.5, 2_000, 'hospital'));
    expect(effect.verdict).toBe('EFFECT');
    expect(Math.abs(effect.difference + 0.5)).toBeLessThan(0.15);
  });

  it('is covered by its interval in 95 % and shown falsely in 5 %', () => {
    const runs = 10 * SIMULATIONS;
    const all = Array.from({ length: runs }, (_, run) => effectOf(draws(0, 400, `none ${run}`)));
    const shown = all.filter(({ verdict }) => verdict === 'EFFECT').length / runs;
    expect(shown).toBeLessThanOrEqual(0.05 + 2.5 * Math.sqrt((0.05 * 0.95) / runs));
  });

  it('is not read from choices that nobody drew', () => {
    const fixed = draws(1, 400, 'fixed').map((draw) => ({ ...draw, propensity: draw.chosen ? 1 : 0 }));
    expect(effectOf(fixed).verdict).toBe('TOO_FEW');
    expect(effectOf(draws(5, 30, 'few')).verdict).toBe('TOO_FEW');
  });
});
