/**
 * Periods, bursts and changes: known answers, and trials on seeded streams. `SIMULATIONS=1000` measures the targets;
 * a few seconds' worth runs always.
 */
import { describe, expect, it } from 'vitest';
import { BurstFinder } from '../../../../src/consciousness/patterns/temporal/burst-finder.js';
import type { BurstState } from '../../../../src/consciousness/patterns/temporal/burst-finder.js';
import { ChangeFinder } from '../../../../src/consciousness/patterns/temporal/change-finder.js';
import { PeriodFinder } from '../../../../src/consciousness/patterns/temporal/period-finder.js';
import type { FinderState } from '../../../../src/consciousness/patterns/temporal/period-finder.js';
import { nextWindow } from '../../../../src/consciousness/patterns/temporal/period.js';
import { phaseTest } from '../../../../src/consciousness/patterns/temporal/phase-test.js';
import { SeededRandom } from '../../../../src/kit/random.js';
import {
  burstyTimes,
  normal,
  periodicTimes,
  poissonTimes,
  TYPICAL,
} from '../../../support/consciousness/streams.js';
import {
  burstTrials,
  changeTrials,
  falseBursts,
  falseChanges,
  falsePeriods,
  periodTrials,
  quantileOf,
} from '../../../support/consciousness/temporal-trials.js';

const SIMULATIONS = Number(process.env.SIMULATIONS ?? 20);
const HOUR = 3_600_000;
const MINUTE = 60_000;

describe('the H-test', () => {
  it('of equal phases is 2N for each harmonic, less what it pays for them', () => {
    const { statistic, harmonics, coherence } = phaseTest([0.3, 1.3, 2.3, 7.3, 9.3]);
    expect([statistic, harmonics, coherence]).toEqual([
      expect.closeTo(2 * 5 * 20 - 76, 9),
      20,
      expect.closeTo(1, 12),
    ]);
  });

  it('of evenly spread phases is nothing', () => {
    expect(phaseTest(Array.from({ length: 100 }, (_, i) => i / 100)).statistic).toBeCloseTo(0, 9);
  });

  it('of chance exceeds h about as often as e^(-0.4 h)', () => {
    const random = new SeededRandom('uniform phases');
    const runs = 2_000;
    let over = 0;
    for (let run = 0; run < runs; run++)
      if (phaseTest(Array.from({ length: 50 }, () => random.next())).statistic > 6) over++;
    expect(Math.abs(over / runs - Math.exp(-2.4))).toBeLessThan(0.025);
  });
});

function found(times: readonly number[], finder = new PeriodFinder()): number {
  return times.findIndex((at) => finder.event(at) !== null) + 1;
}

