import fc from 'fast-check';
import { expect, it } from 'vitest';
import { kindsOf } from '../../../src/store/postgres/commit/kinds.js';

interface Row {
  readonly a: number;
  readonly b: string;
}

const same = (x: Row, y: Row): boolean => x.a === y.a && x.b === y.b;
const keyOf = (row: Row): string => `${row.a} ${row.b}`;
const rows = fc.array(fc.record({ a: fc.nat(6), b: fc.constantFrom('x', 'y', 'z') }), { maxLength: 200 });

it('says of every row a kind that is like it, and has each kind once', () => {
  fc.assert(
    fc.property(rows, (given) => {
      const { examples, numbers } = kindsOf(given, same, keyOf);
      expect(numbers.map((number) => examples[number - 1])).toEqual(given);
      expect(new Set(examples.map(keyOf)).size).toBe(examples.length);
    }),
  );
});
