/** Changes, and the tuner of retries: known answers, and reversal when things get worse. */
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../../src/kit/random.js';
import { Change } from '../../../../src/learning/tuning/change.js';
import { chancesOf, RetryTuner } from '../../../../src/learning/tuning/retry-tuner.js';
import { normalFrom } from '../../../support/learning/tables.js';

describe('a change', () => {
  const made = { before: 1, after: 2, predictedGain: 0.1, since: 5 };

  it('is taken back when things are clearly worse, and says how much', () => {
    const change = new Change(made);
    let observed = 0;
    while (!change.observe(-0.3)) observed += 1;
    expect(observed).toBeLessThan(15);
    expect(change.state).toMatchObject({ ...made, reverted: true });
    expect(change.state.realisedGain).toBeCloseTo(-0.3, 9);
  });

  it('is kept when nothing is worse', () => {
    const change = new Change(made);
    const random = new SeededRandom('kept');
    for (let i = 0; i < 500; i++) expect(change.observe(0.05 + 0.1 * normalFrom(random))).toBe(false);
    expect(change.state.realisedGain).toBeCloseTo(0.05, 1);
  });
});

describe('the retry tuner', () => {
  const bounds = { minMs: 50, maxMs: 60_000, startMs: 1000, backoff: 2 };

  it('makes chances rise with the delay, pooling what contradicts that', () => {
    const octaves = [0.2, 0.6, 0.4, 0.9].map((chance) => ({ tried: 1000, succeeded: 1000 * chance }));
    const chances = chancesOf(octaves);
    expect(chances[0]).toBeCloseTo(0.2, 2);
    expect(chances[1]).toBeCloseTo(0.5, 2);
    expect(chances[2]).toBe(chances[1]);
    expect(chances[3]).toBeCloseTo(0.9, 2);
  });

  /** Retries with full jitter, as the product has them. */
  function run(tuner: RetryTuner, errorClass: string, chance: (ms: number) => number, count: number): void {
    const random = new SeededRandom(errorClass);
    for (let i = 0, delay = tuner.baseMs(errorClass); i < count; i++) {
      const delayMs = delay * random.next();
      const succeeded = random.next() < chance(delayMs);
      tuner.observe({ errorClass, delayMs, succeeded, runMs: 500 });
      delay = succeeded ? tuner.baseMs(errorClass) : Math.min(delay * 2, bounds.maxMs);
    }
  }

  it('waits less where waiting does not help', () => {
    const tuner = new RetryTuner(bounds);
    run(tuner, 'OTHER', () => 0.5, 400);
    expect(tuner.baseMs('OTHER')).toBeLessThan(250);
    expect(tuner.change('OTHER')).toMatchObject({ reverted: false });
    expect(tuner.change('OTHER')?.predictedGain).toBeGreaterThan(0.1);
  });

  it('waits longer where only time helps', () => {
    const tuner = new RetryTuner({ ...bounds, startMs: 100 });
    run(tuner, 'BUSY', (ms) => (ms < 4000 ? 0.02 : 0.95), 1200);
    expect(tuner.baseMs('BUSY')).toBeGreaterThan(2000);
    expect(tuner.baseMs('BUSY')).toBeLessThanOrEqual(bounds.maxMs);
  });

  it('keeps classes apart, and one that was not seen at its start', () => {
    const tuner = new RetryTuner(bounds);
    run(tuner, 'OTHER', () => 0.5, 400);
    expect(tuner.baseMs('NETWORK')).toBe(1000);
  });

  it('takes a change back when what it promised does not come', () => {
    const tuner = new RetryTuner(bounds);
    run(tuner, 'OTHER', () => 0.6, 300);
    const { after, before } = tuner.change('OTHER') as { after: number; before: number };
    for (let i = 0; i < 400 && tuner.change('OTHER')?.reverted === false; i++)
      tuner.observe({ errorClass: 'OTHER', delayMs: after, succeeded: false, runMs: 500 });
    const change = tuner.change('OTHER');
    expect(change?.reverted === true || (change?.after as number) > after).toBe(true);
    expect(tuner.baseMs('OTHER')).toBeGreaterThanOrEqual(Math.min(before, 2 * after));
  });

  it('goes on as before after it was stored and restored', () => {
    const [first, second] = [new RetryTuner(bounds), new RetryTuner(bounds)];
    run(first, 'OTHER', () => 0.5, 90);
    second.restore(JSON.parse(JSON.stringify(first.snapshot())));
    for (const tuner of [first, second]) run(tuner, 'OTHER', () => 0.5, 90);
    expect(second.snapshot()).toEqual(first.snapshot());
  });
});
