/** Amplitudes are square roots of probabilities of being best; draws follow them within a budget, and replay. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestProbabilities } from '../../../../src/consciousness/policies/amplitudes.js';
import { EXPLORATION_MAX } from '../../../../src/consciousness/policies/exploration-purse.js';
import { PolicyMixture } from '../../../../src/consciousness/policies/policy-mixture.js';
import type { MixtureState } from '../../../../src/consciousness/policies/policy-mixture.js';
import { normalCdf } from '../../../../src/kit/statistics/normal.js';
import { SeededRandom } from '../../../../src/kit/random.js';
import { normal } from '../../../support/consciousness/streams.js';

const POLICIES = ['static', 'learned', 'patient'];
const fresh = (): PolicyMixture => new PolicyMixture({ policies: POLICIES, seed: '7', contexts: [] });

describe('the probability of being best', () => {
  it('of two is that of their difference', () => {
    const [a] = bestProbabilities([
      { mean: 1, sd: 0.3 },
      { mean: 1.2, sd: 0.4 },
    ]);
    expect(a).toBeCloseTo(normalCdf(0.2 / 0.5), 4);
  });

  it('is equal among equals, adds up to one, and is higher for what costs less', () => {
    expect(bestProbabilities(POLICIES.map(() => ({ mean: 0, sd: 1 })))).toEqual(
      POLICIES.map(() => expect.closeTo(1 / 3, 6)),
    );
    const belief = fc.record({
      mean: fc.double({ min: -2, max: 2, noNaN: true }),
      sd: fc.double({ min: 0.01, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(belief, { minLength: 2, maxLength: 5 }), (beliefs) => {
        const before = bestProbabilities(beliefs);
        expect(before.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
        const first = beliefs[0] as { mean: number; sd: number };
        const cheaper = bestProbabilities([{ ...first, mean: first.mean - 0.1 }, ...beliefs.slice(1)]);
        expect(cheaper[0]).toBeGreaterThanOrEqual((before[0] as number) - 1e-6);
      }),
    );
  });

  it('of one policy is one', () => {
    expect(bestProbabilities([{ mean: 3, sd: 1 }])).toEqual([1]);
  });
});

/** Runs with the true costs and noise given; answers how often each was drawn in the last 100. */
function live(mixture: PolicyMixture, costs: readonly number[], runs: number, noise = 0.1): number[] {
  const random = new SeededRandom('life of a mixture');
  const drawn = POLICIES.map(() => 0);
  for (let run = 0; run < runs; run++) {
    const { policy } = mixture.draw('etl', `run ${run}`);
    const at = POLICIES.indexOf(policy);
    if (run >= runs - 100) drawn[at] = (drawn[at] as number) + 1;
    mixture.measure('etl', policy, { [policy]: (costs[at] as number) + noise * normal(random) });
  }
  return drawn;
}

