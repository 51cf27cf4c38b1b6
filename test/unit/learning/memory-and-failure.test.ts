/** Memory requests cost less than the usual practice where something can be known; odds of failure follow what happens. */
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../src/kit/random.js';
import type { Json } from '../../../src/kit/json.js';
import { FailureRates } from '../../../src/learning/failure/failure-rates.js';
import { Hierarchical } from '../../../src/learning/linear/hierarchical.js';
import { MemoryRequests } from '../../../src/learning/memory/memory-requests.js';
import { placeView, type TaskView, taskView } from '../../../src/learning/view.js';

const place = placeView({ machine: 'one' });

/** Requests, and the model that expects peaks for them, as the fold has both. */
class Asked {
  readonly requests = new MemoryRequests();
  readonly #model = new Hierarchical();
  readonly #belief = { mean: 0, sd: 1 };

  request(task: TaskView): number | null {
    return this.requests.request(task.typeKey, this.#expected(task));
  }

  learn(task: TaskView, peak: number, since = 0): void {
    this.requests.learn({ typeKey: task.typeKey, expected: this.#expected(task), peak, since });
    this.#model.learn(task, place, Math.log(peak));
  }

  #expected(task: TaskView): number | null {
    return this.#model.predict(task, place, this.#belief) ? this.#belief.mean : null;
  }
}

describe('memory requests', () => {
  test('say nothing of a type with hardly a row', () => {
    const requests = new MemoryRequests();
    expect(requests.request('a', null)).toBeNull();
    requests.learn({ typeKey: 'a', expected: null, peak: 1e9 });
    expect(requests.request('a', Math.log(1e9))).toBeNull();
  });

  test('waste far less than the largest peak seen × 1.1 where the size tells the peak, and hardly ever too little', () => {
    const asked = new Asked();
    const random = new SeededRandom('sizes');
    let wasted = 0;
    let usual = 0;
    let killed = 0;
    let largest = 0;
    for (let i = 0; i < 800; i++) {
      const task = taskView({ typeKey: 'a', inputBytes: Math.exp(14 + 6 * random.next()) });
      const peak = 1e8 + 20 * (task.inputBytes as number) * (0.95 + 0.1 * random.next());
      const bytes = asked.request(task);
      if (i >= 100 && bytes !== null) {
        if (bytes < peak) killed += 1;
        wasted += Math.max(0, bytes - peak);
        usual += Math.max(0, 1.1 * largest - peak);
      }
      asked.learn(task, peak);
      largest = Math.max(largest, peak);
    }
    expect(wasted).toBeLessThan(0.5 * usual);
    expect(killed / 700).toBeLessThan(0.01);
  });

  test('account for the change of the way they ask, and take it back when it costs more', () => {
    const asked = new Asked();
    const task = taskView({ typeKey: 'a' });
    const random = new SeededRandom('steady');
    const changed = () => asked.requests.change('a');
    for (let i = 1; i <= 60; i++) asked.learn(task, 1e9 * (1 + 0.001 * random.next()), i);
    const change = changed();
    expect(change).toMatchObject({ reverted: false });
    expect(change?.after).toBeLessThan(change?.before ?? 0);
    expect(change?.predictedGain).toBeGreaterThan(0.02);
    expect(change?.realisedGain).toBeGreaterThan(0.1);
    const before = asked.request(task) ?? 0;
    // from here on every peak is above what it asks for now
    for (let i = 61; i <= 80 && changed()?.since === change?.since && changed()?.reverted === false; i++)
      asked.learn(task, (asked.request(task) ?? 0) * 1.01, i);
    expect(changed()?.reverted === true || changed()?.since !== change?.since).toBe(true);
    expect(asked.request(task)).toBeGreaterThan(before);
  });

  test('go on from a snapshot as if nothing had happened', () => {
    const [requests, copy] = [new MemoryRequests(), new MemoryRequests()];
    const random = new SeededRandom('snapshot');
    const learn = (into: MemoryRequests, i: number, peak: number): void =>
      into.learn({ typeKey: `t${i % 3}`, expected: Math.log(1.4e9), peak, since: i });
    for (let i = 0; i < 60; i++) learn(requests, i, 1e9 * (1 + random.next()));
    copy.restore(JSON.parse(JSON.stringify(requests.snapshot())) as Json);
    for (let i = 0; i < 40; i++) {
      const peak = 1e9 * (1 + random.next());
      for (const one of [requests, copy]) learn(one, i, peak);
    }
    expect(JSON.stringify(copy.snapshot())).toBe(JSON.stringify(requests.snapshot()));
  });
});

describe('odds of failure', () => {
  test('are small before anything was seen, and those of all tasks for a new type', () => {
    const odds = new FailureRates();
    const task = taskView({ typeKey: 'a' });
    expect(odds.predict(task, place)).toBeCloseTo(0.02, 6);
    for (let i = 0; i < 200; i++) odds.learn(taskView({ typeKey: `t${i % 9}` }), place, i % 4 === 0);
    expect(odds.predict(task, place)).toBeGreaterThan(0.15);
  });

  test('tell a type that fails from others, and a machine that it fails on', () => {
    const odds = new FailureRates();
    const bad = taskView({ typeKey: 'bad' });
    const good = taskView({ typeKey: 'good' });
    const other = placeView({ machine: 'two' });
    for (let i = 0; i < 60; i++) {
      odds.learn(bad, place, true);
      odds.learn(bad, other, false);
      odds.learn(good, place, false);
    }
    expect(odds.predict(bad, place)).toBeGreaterThan(0.8);
    expect(odds.predict(bad, other)).toBeLessThan(0.2);
    expect(odds.predict(good, place)).toBeLessThan(0.1);
  });

  test('forget a fault that was mended, and survive a restart', () => {
    const odds = new FailureRates();
    const task = taskView({ typeKey: 'a' });
    for (let i = 0; i < 100; i++) odds.learn(task, place, true);
    for (let i = 0; i < 300; i++) odds.learn(task, place, false);
    expect(odds.predict(task, place)).toBeLessThan(0.1);
    const copy = new FailureRates();
    copy.restore(JSON.parse(JSON.stringify(odds.snapshot())) as Json);
    expect(copy.predict(task, place)).toBe(odds.predict(task, place));
  });
});
