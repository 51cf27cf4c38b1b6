/** Customers by id. */
import { readCsv } from './csv.mjs';

export default async function readCustomers({ input }) {
  const rows = await readCsv(input.file);
  return Object.fromEntries(rows.map(({ id, name, city }) => [id, { name, city }]));
}
