/** The tuner finds the best value of curves that it does not assume, finds it again after a shift, and keeps an account. */
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../../src/kit/random.js';
import type { ChangeState } from '../../../../src/learning/tuning/change.js';
import { CurveTuner } from '../../../../src/learning/tuning/curve-tuner.js';
import { TunedValue } from '../../../../src/learning/tuning/tuned-value.js';
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
};
const top = (law: Law): number => Math.max(...Array.from({ length: MAX }, (_, i) => law(i + 1)));

interface Driven {
  readonly next: number;
  observe(window: { value: number; rate: number }): void;
}

/** Mean share of the best throughput over so many windows. */
function share(tuner: Driven, law: Law, windows: number, random: SeededRandom, noise = 0.05): number {
  let sum = 0;
  for (let window = 0; window < windows; window++) {
    const value = tuner.next;
    sum += law(value) / top(law) / windows;
    tuner.observe({ value, rate: 5 * law(value) * Math.exp(noise * normalFrom(random)) });
  }
  return sum;
}

const tunerFrom = (start: number): CurveTuner => new CurveTuner({ min: 1, max: MAX, start });

describe('the curve tuner', () => {
  it.each(Object.entries(laws))(
    'comes within 7 %% of the best over its first 30 windows, and stays there: %s',
    (name, law) => {
      const tuner = tunerFrom(8);
      const random = new SeededRandom(name);
      expect(share(tuner, law, 30, random)).toBeGreaterThan(0.93);
      expect(share(tuner, law, 15, random)).toBeGreaterThan(0.93);
    },
  );

  it('has 95 % of the best throughput over the first 30 windows, on average over the laws', () => {
    const shares = Object.entries(laws).map(([name, law]) =>
      share(tunerFrom(8), law, 30, new SeededRandom(name)),
    );
    expect(shares.reduce((sum, one) => sum + one, 0) / shares.length).toBeGreaterThan(0.95);
  });

  it('has 92 % over the 30 windows after a shift, on average over pairs of laws', () => {
    const names = Object.keys(laws);
    const shares = names.map((name, i) => {
      const other = names[(i + 2) % names.length] as string;
      const [tuner, random] = [tunerFrom(8), new SeededRandom(`${name} ${other}`)];
      share(tuner, laws[name] as Law, 40, random);
      return share(tuner, laws[other] as Law, 30, random);
    });
    expect(shares.reduce((sum, one) => sum + one, 0) / shares.length).toBeGreaterThan(0.92);
  });

  it('notices a shift by two windows that are far off, and a single one does not mislead it', () => {
    const law = laws['strong contention'] as Law;
    const tuner = tunerFrom(8);
    share(tuner, law, 30, new SeededRandom('steady'), 0.03);
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

  it('goes on as before after it was stored and restored', () => {
    const [whole, first] = [tunerFrom(8), tunerFrom(8)];
    const law = laws['exponential saturation'] as Law;
    const random = (): SeededRandom => new SeededRandom('stored');
    share(whole, law, 17, random());
    share(first, law, 17, random());
    const second = tunerFrom(8);
    second.restore(JSON.parse(JSON.stringify(first.snapshot())));
    const rest = random().fork('rest');
    for (let window = 0; window < 20; window++) {
      expect(second.next).toBe(whole.next);
      const seen = { value: whole.next, rate: 5 * law(whole.next) * Math.exp(0.05 * normalFrom(rest)) };
      whole.observe(seen);
      second.observe(seen);
    }
    expect(second.snapshot()).toEqual(whole.snapshot());
  });
});

describe('the account of a tuned value', () => {
  it('tells what changed, what was predicted and what came', () => {
    const law = laws['contention and coherence'] as Law;
    const tuned = new TunedValue({ min: 1, max: MAX, start: 4 });
    share(tuned, law, 40, new SeededRandom('account'), 0.03);
    const { change } = tuned;
    expect(change).toMatchObject({ after: tuned.held, reverted: false });
    expect(change?.predictedGain).toBeGreaterThan(0);
    expect(law(tuned.held)).toBeGreaterThan(0.95 * top(law));
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

  it('goes on as before after it was stored and restored', () => {
    const law = laws['strong contention'] as Law;
    const [whole, second] = [4, 4].map((start) => new TunedValue({ min: 1, max: MAX, start })) as [
      TunedValue,
      TunedValue,
    ];
    share(whole, law, 13, new SeededRandom('stored'));
    second.restore(JSON.parse(JSON.stringify(whole.snapshot())));
    for (const tuned of [whole, second]) share(tuned, law, 20, new SeededRandom('rest'));
    expect(second.snapshot()).toEqual(whole.snapshot());
  });
});
