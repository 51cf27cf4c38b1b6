/** The primes of all parts together. */
export default function sum({ inputs }) {
  return { primes: Object.values(inputs).reduce((total, { primes }) => total + primes, 0) };
}
