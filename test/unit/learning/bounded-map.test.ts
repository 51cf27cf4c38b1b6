/** Memory of learning is bounded: maps forget what was touched longest ago, and a long stream leaves a snapshot that does not grow. */
import { expect, test } from 'vitest';
import { BoundedMap } from '../../../src/learning/bounded-map.js';
import { DriftWatch } from '../../../src/learning/drift/drift-watch.js';
import { TypeMedian } from '../../../src/learning/median/type-median.js';
import { MachineSlots, SLOTS_MAX } from '../../../src/learning/linear/machine-slots.js';
import { placeView, taskView } from '../../../src/learning/view.js';

test('a bounded map forgets the entry that was touched longest ago, and reading is no touch', () => {
  const map = new BoundedMap<number>(3);
  for (const [i, key] of ['a', 'b', 'c'].entries()) map.set(key, i);
  expect(map.touch('a', () => 9)).toBe(0);
  expect(map.get('b')).toBe(1);
  map.set('d', 3);
  expect([...map.entries()]).toEqual([
    ['c', 2],
    ['a', 0],
    ['d', 3],
  ]);
});

test('types beyond the bound are forgotten, the latest are known', () => {
  const median = new TypeMedian();
  const place = placeView({ machine: 'm' });
  for (let i = 0; i < 25_000; i++) median.learn(taskView({ typeKey: `app.type${i}` }), place, 1 + i / 25_000);
  const { types, tools } = median.snapshot() as { types: unknown[]; tools: unknown[] };
  expect(types).toHaveLength(10_000);
  expect(tools).toHaveLength(10_000);
  const belief = { mean: 0, sd: 1 };
  expect(median.predict(taskView({ typeKey: 'app.type24999' }), place, belief)).toBe(true);
  expect(belief.mean).toBeCloseTo(2, 3);
});

test('machines beyond those with columns of their own are told apart by what they advertise only', () => {
  const slots = new MachineSlots();
  for (let i = 0; i < SLOTS_MAX + 10; i++) slots.meet(`m${i}`);
  expect(slots.count).toBe(SLOTS_MAX);
  expect(slots.of(`m${SLOTS_MAX}`)).toBe(-1);
  expect(slots.noiseRatio(-1)).toBe(1);
});

test('a drift watch holds a window per machine, however long the stream', () => {
  const watch = new DriftWatch();
  for (let i = 0; i < 20_000; i++) watch.observe(`m${i % 7}`, `t${i % 50}`, Math.sin(i) / 20, 0.1);
  expect(JSON.stringify(watch.snapshot()).length).toBeLessThan(40_000);
});
