/** The tuner finds the best value of curves that it does not assume, finds it again after a shift, and keeps an account. */
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../../src/kit/random.js';
import type { ChangeState } from '../../../../src/learning/tuning/change.js';
import { CurveTuner } from '../../../../src/learning/tuning/throughput/curve-tuner.js';
import { TunedValue } from '../../../../src/learning/tuning/throughput/tuned-value.js';
import { normalFrom } from '../../../support/learning/tables.js';

type Law = (value: number) => number;
const MAX = 64;
const laws: Readonly<Record<string, Law>> = {
  'contention and coherence': (c) => c / (1 + 0.02 * (c - 1) + 0.0008 * c * (c - 1)),
  'strong contention': (c) => c / (1 + 0.1 * (c - 1) + 0.005 * c * (c - 1)),
  'twelve cores and nothing beyond': (c) => Math.min(c, 12),
  'forty cores and nothing beyond': (c) => Math.min(c, 40),
  'exponential saturation': (c) => 1 - Math.exp(-c / 8),
  'saturation with slow decline': (c) => (1 - Math.exp(-c / 3)) * Math.exp(-c / 60),
  'linear rise and exponential decline': (c) => c * Math.exp(-c / 15),
  'a cliff': (c) => (c <= 20 ? c : 10),
  thrashing: (c) => Math.min(c, 16) / (1 + Math.exp((c - 30) / 3)),
  'a bell': (c) => Math.exp(-(((c - 25) / 14) ** 2)),
  'nothing but harm': (c) => 1 / (1 + 0.05 * (c - 1)),
};
const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

interface Driven {
  readonly next: number;
  observe(window: { value: number; rate: number }): void;
}

/** Mean share of the best throughput over so many windows. */
function share(
  tuner: Driven,
  law: Law,
  windows: number,
  random: SeededRandom,
  { noise = 0.05, most = MAX }: { noise?: number; most?: number } = {},
): number {
  const top = Math.max(...Array.from({ length: most }, (_, i) => law(i + 1)));
  let sum = 0;
  for (let window = 0; window < windows; window++) {
    const value = tuner.next;
    sum += law(value) / top / windows;
    tuner.observe({ value, rate: 5 * law(value) * Math.exp(noise * normalFrom(random)) });
  }
  return sum;
}

const tunerFrom = (start: number): CurveTuner => new CurveTuner({ min: 1, max: MAX, start });

