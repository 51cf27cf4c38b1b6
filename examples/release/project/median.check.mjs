/** The tests of `median.mjs`, run by the release example with Node's own runner. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median } from './median.mjs';

test('the middle of an odd count is one of them, of an even count between two', () => {
  assert.equal(median([5, 1, 3]), 3);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([]), undefined);
});
