/** What every file of seeds does: so many histories, each of which must keep every promise. */
import { expect, it } from 'vitest';
import { inWords } from './histories.js';
import { simulate } from './simulate.js';

const AT_ONCE = 100;

export function keepsItsPromises(from: number, to: number): void {
  for (let first = from; first <= to; first += AT_ONCE) {
    const last = Math.min(first + AT_ONCE - 1, to);
    it(`keeps every promise in histories ${first} to ${last}`, { timeout: 300_000 }, async () => {
      for (let seed = first; seed <= last; seed++) {
        const verdict = await simulate(seed);
        expect(
          verdict.broken,
          `${inWords(verdict)}; replay with npm run simulate -- --seed ${seed}`,
        ).toBeUndefined();
      }
    });
  }
}
