/** What `assert` and `unreachable` throw, and what they cost when all is well. */
import { expect, test } from 'vitest';
import { assert, BrokenInvariant, unreachable } from '../../../src/kit/assert.js';

test('a true condition passes without composing its message', () => {
  let composed = false;
  assert(1 + 1 === 2, () => {
    composed = true;
    return 'never seen';
  });
  expect(composed).toBe(false);
});

test('a false condition throws a BrokenInvariant with the message and a stable code', () => {
  expect(() => assert(false, 'the order is broken')).toThrow(BrokenInvariant);
  expect(() => assert(undefined, () => `node ${7} is gone`)).toThrow('node 7 is gone');
  expect(new BrokenInvariant('x').code).toBe('BROKEN_INVARIANT');
});

test('unreachable names the value that had no case', () => {
  expect(() => unreachable('PURPLE' as never)).toThrow(/PURPLE/);
});
