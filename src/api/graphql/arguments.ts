/**
 * The parse step of resolvers: page sizes, ids, cursors and texts from outside become values or an INVALID_INPUT that
 * names the argument and the fix. They never touch the store.
 */
import { isUuid } from '../../kit/ids.js';
import { RefusedError } from '../../lifecycle/refusal.js';
import type { PageRequest } from '../../store/reads.js';

export const FIRST_MAX = 100;
export const FIRST_DEFAULT = 50;
const TEXT_MAX = 256;
const CURSOR_MAX = 8192;

export function invalid(field: string, message: string): RefusedError {
  const faults = [{ path: field, message }];
  return new RefusedError({ code: 'INVALID_INPUT', message: `${field} ${message}`, faults });
}

function shown(value: string): string {
  return JSON.stringify(value.length > 64 ? `${value.slice(0, 61)}...` : value);
}

export function parseId(id: string, field: string): string {
  if (isUuid(id)) return id.toLowerCase();
  throw invalid(field, `must be a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057, got ${shown(id)}`);
}

export function parseOptionalId(id: string | null | undefined, field: string): string | undefined {
  return id === null || id === undefined ? undefined : parseId(id, field);
}

export function parseWhole(value: number, field: string, [min, max]: readonly [number, number]): number {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw invalid(field, `must be a whole number from ${min} to ${max}, got ${value}`);
}

export function parseFirst(first: number, field = 'first'): number {
  if (Number.isSafeInteger(first) && first >= 1 && first <= FIRST_MAX) return first;
  throw invalid(field, `must be from 1 to ${FIRST_MAX}, got ${first}; page on with after: endCursor`);
}

export function parsePage(first: number, after: string | null | undefined): PageRequest {
  if (typeof after === 'string' && (after === '' || after.length > CURSOR_MAX)) {
    throw invalid('after', 'must be the endCursor of a page of this query');
  }
  return { first: parseFirst(first), after: after ?? null };
}

export function parseText(text: string | null | undefined, field: string): string | undefined {
  if (text === null || text === undefined) return undefined;
  if (text.length >= 1 && text.length <= TEXT_MAX) return text;
  throw invalid(field, `must have 1 to ${TEXT_MAX} characters, got ${text.length}`);
}

/** A sequence number to replay from; 0 is all of history. */
export function parseAfterSeq(after: number | null | undefined): number | undefined {
  if (after === null || after === undefined) return undefined;
  return parseWhole(after, 'after', [0, Number.MAX_SAFE_INTEGER]);
}

export function parseInterval(
  since: Date | null | undefined,
  until: Date | null | undefined,
  names: readonly [string, string],
): void {
  if (since && until && since.getTime() > until.getTime()) {
    throw invalid(
      names[1],
      `must not be before ${names[0]} (${since.toISOString()}), got ${until.toISOString()}`,
    );
  }
}

/** What a filter of the store is made of: null and absent are the same. */
export function present<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const kept = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]?: NonNullable<T[K]> };
}

export function parseList<T>(
  values: readonly T[] | null | undefined,
  field: string,
  max = 100,
): readonly T[] | undefined {
  if (values === null || values === undefined) return undefined;
  if (values.length === 0) throw invalid(field, 'must name at least one value; leave it out to allow all');
  if (values.length > max) throw invalid(field, `must name at most ${max} values, got ${values.length}`);
  return values;
}
