/**
 * Rows that have most of their columns in common, as those of a wave of a graph do: each kind is written once, and a row
 * says which kind it is. Called by the batch encoder. O(rows); a batch has a few kinds as a rule, never more than it has rows.
 */
export interface Kinds<Row> {
  /** One row of each kind. */
  readonly examples: readonly Row[];
  /** Of each row, counted from 1 as PostgreSQL counts. */
  readonly numbers: readonly number[];
}

/** So many kinds are compared one by one; a table is asked from there on. */
const COMPARED_MAX = 8;

/** `same` and `keyOf` agree about what makes a kind. */
export function kindsOf<Row>(
  rows: readonly Row[],
  same: (a: Row, b: Row) => boolean,
  keyOf: (row: Row) => string,
): Kinds<Row> {
  const examples: Row[] = [];
  const numbers: number[] = new Array<number>(rows.length);
  const table: Map<string, number> = new Map();
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] as Row;
    let number = compared(examples, row, same);
    if (number === 0 && examples.length > COMPARED_MAX) number = table.get(keyOf(row)) ?? 0;
    if (number === 0) {
      number = examples.push(row);
      if (number > COMPARED_MAX) table.set(keyOf(row), number);
    }
    numbers[index] = number;
  }
  return { examples, numbers };
}

function compared<Row>(examples: readonly Row[], row: Row, same: (a: Row, b: Row) => boolean): number {
  const count = Math.min(examples.length, COMPARED_MAX);
  for (let index = 0; index < count; index++) if (same(examples[index] as Row, row)) return index + 1;
  return 0;
}
