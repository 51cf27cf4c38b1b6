/** Rows of text in aligned columns. Called by the verbs that list things; it never cuts ids or keys. */
import { columnsOf, plainText } from './plain-text.js';

export function table(rows: readonly (readonly string[])[], gap = 2): string {
  const clean = rows.map((row) => row.map(plainText));
  const widths: number[] = [];
  for (const row of clean)
    row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, columnsOf(cell))));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) =>
        at === row.length - 1 ? cell : cell + ' '.repeat((widths[at] ?? 0) - columnsOf(cell) + gap),
      )
      .join('');
  return clean.map((row) => `${line(row).trimEnd()}\n`).join('');
}
