import { expect, it } from 'vitest';
import { simulate } from './world.js';

const FIRST = Number(process.env.SIMULATION_SEED ?? 1);
const SEEDS = process.env.SIMULATION_SEED === undefined ? Number(process.env.SIMULATION_SEEDS ?? 200) : 1;

it('keeps every promise through kills, broken sessions and ambiguous commits', {
  timeout: 600_000,
}, async () => {
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    const faults = await simulate(seed);
    expect(
      faults,
      `seed ${seed}; replay with SIMULATION_SEED=${seed} npx vitest run test/simulation`,
    ).toEqual([]);
  }
});
