/** The whole core on a virtual clock through crashes, pauses, cut links, jumping clocks and two leaders. */
import { expect, it } from 'vitest';
import { keepsItsPromises } from './seeds.js';
import { simulate } from './simulate.js';

keepsItsPromises(1, 1000);

it('makes the same history of the same seed, to the byte', async () => {
  for (const seed of [3, 77, 1234]) {
    const [once, again, other] = [await simulate(seed), await simulate(seed), await simulate(seed + 1)];
    expect(again.digest()).toBe(once.digest());
    expect(other.digest()).not.toBe(once.digest());
  }
});
