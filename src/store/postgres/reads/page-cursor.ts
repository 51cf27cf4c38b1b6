/**
 * Cursors of pages: base64url of the JSON `[order, sort value, id]`. Every paged read writes and reads them here. They
 * come back from people, so nothing in them reaches a statement before it was checked; what does not fit is refused
 * with INVALID_INPUT.
 */
import { isUuid } from '../../../kit/ids.js';
import { RefusedError } from '../../../lifecycle/refusal.js';
import type { Page } from '../../reads.js';

export type CursorValue = string | number | null;

/** Instants travel as ms since the epoch, texts as stored. */
export type CursorKind = 'instant' | 'instantOrNull' | 'text' | 'rank' | 'seq' | 'uuid';

const INSTANT_MAX = 8.64e15;
/** PostgreSQL's calendar begins in 4714 BC, JavaScript's long before. */
const INSTANT_MIN = -2.1e14;
/** What PostgreSQL's text refuses (stored text never has it). */
const UNSTORABLE = /[\u0000]|\p{Surrogate}/u;

const isInstant = (value: unknown): boolean =>
  Number.isSafeInteger(value) && (value as number) >= INSTANT_MIN && (value as number) <= INSTANT_MAX;
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

const FITS: Readonly<Record<CursorKind, (value: unknown) => boolean>> = {
  instant: isInstant,
  instantOrNull: (value) => value === null || isInstant(value),
  text: (value) => typeof value === 'string' && !UNSTORABLE.test(value),
  rank: (value) => isCount(value) && (value as number) < 100,
  seq: isCount,
  uuid: (value) => typeof value === 'string' && isUuid(value),
};

export function encodeCursor(order: string, values: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify([order, ...values])).toString('base64url');
}

/** The values of a cursor that this order gave out; undefined when there is none. */
export function decodeCursor(
  after: string | null | undefined,
  order: string,
  kinds: readonly CursorKind[],
): CursorValue[] | undefined {
  if (after === null || after === undefined) return undefined;
  const [name, ...values] = parsed(after);
  if (name !== order)
    throw refused('must be the endCursor of a page in the same order; leave it out to start anew');
  const fits = values.length === kinds.length && kinds.every((kind, index) => FITS[kind](values[index]));
  if (!fits) throw refused('must be the endCursor of a page of this query');
  return values as CursorValue[];
}

/** Its cursors are made when they are asked for, which few who read a page do. */
class RowPage<T> implements Page<T> {
  readonly nodes: readonly T[];
  readonly hasNextPage: boolean;
  readonly #cursorOf: (row: T, index: number) => string;

  constructor(rows: readonly T[], first: number, cursorOf: (row: T, index: number) => string) {
    this.nodes = rows.slice(0, first);
    this.hasNextPage = rows.length > first;
    this.#cursorOf = cursorOf;
  }

  get cursors(): readonly string[] {
    return this.nodes.map(this.#cursorOf);
  }
}

/** Of `first + 1` rows the page: the last one only tells that there are more. */
export function pageOf<T>(
  rows: readonly T[],
  first: number,
  cursorOf: (row: T, index: number) => string,
): Page<T> {
  return new RowPage(rows, first, cursorOf);
}

/** An empty list when it is no cursor at all. Only the canonical text of a cursor is one: decoding alone is lenient. */
function parsed(after: string): unknown[] {
  const text = Buffer.from(after, 'base64url').toString();
  if (Buffer.from(text).toString('base64url') !== after) return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function refused(message: string): RefusedError {
  return new RefusedError({
    code: 'INVALID_INPUT',
    message: `after ${message}`,
    faults: [{ path: 'after', message }],
  });
}