describe('a period', () => {
  it('is known with the fifth failure of an hourly job, and the next is foretold', () => {
    const finder = new PeriodFinder();
    const times = [0, 1, 2, 3, 4].map((k) => 5 * MINUTE + k * HOUR + 1_000 * k * (k % 2));
    expect(found(times, finder)).toBe(5);
    const next = nextWindow(finder.found!, times[4]! + MINUTE);
    expect(Math.abs(next.expectedMs - 5 * MINUTE - 5 * HOUR)).toBeLessThan(10_000);
    expect(next.fromMs).toBeLessThan(next.expectedMs);
    expect(next.toMs).toBeGreaterThan(next.expectedMs);
    expect(next.probability).toBeGreaterThan(0.8);
    expect(nextWindow(finder.found!, next.toMs + HOUR / 2).expectedMs - next.expectedMs).toBeCloseTo(
      HOUR,
      -5,
    );
  });

  it('need not be of the calendar, nor begin with the first failure', () => {
    const random = new SeededRandom('late');
    const before = poissonTimes(random, 12, 300 * MINUTE);
    const start = before.at(-1)! + 100 * MINUTE;
    const times = Array.from({ length: 16 }, (_, k) => start + 47.3 * MINUTE * (k + 0.01 * normal(random)));
    const finder = new PeriodFinder();
    const after = found([...before, ...times], finder);
    expect(after).toBeGreaterThan(12 + 5);
    expect(Math.abs(finder.found!.periodMs / (47.3 * MINUTE) - 1)).toBeLessThan(0.02);
  });

  it('is found in bad windows that bring several failures each, and their length is known', () => {
    const random = new SeededRandom('windows');
    const times = Array.from({ length: 12 }, (_, k) => k * HOUR).flatMap((start) =>
      [0, 1, 2, 3].map((i) => start + MINUTE * (i * 1.5 + random.next())),
    );
    const finder = new PeriodFinder();
    expect(found(times, finder)).toBeGreaterThan(0);
    expect(Math.abs(finder.found!.periodMs / HOUR - 1)).toBeLessThan(0.02);
    expect(finder.found!.lastsMs).toBeGreaterThan(3 * MINUTE);
    expect(finder.found!.lastsMs).toBeLessThan(10 * MINUTE);
  });

  it('is over when it has failed to come, and can be found again', () => {
    const finder = new PeriodFinder();
    const times = [0, 1, 2, 3, 4].map((k) => k * HOUR);
    found(times, finder);
    for (const hour of [5, 6, 7, 8]) finder.attempt(hour * HOUR);
    expect(finder.found).not.toBeNull();
    finder.attempt(8.5 * HOUR);
    expect(finder.found).toBeNull();
    expect(
      found(
        times.map((at) => at + 20.2 * HOUR),
        finder,
      ),
    ).toBe(5);
  });

  it('goes on while nothing is tried when it would come, and counts only what was tried', () => {
    const finder = new PeriodFinder();
    found(
      [0, 1, 2, 3, 4].map((k) => k * HOUR),
      finder,
    );
    for (let k = 5; k < 50; k++) finder.attempt((k + 0.5) * HOUR);
    expect(finder.found).toMatchObject({ hits: 5, due: 5 });
    finder.attempt(50 * HOUR);
    finder.attempt(51 * HOUR);
    finder.event(51 * HOUR);
    expect(finder.found).toMatchObject({ hits: 6, due: 7 });
  });

  it('is not claimed of failures at the only times that were tried', () => {
    const run = (failing: (k: number) => boolean): PeriodFinder => {
      const finder = new PeriodFinder();
      for (let k = 0; k < 40; k++) {
        finder.attempt(k * HOUR);
        if (failing(k)) finder.event(k * HOUR);
      }
      return finder;
    };
    expect(run(() => true).found).toBeNull();
    expect(run((k) => k % 8 === 3).found?.periodMs).toBeCloseTo(8 * HOUR, -4);
  });

  it('is found within a median of 6 and a p90 of 9 failures, and its next occurrence lies in the window', () => {
    const trials = periodTrials(TYPICAL, 5 * SIMULATIONS);
    expect(quantileOf(trials.events, 0.5)).toBeLessThanOrEqual(6);
    expect(quantileOf(trials.events, 0.9)).toBeLessThanOrEqual(9);
    expect(trials.right).toBeGreaterThan(0.9);
    expect(trials.covered).toBeGreaterThan(0.85);
  });

  it.each(['poisson', 'bursty'] as const)('is claimed in at most 0.5 %% of %s streams of 200', (kind) => {
    const tolerated = 0.005 + 2.5 * Math.sqrt(0.005 / SIMULATIONS);
    expect(falsePeriods(kind, SIMULATIONS)).toBeLessThanOrEqual(tolerated);
  });

  it('goes on from a snapshot as if it had never stopped, byte for byte', () => {
    const random = new SeededRandom('snapshots');
    for (const times of [periodicTimes(random, 40, TYPICAL).times, burstyTimes(random, 40)]) {
      const whole = new PeriodFinder();
      let restored = new PeriodFinder();
      for (const at of times) {
        expect(restored.event(at)).toEqual(whole.event(at));
        whole.attempt(at);
        restored.attempt(at);
        restored = new PeriodFinder(JSON.parse(JSON.stringify(restored.snapshot())) as FinderState);
      }
      expect(JSON.stringify(restored.snapshot())).toBe(JSON.stringify(whole.snapshot()));
    }
  });

  it('keeps a bounded memory', () => {
    const finder = new PeriodFinder();
    for (const at of poissonTimes(new SeededRandom('long'), 1_500)) finder.attempt(at);
    for (const at of poissonTimes(new SeededRandom('long'), 100)) finder.event(at + 2e9);
    expect(JSON.stringify(finder.snapshot()).length).toBeLessThan(30_000);
  });
});