describe('the curve tuner', () => {
  it.each([
    [4, 0.95],
    [8, 0.95],
    [16, 0.94],
  ])(
    'begins with all of %i slots and has %d of the best throughput over the first 30 windows, and 0.92 over the 30 after a shift',
    (slots, least) => {
      const [first, shifted]: [number[], number[]] = [[], []];
      const scaled = (name: string): Law => {
        const law = laws[name] as Law;
        return (value) => law((value * MAX) / slots);
      };
      const names = Object.keys(laws);
      for (const [i, name] of names.entries())
        for (let seed = 0; seed < 4; seed++) {
          const tuned = new TunedValue({ min: 1, max: slots, start: slots });
          const random = new SeededRandom(`${name} ${seed}`);
          first.push(share(tuned, scaled(name), 30, random, { most: slots }));
          shifted.push(
            share(tuned, scaled(names[(i + 2) % names.length] as string), 30, random, { most: slots }),
          );
        }
      expect(mean(first)).toBeGreaterThan(least);
      expect(mean(shifted)).toBeGreaterThan(0.92);
    },
  );

  it('has 95 % of the best of 64 over the first 30 windows from the middle on, and 90 % over the 30 after a shift', () => {
    const names = Object.keys(laws).slice(0, 7);
    const shares = names.map((name, i) => {
      const [tuner, random] = [tunerFrom(8), new SeededRandom(name)];
      const other = laws[names[(i + 2) % names.length] as string] as Law;
      return [share(tuner, laws[name] as Law, 30, random), share(tuner, other, 30, random)] as const;
    });
    expect(mean(shares.map(([first]) => first))).toBeGreaterThan(0.95);
    expect(mean(shares.map(([, shifted]) => shifted))).toBeGreaterThan(0.9);
  });

  it('notices a shift by two windows that are far off, and a single one does not mislead it', () => {
    const law = laws['strong contention'] as Law;
    const tuner = tunerFrom(8);
    share(tuner, law, 30, new SeededRandom('steady'), { noise: 0.03 });
    const { best } = tuner;
    tuner.observe({ value: best, rate: 0.1 });
    expect(tuner.next).toBe(best);
    tuner.observe({ value: best, rate: 5 * law(best) });
    expect([tuner.resets, tuner.best]).toEqual([0, best]);
    tuner.observe({ value: best, rate: 0.1 });
    tuner.observe({ value: best, rate: 0.1 });
    expect(tuner.resets).toBe(1);
  });

  it('stays inside of its bounds, starts where it is told, and reaches a far bound', () => {
    const tuner = new CurveTuner({ min: 2, max: 500, start: 10 });
    expect(Math.abs(tuner.next - 10)).toBeLessThanOrEqual(1);
    const random = new SeededRandom('bounds');
    for (let window = 0; window < 40; window++) {
      expect(tuner.next).toBeGreaterThanOrEqual(2);
      expect(tuner.next).toBeLessThanOrEqual(500);
      tuner.observe({ value: tuner.next, rate: tuner.next * Math.exp(0.03 * normalFrom(random)) });
    }
    expect(tuner.best).toBeGreaterThan(400);
  });

  it('sizes batches too: a cost for each batch and one for each row, and time lost to waiting for large ones', () => {
    const batches: Law = (rows) => rows / (20 + rows + 0.002 * rows ** 2);
    const tuner = new CurveTuner({ min: 1, max: 1000, start: 10 });
    const random = new SeededRandom('batches');
    for (let window = 0; window < 40; window++)
      tuner.observe({ value: tuner.next, rate: batches(tuner.next) * Math.exp(0.04 * normalFrom(random)) });
    expect(batches(tuner.best)).toBeGreaterThan(0.95 * batches(100));
  });
});

describe('the account of a tuned value', () => {
  it('tells what changed, what was predicted and what came', () => {
    const law = laws['contention and coherence'] as Law;
    const tuned = new TunedValue({ min: 1, max: MAX, start: 4 });
    share(tuned, law, 40, new SeededRandom('account'), { noise: 0.03 });
    const { change } = tuned;
    expect(change).toMatchObject({ after: tuned.held, reverted: false });
    expect(change?.predictedGain).toBeGreaterThan(0);
    expect(law(tuned.held)).toBeGreaterThan(
      0.95 * Math.max(...Array.from({ length: MAX }, (_, i) => law(i + 1))),
    );
  });

  it('loses little where everything fluctuates, whatever it looks at', () => {
    const shares = Array.from({ length: 20 }, (_, seed) => {
      const tuned = new TunedValue({ min: 1, max: 4, start: 4 });
      const random = new SeededRandom(`weather ${seed}`);
      let [weather, sum] = [0, 0];
      for (let window = 0; window < 40; window++) {
        weather = 0.7 * weather + 0.3 * normalFrom(random);
        sum += tuned.next / 4 / 40;
        tuned.observe({ value: tuned.next, rate: tuned.next * Math.exp(weather) });
      }
      return sum;
    });
    expect(mean(shares)).toBeGreaterThan(0.9);
  });

  it('leaves a value whose promise does not come', () => {
    const tuned = new TunedValue({ min: 1, max: MAX, start: 8 });
    const law: Law = (value) => value ** 0.3;
    let window = 0;
    for (; tuned.change === null && window < 20; window++)
      tuned.observe({ value: tuned.next, rate: law(tuned.next) });
    const made = tuned.change as ChangeState;
    let last = made;
    // From now on all that is not the old value gives a tenth less than that did.
    for (; tuned.held !== made.before && window < 60; window++) {
      const { next } = tuned;
      tuned.observe({ value: next, rate: next === made.before ? law(next) : 0.9 * law(made.before) });
      if (tuned.change?.since === made.since) last = tuned.change;
    }
    expect(last.realisedGain ?? 0).toBeLessThanOrEqual(0);
    expect(Math.abs(Math.log(tuned.held / made.before))).toBeLessThan(0.2);
  });
});
