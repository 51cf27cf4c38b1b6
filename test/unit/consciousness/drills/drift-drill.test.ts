/** Drills of the detector of drift with known answers, and the review of alarms by what came after them. */
import { describe, expect, it } from 'vitest';
import { AlarmReviewer, type ReviewedError } from '../../../../src/consciousness/drills/alarm-review.js';
import { DriftDrill, type DrillResult } from '../../../../src/consciousness/drills/drift-drill.js';
import { SeededRandom } from '../../../../src/kit/random.js';
import { normal } from '../../../support/consciousness/streams.js';

const random = new SeededRandom('drills');

function resultsOf(count: number, errorAt: (at: number) => { error: number; sd: number }): DrillResult[] {
  const drill = new DriftDrill();
  return Array.from({ length: count }, (_, at) =>
    drill.observe({ machine: 'LOCAL@a', typeKey: `command:${at % 3}`, ...errorAt(at) }),
  ).filter((one) => one !== null);
}

const well = () => ({ error: 0.1 * normal(random), sd: 0.1 });

describe('a drill', () => {
  it('is found again and again by a detector that works, slower and faster in turn, and the twin is silent', () => {
    const results = resultsOf(2500, well);
    expect(results.length).toBeGreaterThanOrEqual(4);
    expect(results.every(({ found, twinAlarmed }) => found && !twinAlarmed)).toBe(true);
    expect(results.slice(0, 2).map(({ factor }) => factor)).toEqual([1.8, 1 / 1.8]);
    expect(Math.max(...results.map(({ observations }) => observations))).toBeLessThanOrEqual(40);
  });

  it('is missed where predictions say that they are so unsure that the change could be chance', () => {
    const results = resultsOf(800, () => ({ error: 0.2 * normal(random), sd: 0.39 }));
    expect(results[0]).toMatchObject({ found: false, twinAlarmed: false, observations: 150 });
  });

  it('is not passed while the twin alarms as well: whoever alarms anyhow has found nothing', () => {
    const [result] = resultsOf(60, (at) => (at < 40 ? well() : { error: 0.9, sd: 0.1 }));
    expect(result).toMatchObject({ found: false, twinAlarmed: true });
  });

  it('waits for predictions that say something, of two kinds of task', () => {
    const drill = new DriftDrill();
    for (let at = 0; at < 500; at++)
      expect(drill.observe({ machine: 'm', typeKey: 'command:a', ...well() })).toBeNull();
    expect(resultsOf(500, () => ({ error: 0, sd: 0.8 }))).toEqual([]);
  });
});

describe('an alarm', () => {
  const after = (error: number): ReviewedError => ({
    ...{ machine: 'LOCAL@a', typeKey: 'command:a', error, sd: 0.1, atMs: 200 },
  });
  const alarm = { seq: 7, atMs: 100, machine: 'LOCAL@a', factor: 2 };

  it('was true when predictions are better for it, and false when they would have been better without', () => {
    for (const [error, falseAlarms] of [
      [0, 0],
      [-Math.log(2), 1],
    ] as const) {
      const reviewer = new AlarmReviewer();
      reviewer.raised([]);
      reviewer.raised([alarm]);
      const told = Array.from({ length: 500 }, () => reviewer.observe(after(error))).filter(Boolean);
      expect(told.reduce((sum, one) => sum + (one?.falseAlarms ?? 0), 0)).toBe(falseAlarms);
    }
  });

  it('from before anything was watched, of another machine, or older than a prediction is not judged by it', () => {
    const reviewer = new AlarmReviewer();
    reviewer.raised([alarm]);
    reviewer.raised([alarm, { ...alarm, seq: 8, machine: 'other' }, { ...alarm, seq: 9, atMs: 300 }]);
    const told = Array.from({ length: 500 }, () => reviewer.observe(after(-Math.log(2)))).filter(Boolean);
    expect(told).toEqual([{ observations: 500, falseAlarms: 0 }]);
  });
});
