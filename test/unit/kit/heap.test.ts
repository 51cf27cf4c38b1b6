/** The heap against a sorted array, with positions in a map and in a field of the item. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Heap, type Positions, UNTRACKED } from '../../../src/kit/heap.js';

interface Item {
  key: number;
  readonly id: number;
  at: number;
}

const byKey = (a: Item, b: Item): number => a.key - b.key || a.id - b.id;
const field: Positions<Item> = {
  get: (item) => item.at,
  set: (item, position) => {
    item.at = position;
  },
};

/** Each call: what to do, to which item, with which new key. */
const calls = fc.array(fc.tuple(fc.constantFrom('push', 'pop', 'remove', 'update'), fc.nat(30), fc.nat(10)), {
  maxLength: 200,
  size: 'max',
});

function play(heap: Heap<Item>, script: [string, number, number][]): void {
  const items = Array.from({ length: 31 }, (_, id): Item => ({ key: 0, id, at: -1 }));
  const model = new Set<Item>();
  for (const [call, id, key] of script) {
    const item = items[id] as Item;
    if (call === 'pop') {
      const least = [...model].sort(byKey)[0];
      expect(heap.pop()).toBe(least);
      if (least) model.delete(least);
    } else if (call === 'remove') {
      expect(heap.remove(item)).toBe(model.delete(item));
    } else {
      item.key = key;
      if (call === 'push' && !model.has(item)) {
        heap.push(item);
        model.add(item);
      } else expect(heap.update(item)).toBe(model.has(item));
    }
    expect([heap.size, heap.peek(), heap.has(item)]).toEqual([
      model.size,
      [...model].sort(byKey)[0],
      model.has(item),
    ]);
  }
  const rest = Array.from({ length: heap.size }, () => heap.pop());
  expect(rest).toEqual([...model].sort(byKey));
}

describe('a heap behaves like a sorted array under push, pop, remove and update', () => {
  test('with positions in a map', () => {
    fc.assert(fc.property(calls, (script) => play(new Heap(byKey), script)));
  });
  test('with positions in a field of the item', () => {
    fc.assert(fc.property(calls, (script) => play(new Heap(byKey, field), script)));
  });
});

test('the same item twice is a broken invariant', () => {
  const heap = new Heap<string>((a, b) => a.localeCompare(b));
  heap.push('a');
  expect(() => heap.push('a')).toThrow(/at most once/);
});

test('a cleared heap has forgotten its items', () => {
  const heap = new Heap<string>((a, b) => a.localeCompare(b));
  heap.push('a');
  heap.clear();
  expect([heap.size, heap.has('a'), heap.pop()]).toEqual([0, false, undefined]);
  heap.push('a');
  expect(heap.pop()).toBe('a');
});

test('an untracked heap sorts, repeats included', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (numbers) => {
      const heap = new Heap<number>((a, b) => a - b, UNTRACKED);
      for (const n of numbers) heap.push(n);
      expect(Array.from(numbers, () => heap.pop())).toEqual(numbers.toSorted((a, b) => a - b));
    }),
  );
});
