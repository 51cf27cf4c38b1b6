/** All orders in one list, amounts in BRL cents so that sums are exact. */
export default function convert({ inputs }) {
  const { north, south, rates } = inputs;
  const orders = [...north.orders, ...south.orders].map(({ id, day, customer, amount, currency, region }) => {
    const cents = Math.round(amount * rates[currency] * 100);
    return { id, month: day.slice(0, 7), customer, region, cents };
  });
  return { orders, dropped: north.dropped + south.dropped };
}