describe('a mixture of policies', () => {
  it('begins with equal amplitudes, whose squares add up to one', () => {
    const amplitudes = fresh().amplitudes('etl');
    expect(amplitudes).toEqual(POLICIES.map(() => expect.closeTo(Math.sqrt(1 / 3), 6)));
  });

  it('logs with each draw the probability that it had', () => {
    const draws = Array.from({ length: 3_000 }, (_, run) => fresh().draw('etl', `run ${run}`));
    for (const policy of POLICIES) {
      const share = draws.filter((draw) => draw.policy === policy).length / draws.length;
      const { propensities } = draws[0] as (typeof draws)[0];
      expect(Math.abs(share - (propensities[POLICIES.indexOf(policy)] as number))).toBeLessThan(0.03);
    }
    for (const { policy, propensity, propensities } of draws)
      expect(propensity).toBe(propensities[POLICIES.indexOf(policy)]);
  });

  it('draws the same for the same run, other runs otherwise', () => {
    const mixture = fresh();
    expect(mixture.draw('etl', 'a')).toEqual(mixture.draw('etl', 'a'));
    const drawn = new Set(Array.from({ length: 30 }, (_, run) => mixture.draw('etl', `${run}`).policy));
    expect(drawn.size).toBe(3);
  });

  it('finds the best, and then says that it is idle and draws nothing', () => {
    const mixture = fresh();
    expect(live(mixture, [0, -0.15, 0.05], 300)[1]).toBeGreaterThan(80);
    const after = mixture.draw('etl', 'later');
    expect(after).toMatchObject({ policy: 'learned', idle: true, propensity: 1 });
    expect(after.reason).toContain('nothing is drawn');
  });

  it('holds on to none where none is better', () => {
    const mixture = fresh();
    const drawn = live(mixture, [0, 0, 0], 300);
    expect(Math.max(...drawn)).toBeLessThan(100);
    expect(mixture.draw('etl', 'later').idle).toBe(false);
  });

  it.each([
    ['one is dreadful', [0, -0.05, 0.7]],
    ['two are dreadful', [0, 0.5, 0.7]],
    ['all are much alike', [0, -0.01, 0.01]],
  ])('spends at most 2 %% of the cost on exploring when %s', (_what, costs) => {
    const least = Math.exp(Math.min(...costs));
    const mixture = fresh();
    const random = new SeededRandom('purse');
    let [cost, explored] = [0, 0];
    for (let run = 0; run < 1_000; run++) {
      const { policy } = mixture.draw('etl', `run ${run}`);
      const mean = costs[POLICIES.indexOf(policy)] as number;
      cost += Math.exp(mean);
      explored += Math.exp(mean) - least;
      mixture.measure('etl', policy, { [policy]: mean + 0.1 * normal(random) });
    }
    expect(explored / cost).toBeLessThanOrEqual(EXPLORATION_MAX);
    expect(mixture.explorationShare).toBeLessThanOrEqual(EXPLORATION_MAX);
  });

  it('notices that another has become the best', () => {
    const mixture = fresh();
    live(mixture, [0, -0.15, 0.05], 200);
    // What dominates is no longer compared; it falls to the others when its own cost rises.
    expect(live(mixture, [0, 0.3, 0.05], 300)[1]).toBeLessThan(20);
  });

  it('learns of all policies from one run that was replayed with each', () => {
    const mixture = fresh();
    const random = new SeededRandom('replays');
    for (let run = 0; run < 12; run++) {
      const noise = (): number => 0.05 * normal(random);
      const { policy } = mixture.draw('etl', `run ${run}`);
      mixture.measure('etl', policy, { static: noise(), learned: noise() - 0.15, patient: noise() + 0.1 });
    }
    expect(mixture.draw('etl', 'later')).toMatchObject({ policy: 'learned', idle: true });
  });

  it('draws nothing where all policies come to the same', () => {
    const mixture = fresh();
    const alike = { static: 0, learned: 0.001, patient: -0.001 };
    for (let run = 0; run < 5; run++) mixture.measure('etl', null, alike);
    const draw = mixture.draw('etl', 'later');
    expect(draw).toMatchObject({ policy: 'static', idle: true, propensity: 1 });
    expect(draw.reason).toContain('all policies come to the same');
    expect(mixture.busiest(10)).toEqual([]);
  });

  it('counts no cost of exploring where nothing was drawn, whatever would have been better', () => {
    const mixture = fresh();
    for (let run = 0; run < 60; run++) mixture.measure('etl', null, { static: 0, learned: -0.5, patient: 0 });
    expect(mixture.explorationShare).toBe(0);
  });

  it('keeps contexts apart', () => {
    const mixture = fresh();
    live(mixture, [0, -0.15, 0.05], 200);
    expect(mixture.draw('other', 'run').idle).toBe(false);
  });

  it('goes on from a snapshot as if it had never stopped, byte for byte', () => {
    const mixture = fresh();
    live(mixture, [0, -0.05, 0.05], 50);
    const text = JSON.stringify(mixture.snapshot());
    const restored = new PolicyMixture(JSON.parse(text) as MixtureState);
    live(mixture, [0, -0.05, 0.05], 50);
    live(restored, [0, -0.05, 0.05], 50);
    expect(JSON.stringify(restored.snapshot())).toBe(JSON.stringify(mixture.snapshot()));
  });
});
