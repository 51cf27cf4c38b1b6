/** Instants as PostgreSQL writes them, against the general reader of node-postgres. */
import fc from 'fast-check';
import pg from 'pg';
import { expect, it } from 'vitest';
import { parseInstant } from '../../../src/store/postgres/instants.js';

const general = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ) as (text: string) => unknown;

it('reads what PostgreSQL writes for a session in UTC, microseconds cut off', () => {
  expect(parseInstant('2030-01-31 08:09:10.123456+00').toISOString()).toBe('2030-01-31T08:09:10.123Z');
  expect(parseInstant('2030-01-31 08:09:10.069+00').toISOString()).toBe('2030-01-31T08:09:10.069Z');
  expect(parseInstant('2030-01-31 08:09:10.5+00').toISOString()).toBe('2030-01-31T08:09:10.500Z');
  expect(parseInstant('2030-01-31 08:09:10+00').toISOString()).toBe('2030-01-31T08:09:10.000Z');
  expect(parseInstant('1969-12-31 23:59:59.999999+00').toISOString()).toBe('1969-12-31T23:59:59.999Z');
});

it('agrees with the general reader on every millisecond', () => {
  const instant = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(instant, (at) => {
      const text = at.toISOString().replace('T', ' ').replace('Z', '+00');
      expect(parseInstant(text)).toEqual(at);
      expect(parseInstant(text)).toEqual(general(text));
    }),
  );
});

it('leaves to the general reader what looks otherwise', () => {
  for (const text of [
    'infinity',
    '-infinity',
    '0044-03-15 12:00:00+00 BC',
    '0050-06-01 12:00:00+00',
    '12026-01-01 00:00:00+00',
    '2030-01-31 08:09:10.123456+02',
    '2030-01-31 08:09:10-03:30',
  ])
    expect(parseInstant(text)).toEqual(general(text));
});
