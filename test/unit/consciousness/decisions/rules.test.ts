/** The rules that propose decisions: when they speak, what they say, and that they hold their tongue. */
import { describe, expect, it } from 'vitest';
import {
  admits,
  afterOutcome,
  CLOSED_BREAKER,
} from '../../../../src/consciousness/decisions/circuit-breaker.js';
import type { Breaker } from '../../../../src/consciousness/decisions/circuit-breaker.js';
import { changesAnything } from '../../../../src/consciousness/decisions/decision.js';
import type { Proposal } from '../../../../src/consciousness/decisions/decision.js';
import { holdBefore } from '../../../../src/consciousness/decisions/hold.js';
import { look, sampled } from '../../../../src/consciousness/decisions/starvation.js';
import type { Starvations } from '../../../../src/consciousness/decisions/starvation.js';
import { SeededRandom } from '../../../../src/kit/random.js';

/** What every proposal owes to who reads it. */
function expectWhole(proposal: Proposal | null): void {
  expect(proposal).not.toBeNull();
  const { candidates, chosen, reason, propensity } = proposal as Proposal;
  expect(candidates.map(({ name }) => name)).toContain(chosen);
  expect(reason.length).toBeGreaterThan(20);
  expect(propensity).toBe(1);
  for (const { mean, from, to } of candidates) expect(from <= mean && mean <= to).toBe(true);
}

describe('the circuit breaker', () => {
  const outcome = (failed: boolean, atMs = 0) => ({
    ...({ kind: 'CIRCUIT_BREAK', subject: 'warehouse' } as const),
    ...{ atMs, failed, seconds: 10 },
  });

  function failuresUntilOpen(random: SeededRandom, usual: number, broken: number): number {
    let breaker: Breaker = CLOSED_BREAKER;
    for (let i = 0; i < 300; i++) breaker = afterOutcome(breaker, outcome(random.next() < usual)).breaker;
    if (breaker.status !== 'CLOSED') return 0;
    for (let failures = 0; ; ) {
      const failed = random.next() < broken;
      if (failed) failures++;
      breaker = afterOutcome(breaker, outcome(failed)).breaker;
      if (breaker.status === 'OPEN') return failures;
    }
  }

  it.each([
    [0, 1],
    [0.05, 1],
    [0.2, 1],
    [0.05, 0.8],
  ])('that saw %s fail trips within 10 failures when %s do', (usual, broken) => {
    const random = new SeededRandom(`breaker ${usual} ${broken}`);
    const trials = Array.from({ length: 200 }, () => failuresUntilOpen(random, usual, broken)).sort(
      (a, b) => a - b,
    );
    expect(trials[190]).toBeLessThanOrEqual(10);
  });

  it.each([0, 0.05, 0.2])('lets alone a dependency that fails in %s as it always did', (usual) => {
    const random = new SeededRandom(`steady ${usual}`);
    let breaker: Breaker = CLOSED_BREAKER;
    let trips = 0;
    for (let i = 0; i < 10_000; i++) {
      breaker = afterOutcome(breaker, outcome(random.next() < usual)).breaker;
      if (breaker.status === 'OPEN') {
        trips++;
        breaker = { ...breaker, status: 'CLOSED' };
      }
    }
    expect(trips).toBeLessThanOrEqual(3);
  });

  it('opens for a while, lets one attempt probe, and closes or opens for longer by what came of it', () => {
    let breaker: Breaker = CLOSED_BREAKER;
    let proposal: Proposal | null = null;
    while (breaker.status === 'CLOSED') ({ breaker, proposal } = afterOutcome(breaker, outcome(true, 1_000)));
    expectWhole(proposal);
    expect(proposal).toMatchObject({
      kind: 'CIRCUIT_BREAK',
      chosen: 'open',
      parameters: { untilMs: 6_000 },
    });
    expect(proposal?.reason).toMatch(/^warehouse failed \d times where it usually fails in 5 %/);
    expect(admits(breaker, 5_999).admitted).toBe(false);
    expect(afterOutcome(breaker, outcome(true, 2_000)).breaker).toBe(breaker);
    const probing = admits(breaker, 6_000);
    expect(probing.admitted).toBe(true);
    expect(admits(probing.breaker, 6_001).admitted).toBe(false);
    const again = afterOutcome(probing.breaker, outcome(true, 20_000));
    expect(again.breaker).toMatchObject({ status: 'OPEN', openUntilMs: 30_000 });
    const well = afterOutcome(probing.breaker, outcome(false, 20_000));
    expect(well.breaker.status).toBe('CLOSED');
    expectWhole(well.proposal);
    expect(changesAnything(well.proposal as Proposal)).toBe(false);
  });
});

describe('a starved mesh', () => {
  const small = { meshId: 'small', begun: 2 };

  it('is seen within 30 s when others run and it does not, and told of once until it gets a turn', () => {
    let starvations: Starvations = {};
    const told: number[] = [];
    for (let second = 0; second <= 60; second += 10) {
      starvations = sampled(starvations, [small], { atMs: second * 1_000, ended: second });
      const looked = look(starvations, second * 1_000);
      starvations = looked.starvations;
      if (looked.proposals.length > 0) told.push(second);
      for (const proposal of looked.proposals) expectWhole(proposal);
    }
    expect(told).toEqual([20]);
    starvations = sampled(starvations, [{ ...small, begun: 3 }], { atMs: 61_000, ended: 70 });
    expect(look(starvations, 70_000).proposals).toEqual([]);
    starvations = sampled(starvations, [{ ...small, begun: 3 }], { atMs: 82_000, ended: 90 });
    expect(look(starvations, 82_000).proposals).toMatchObject([{ kind: 'ALERT', subject: 'small' }]);
  });

  it('is not claimed where nothing runs at all, nor of a mesh without work', () => {
    const waiting = sampled({}, [small], { atMs: 0, ended: 4 });
    const later = sampled(waiting, [small], { atMs: 100_000, ended: 4 });
    expect(look(later, 100_000).proposals).toEqual([]);
    expect(sampled(waiting, [], { atMs: 1, ended: 4 })).toEqual({});
  });
});

describe('a hold', () => {
  const window = { fromMs: 600_000, expectedMs: 660_000, toMs: 720_000, probability: 0.9 };
  const start = {
    ...{
      subject: 'task',
      nowMs: 0,
      failsInside: 0.95,
      failsOutside: 0.02,
      waitWeight: 0.1,
      failureSeconds: 0,
    },
    runSeconds: { p10: 1_000, p50: 1_800, p90: 3_600 },
  };

  it('is proposed for a long run that would meet the window', () => {
    const proposal = holdBefore(window, start);
    expectWhole(proposal);
    expect(proposal).toMatchObject({
      chosen: 'hold',
      staticChoice: 'start now',
      parameters: { untilMs: 720_000 },
    });
    expect(proposal?.reason).toContain('between 00:10:00 and 00:12:00 UTC (90 %)');
  });

  it.each([
    ['ends before the window', { runSeconds: { p10: 10, p50: 20, p90: 60 } }],
    ['would fail as often elsewhere', { failsOutside: 0.95 }],
    ['comes when the window is over', { nowMs: 720_000 }],
    ['is urgent', { waitWeight: 10, runSeconds: { p10: 300, p50: 620, p90: 700 } }],
  ])('is not proposed for a run that %s', (_what, given) => {
    expect(holdBefore(window, { ...start, ...given })).toBeNull();
  });
});
