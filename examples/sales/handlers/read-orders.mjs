/** The orders of one region; rows without a readable amount are logged and left out. */
import { readCsv } from './csv.mjs';

export default async function readOrders({ input, log, progress }) {
  const rows = await readCsv(input.file);
  const good = rows.filter((row) => Number.isFinite(Number(row.amount)));
  for (const row of rows)
    if (!good.includes(row)) log(`order ${row.id} has no readable amount: ${row.amount}`);
  progress(1, `${good.length} orders`);
  const orders = good.map((row) => ({ ...row, amount: Number(row.amount), region: input.region }));
  return { orders, dropped: rows.length - good.length };
}
