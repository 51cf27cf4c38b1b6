/**
 * `npm run simulate`: replays one seed and tells its story, or runs many and tells which broke a promise. Called by
 * scripts/simulate.mjs; a planted bug can be simulated by its name.
 */
import { parseArgs } from 'node:util';
import type { Histories } from './histories.js';
import { runApart } from './plants/load.js';
import type { Plant } from './plants/plant.js';
import { PLANTS } from './plants/plants.js';

export const USAGE = `usage: npm run simulate -- --seed N            one history, told line by line
       npm run simulate -- --seeds FROM-TO   many; those that break a promise are named
       npm run simulate -- --count N         the same as --seeds 1-N
  --plant NAME   with a planted bug (test/simulation/plants)
  --first        ends with the first that breaks a promise`;

const SEED_MAX = 2 ** 32;

/** Throws with a message for the terminal. */
export function readWish(argv: readonly string[]): Histories {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      seed: { type: 'string' },
      seeds: { type: 'string' },
      count: { type: 'string' },
      plant: { type: 'string' },
      first: { type: 'boolean', default: false },
    },
  });
  const { seed, seeds, count, first } = values;
  const given = [seed, seeds, count].filter((value) => value !== undefined).length;
  if (given !== 1) throw new Error('say which histories: one of --seed, --seeds and --count');
  const plant = plantNamed(values.plant);
  if (seed !== undefined) {
    const one = whole('--seed', seed);
    return { from: one, to: one, story: true, plant, first };
  }
  if (count !== undefined) return { from: 1, to: whole('--count', count), story: false, plant, first };
  const [, from, to] = /^(\d+)-(\d+)$/.exec(seeds ?? '') ?? [];
  if (from === undefined || to === undefined || Number(from) > Number(to))
    throw new Error(`--seeds takes FROM-TO, for example 1-2000; not "${seeds}"`);
  return { from: whole('--seeds', from), to: whole('--seeds', to), story: false, plant, first };
}

function whole(flag: string, text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= SEED_MAX) return number;
  throw new Error(`${flag} takes whole numbers from 1 to ${SEED_MAX}; not "${text}"`);
}

function plantNamed(name: string | undefined): Plant | undefined {
  const plant = PLANTS.find((one) => one.name === name);
  if (name !== undefined && plant === undefined) {
    const names = PLANTS.map((one) => `"${one.name}"`).join(', ');
    throw new Error(`there is no planted bug "${name}"; there are ${names}`);
  }
  return plant;
}

/** Answers the exit code: 1 when a promise was broken, 2 when it was not asked for anything. */
export async function main(argv: readonly string[]): Promise<number> {
  let wish: Histories;
  try {
    wish = readWish(argv);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}\n`);
    return 2;
  }
  return (await runApart(wish, 'inherit')).code;
}
