/**
 * Keyset pages in SQL: what follows the cursor, in which order, and one row more than asked for. Stable while others
 * insert, since a row's place depends on nothing but its own columns. Nulls come last in both directions.
 */
import { assert } from '../../../kit/assert.js';
import type { PageRequest } from '../../reads.js';
import type { Conditions } from './conditions.js';
import { decodeCursor, type CursorKind, type CursorValue } from './page-cursor.js';

export interface Keyset {
  /** Stands in the cursor, so that a cursor of another order is refused. */
  readonly name: string;
  /** Sort columns in SQL with what cursors hold of them; only the first may be nullable. The last one is unique. */
  readonly columns: readonly { readonly sql: string; readonly kind: CursorKind }[];
  readonly descending: boolean;
}

const TYPES: Readonly<Record<CursorKind, string>> = {
  instant: 'timestamptz',
  instantOrNull: 'timestamptz',
  text: 'text',
  rank: 'int',
  seq: 'bigint',
  uuid: 'uuid',
};

/** Adds the condition of the cursor and answers the rest of the statement, ORDER BY and LIMIT. */
export function seek(keyset: Keyset, page: PageRequest, conditions: Conditions): string {
  assert(
    Number.isSafeInteger(page.first) && page.first > 0,
    `a page has at least one row, not ${page.first}`,
  );
  const kinds = keyset.columns.map((column) => column.kind);
  const values = decodeCursor(page.after, keyset.name, kinds);
  if (values !== undefined) conditions.add(follows(keyset, values, conditions));
  return `ORDER BY ${keyset.columns.map((column) => term(column.sql, column.kind, keyset.descending)).join(', ')} LIMIT ${page.first + 1}`;
}

function term(sql: string, kind: CursorKind, descending: boolean): string {
  return `${sql}${descending ? ' DESC' : ''}${kind === 'instantOrNull' ? ' NULLS LAST' : ''}`;
}

function follows(
  { columns, descending }: Keyset,
  values: readonly CursorValue[],
  conditions: Conditions,
): string {
  const [leading] = columns as [Keyset['columns'][number]];
  const nullable = leading.kind === 'instantOrNull';
  const from = nullable && values[0] === null ? 1 : 0;
  const names = columns.slice(from).map((column) => column.sql);
  const bound = columns.slice(from).map(({ kind }, index) => {
    const value = values[from + index] as CursorValue;
    return `${conditions.bind(TYPES[kind] === 'timestamptz' ? new Date(value as number) : value)}::${TYPES[kind]}`;
  });
  const sign = descending ? '<' : '>';
  // Said of the first column alone too: where the columns are of two tables, no index can compare the row.
  const later = `${names[0]} ${sign}= ${bound[0]} AND (${names.join(', ')}) ${sign} (${bound.join(', ')})`;
  if (!nullable) return later;
  return from === 1 ? `(${leading.sql} IS NULL AND ${later})` : `(${later} OR ${leading.sql} IS NULL)`;
}
