/** Checked by PostgreSQL itself in the conformance suite; here what its readers cannot see. */
import { expect, it } from 'vitest';
import { BinaryArrays } from '../../../src/store/postgres/commit/binary-arrays.js';

const lengthOf = (array: Buffer | null): number | undefined => array?.readUInt32BE(12);

it('writes nothing for a column that has nothing, and no rows', () => {
  const arrays = new BinaryArrays();
  expect(arrays.texts([1, 2], () => null)).toBeNull();
  expect(arrays.uuids([], () => '')).toBeNull();
});

it('writes what is the same everywhere once where readers know it', () => {
  const arrays = new BinaryArrays();
  const rows = ['same', 'same', 'same'];
  const once = arrays.once(arrays.texts(rows, (row) => row));
  expect(lengthOf(once)).toBe(1);
  expect(once?.subarray(24).toString()).toBe('same');
  expect(lengthOf(arrays.once(arrays.texts(['same', 'other', 'other'], (row) => row)))).toBe(3);
  expect(lengthOf(arrays.once(arrays.texts(['same', null, 'same'], (row) => row)))).toBe(3);
  expect(lengthOf(arrays.once(arrays.texts(['one'], (row) => row)))).toBe(1);
});

it('keeps repeated values whole when its buffer has to grow', () => {
  const arrays = new BinaryArrays();
  const text = 'ä€😀'.repeat(1000);
  const array = arrays.texts(Array.from({ length: 40 }), () => text);
  const bytes = Buffer.byteLength(text);
  for (let index = 0; index < 40; index++) {
    const start = 20 + index * (4 + bytes);
    expect(array?.readUInt32BE(start)).toBe(bytes);
    expect(array?.subarray(start + 4, start + 4 + bytes).toString()).toBe(text);
  }
});
