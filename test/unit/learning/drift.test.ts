/** A machine that changes its speed is found soon, one that does not is left alone. */
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../src/kit/random.js';
import { DriftWatch } from '../../../src/learning/drift/drift-watch.js';
import type { DriftAlarm } from '../../../src/learning/drift/drift-watch.js';
import type { Learner } from '../../../src/learning/learner.js';
import { runTimeLearner } from '../../../src/learning/run-time-learner.js';
import { placeView, taskView } from '../../../src/learning/view.js';

function normal(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** Rows of twelve types that recur on four machines; from `driftAt` on, `b` takes 2.2 times as long. */
function run(learner: Learner, count: number, driftAt: number, seed: string): DriftAlarm[] {
  const random = new SeededRandom(seed);
  const alarms: DriftAlarm[] = [];
  for (let i = 0; i < count; i++) {
    const type = random.int(12);
    const machine = random.pick(['a', 'b', 'c', 'd']);
    const task = taskView({ typeKey: `t${type}`, signature: `t${type}/${random.int(10)}` });
    const factor = machine === 'b' && i >= driftAt ? Math.log(2.2) : 0;
    const actual = Math.exp(type / 3 + 0.12 * normal(random) + factor);
    const { alarm } = learner.learn(task, placeView({ machine }), actual);
    for (const { id } of learner.trainings()) learner.answer(id, null);
    if (alarm !== null) alarms.push(alarm);
  }
  return alarms;
}

describe('drift', () => {
  test('of one machine is found within 40 observations of it, with its size, and lowers the error', () => {
    const alarms = run(runTimeLearner(), 1400, 1000, 'drill');
    expect(alarms.map(({ machine }) => machine)).toEqual(['b']);
    const [alarm] = alarms as [DriftAlarm];
    expect(alarm.at).toBeLessThan(1160);
    expect(alarm.offset).toBeCloseTo(Math.log(2.2), 0);
    expect(alarm.after).toBeLessThan(0.5 * alarm.before);
  });

  test('is not seen where there is none', () => {
    for (const seed of ['quiet 1', 'quiet 2', 'quiet 3'])
      expect(run(runTimeLearner(), 1500, Infinity, seed)).toEqual([]);
  });

  test('that goes back is taken back', () => {
    const watch = new DriftWatch();
    const random = new SeededRandom('back');
    const observe = (count: number, truth: number): void => {
      for (let i = 0; i < count; i++)
        watch.observe('m', `t${i % 5}`, truth - watch.offset('m') + 0.1 * normal(random), 0.12);
    };
    observe(40, 0);
    expect(watch.offset('m')).toBe(0);
    observe(40, 1);
    expect(watch.offset('m')).toBeCloseTo(1, 0);
    observe(60, 0);
    expect(Math.abs(watch.offset('m'))).toBeLessThan(0.1);
  });

  test('of one machine makes every other doubtful, until it is observed', () => {
    const watch = new DriftWatch();
    const observe = (machine: string, count: number, error: number): void => {
      for (let i = 0; i < count; i++)
        watch.observe(machine, `t${i % 4}`, error - watch.offset(machine), 0.12);
    };
    observe('a', 20, 0);
    observe('b', 20, 0);
    expect(watch.doubt('b')).toBe(0);
    observe('a', 10, 1);
    const before = watch.doubt('b');
    expect(before).toBeGreaterThan(0.5);
    observe('b', 6, -1);
    expect(watch.doubt('b')).toBeLessThan(before / 3);
    expect(watch.offset('b')).toBeLessThan(-0.7);
  });

  test('says nothing by one type alone, nor by tasks that are not known well', () => {
    const watch = new DriftWatch();
    for (let i = 0; i < 60; i++) expect(watch.observe('m', 'only', 1, 0.1)).toBeNull();
    for (let i = 0; i < 60; i++) expect(watch.observe('n', `t${i % 9}`, 1, 0.9)).toBeNull();
  });
});
