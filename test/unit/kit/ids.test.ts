/** UUID version 7: form, order, and what the clock may do meanwhile. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SystemClock } from '../../../src/kit/clock.js';
import { IdSource, isUuid } from '../../../src/kit/ids.js';
import { type Random, SeededRandom, SystemRandom } from '../../../src/kit/random.js';

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const millisecondsOf = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

test('ids have the form of RFC 9562 version 7 and carry the wall time', () => {
  const wall = Date.UTC(2025, 5, 1);
  const id = new IdSource({ wall: () => wall }, new SeededRandom(1)).next();
  expect(id).toMatch(FORM);
  expect(isUuid(id)).toBe(true);
  expect(millisecondsOf(id)).toBe(wall);
});

test('every id is greater than the one before, whatever the wall clock does', () => {
  const walls = fc.array(fc.integer({ min: 0, max: 2 ** 48 - 2 }), {
    minLength: 2,
    maxLength: 50,
    size: 'max',
  });
  fc.assert(
    fc.property(walls, fc.integer(), (times, seed) => {
      let now = 0;
      const source = new IdSource({ wall: () => times[now] as number }, new SeededRandom(seed));
      const ids = times.flatMap((_, i) => {
        now = i;
        return [source.next(), source.next()];
      });
      expect(ids).toEqual(ids.toSorted());
      expect(new Set(ids).size).toBe(ids.length);
      for (const id of ids) expect(id).toMatch(FORM);
    }),
  );
});

test('thousands of ids within one millisecond stay in order and keep its timestamp', () => {
  const source = new IdSource({ wall: () => 1_000 }, new SystemRandom());
  const ids = Array.from({ length: 20_000 }, () => source.next());
  expect(ids).toEqual(ids.toSorted());
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(ids.map(millisecondsOf))).toEqual(new Set([1_000]));
});

test('the same clock and seed give the same ids', () => {
  const source = (): IdSource => new IdSource({ wall: () => 5 }, new SeededRandom('replay'));
  const [a, b] = [source(), source()];
  expect(Array.from({ length: 5 }, () => a.next())).toEqual(Array.from({ length: 5 }, () => b.next()));
});

test('the extremes of the random generator leave the form intact', () => {
  for (const unit of [0, 1 - 2 ** -53]) {
    const random: Random = { next: () => unit };
    expect(new IdSource({ wall: () => 2 ** 48 - 1 }, random).next()).toMatch(FORM);
  }
});

test('two processes that start in the same millisecond make different ids', () => {
  const clock = new SystemClock();
  const made = Array.from({ length: 100 }, () => new IdSource(clock, new SystemRandom()).next());
  expect(new Set(made).size).toBe(100);
});

test('isUuid takes hyphenated UUIDs of any version in either case, and nothing else', () => {
  expect(isUuid('6BA7B810-9DAD-11D1-80B4-00C04FD430C8')).toBe(true);
  expect(isUuid('00000000-0000-0000-0000-000000000000')).toBe(true);
  for (const text of [
    '',
    'task-1',
    '6ba7b8109dad11d180b400c04fd430c8',
    '6ba7b810-9dad-11d1-80b4-00c04fd430c8\n',
    '6ba7b810-9dad-11d1-80b4-00c04fd430cg',
  ]) {
    expect(isUuid(text)).toBe(false);
  }
});
