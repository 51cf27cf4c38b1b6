/** Cents and orders by the field it is told, in order of that field. */
export default function group({ input }) {
  const groups = new Map();
  for (const order of input.orders) {
    const { cents, orders } = groups.get(order[input.by]) ?? { cents: 0, orders: 0 };
    groups.set(order[input.by], { cents: cents + order.cents, orders: orders + 1 });
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, sums]) => ({ name, ...sums }));
}
