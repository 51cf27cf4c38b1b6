/** The bounded queue against a plain array. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BoundedQueue } from '../../../src/kit/bounded-queue.js';

test('a full queue refuses and keeps what it has', () => {
  const queue = new BoundedQueue<string>(2);
  expect([queue.push('a'), queue.push('b'), queue.push('c')]).toEqual([true, true, false]);
  expect([queue.isFull, [...queue]]).toEqual([true, ['a', 'b']]);
});

test('items come out in the order they went in, for any mix of calls and any capacity', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 70 }),
      fc.array(fc.option(fc.nat()), { maxLength: 300, size: 'max' }),
      (capacity, calls) => {
        const queue = new BoundedQueue<number>(capacity);
        const model: number[] = [];
        for (const item of calls) {
          if (item === null) expect(queue.shift()).toBe(model.shift());
          else expect(queue.push(item)).toBe(model.length < capacity && model.push(item) > 0);
          expect([queue.size, queue.peek(), [...queue]]).toEqual([model.length, model[0], model]);
        }
      },
    ),
  );
});

test('a cleared queue is empty and usable', () => {
  const queue = new BoundedQueue<number>(3);
  for (const item of [1, 2, 3]) queue.push(item);
  queue.clear();
  expect([queue.size, queue.shift(), queue.push(4), queue.shift()]).toEqual([0, undefined, true, 4]);
});

test('a capacity that is not a positive integer is a broken invariant', () => {
  for (const capacity of [0, -1, 1.5, Number.NaN, Infinity])
    expect(() => new BoundedQueue(capacity)).toThrow(/capacity/);
});