describe('a burst', () => {
  it('of five times the rate is seen within a median of 10 events', () => {
    expect(quantileOf(burstTrials(10 * SIMULATIONS), 0.5)).toBeLessThanOrEqual(10);
  });

  it('is claimed falsely at most 0.2 times in 1,000 events', () => {
    const events = 2_000 * SIMULATIONS;
    expect(falseBursts(events)).toBeLessThanOrEqual(0.2 + 2 * Math.sqrt(200 / events));
  });

  it('says since when and how fast, and ends when the rate falls back', () => {
    const finder = new BurstFinder();
    for (let i = 0; i < 60; i++) finder.event(i * MINUTE);
    const start = 60 * MINUTE;
    let burst = null;
    for (let i = 0; i < 30 && burst === null; i++) burst = finder.event(start + i * 6_000);
    expect(burst).toMatchObject({
      sinceMs: expect.closeTo(start, -5),
      rateBefore: expect.closeTo(1 / 60, 4),
    });
    expect(burst!.rate).toBeCloseTo(1 / 6, 1);
    expect(finder.bursting).toBe(true);
    for (let i = 1; i < 10; i++) finder.event(start + 200_000 + i * MINUTE);
    expect(finder.bursting).toBe(false);
  });

  it('goes on from a snapshot as if it had never stopped', () => {
    const times = burstyTimes(new SeededRandom('burst snapshot'), 300);
    const whole = new BurstFinder();
    let restored = new BurstFinder();
    for (const at of times) {
      expect(restored.event(at)).toEqual(whole.event(at));
      restored = new BurstFinder(JSON.parse(JSON.stringify(restored.snapshot())) as BurstState);
    }
  });
});

describe('a change', () => {
  it('of a duration to twice or half is seen within 10 runs, with its place', () => {
    for (const factor of [0.5, 2]) {
      const { delays, placeError } = changeTrials('LOGS', factor, 2 * SIMULATIONS);
      expect(quantileOf(delays, 0.9)).toBeLessThanOrEqual(10);
      expect(placeError).toBeLessThanOrEqual(2);
    }
  });

  it('of a rate to three times or a third is seen within 40 events', () => {
    for (const factor of [1 / 3, 3])
      expect(quantileOf(changeTrials('GAPS', factor, 2 * SIMULATIONS).delays, 0.5)).toBeLessThanOrEqual(40);
  });

  it.each(['GAPS', 'LOGS'] as const)('of %s is claimed falsely at most 0.2 times in 1,000', (kind) => {
    const observations = 500 * SIMULATIONS;
    expect(falseChanges(kind, observations)).toBeLessThanOrEqual(0.2 + 2 * Math.sqrt(200 / observations));
  });

  it('is not one run that hung', () => {
    const finder = new ChangeFinder({ kind: 'LOGS', values: [] });
    const random = new SeededRandom('hung');
    const changes = Array.from({ length: 80 }, (_, i) =>
      finder.observe(i % 20 === 19 ? 9 : 0.2 * normal(random)),
    );
    expect(changes.filter((change) => change !== null)).toEqual([]);
  });
});
