/** The customers who bought most, by name. */
export default function bestCustomers({ input, inputs }) {
  const cents = {};
  for (const order of inputs.convert.orders)
    cents[order.customer] = (cents[order.customer] ?? 0) + order.cents;
  const best = Object.entries(cents).sort(([, a], [, b]) => b - a);
  return best.slice(0, input.count).map(([id, sum]) => ({ ...inputs.customers[id], cents: sum }));
}
