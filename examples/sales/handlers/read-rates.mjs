/** What one unit of each currency is worth in BRL. */
import { readCsv } from './csv.mjs';

export default async function readRates({ input }) {
  const rows = await readCsv(input.file);
  return Object.fromEntries(rows.map((row) => [row.currency, Number(row.to_brl)]));
}
