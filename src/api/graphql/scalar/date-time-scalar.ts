/**
 * `DateTime`: an instant as RFC 3339 text with its offset. It goes out in UTC with milliseconds; what comes in is
 * checked against the calendar, because `Date.parse` takes 30 February for 2 March.
 */
import { GraphQLError, GraphQLScalarType, Kind, print } from 'graphql';
import { atNode } from './literal.js';

const shape = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/i;

function parse(value: unknown): Date {
  const day = typeof value === 'string' ? shape.exec(value)?.[1] : undefined;
  const at = day === undefined ? undefined : new Date(value as string);
  const exists = day !== undefined && at !== undefined && !Number.isNaN(at.getTime()) && isCalendarDay(day);
  if (exists) return at;
  const got = typeof value === 'string' ? JSON.stringify(value.slice(0, 64)) : typeof value;
  throw new GraphQLError(`DateTime must be a time with its offset, such as 2030-01-31T08:00:00Z, got ${got}`);
}

function isCalendarDay(day: string): boolean {
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}

export const GraphQLDateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'An instant as RFC 3339 text with its offset, such as 2030-01-31T08:00:00.000Z.',
  serialize: (value) => (value instanceof Date ? value : new Date(value as number | string)).toISOString(),
  parseValue: parse,
  parseLiteral: (node) => atNode(node, () => parse(node.kind === Kind.STRING ? node.value : print(node))),
});
