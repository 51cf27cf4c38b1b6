/** All orders of all regions in one list, amounts in BRL cents so that sums are exact. */
export default function convert({ inputs }) {
  const { rates, ...regions } = inputs;
  const parts = Object.values(regions);
  const orders = parts
    .flatMap((part) => part.orders)
    .map(({ id, day, customer, amount, currency, region }) => {
      const cents = Math.round(amount * rates[currency] * 100);
      return { id, month: day.slice(0, 7), customer, region, cents };
    });
  return { orders, dropped: parts.reduce((sum, part) => sum + part.dropped, 0) };
}
