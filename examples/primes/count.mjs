/** Counts the primes from `from` up to, not including, `to`, a tenth at a time and without haste: there is time to watch it. */
import { setTimeout as pause } from 'node:timers/promises';

const STEPS = 10;
const PAUSE_MS = 1000;

function isPrime(number) {
  if (number < 2) return false;
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false;
  return true;
}

export default async function count({ input: { from, to }, progress, signal }) {
  let primes = 0;
  for (let step = 0; step < STEPS; step++) {
    const until = from + ((to - from) * (step + 1)) / STEPS;
    for (let number = from + ((to - from) * step) / STEPS; number < until; number++)
      if (isPrime(number)) primes++;
    progress((step + 1) / STEPS, `${primes} up to ${until}`);
    await pause(PAUSE_MS, undefined, { signal });
  }
  return { primes };
}
