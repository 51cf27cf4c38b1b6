/**
 * Random numbers by counter: draw `k` of shot `i` depends on the seed and on these two alone, so that results do not depend
 * on threads or on the order in which shots are run. Rounds of MurmurHash3's finaliser over the three words.
 */
import { SeededRandom } from '../../kit/random.js';

export class ShotRandom {
  readonly #a: number;
  readonly #b: number;

  constructor(seed: number | string) {
    const random = new SeededRandom(seed);
    this.#a = random.uint32();
    this.#b = random.uint32();
  }

  /** In [0, 1), with 53 bits. */
  at(shot: number, draw: number): number {
    const low = mixed(
      mixed(mixed(this.#a ^ shot) ^ Math.floor(shot / 0x100000000)) + Math.imul(draw, 0x9e3779b9),
    );
    const high = mixed(mixed(this.#b ^ low) + Math.imul(shot, 0x85ebca6b) + draw);
    return ((high >>> 5) * 0x4000000 + (low >>> 6)) * 2 ** -53;
  }
}

function mixed(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** The index that a uniform number falls on among weights; the last one that weighs anything when rounding leaves a rest. */
export function pick(weights: readonly number[], uniform: number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let left = uniform * total;
  let last = 0;
  for (const [index, weight] of weights.entries()) {
    if (weight <= 0) continue;
    last = index;
    left -= weight;
    if (left < 0) return index;
  }
  return last;
}
