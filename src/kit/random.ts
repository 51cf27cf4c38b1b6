/**
 * Where randomness comes from: the system's generator in production, a seeded one in simulation and tests.
 * Called by ids, back-off jitter, learning and the simulation; the floors that must be deterministic take a `Random` and never reach for `Math.random`.
 */
import { randomFillSync } from 'node:crypto';
import { assert } from './assert.js';

export interface Random {
  /** A number in [0, 1) with 53 random bits. */
  next(): number;
}

const UNIT = 2 ** -53;

function unitFrom(high: number, low: number): number {
  return ((high >>> 5) * 0x4000000 + (low >>> 6)) * UNIT;
}

/** FNV-1a over UTF-16 code units: spreads a label over the 32 bits of a seed. Not for security. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/**
 * sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, passes PractRand, a few integer operations a draw.
 * The same seed gives the same sequence on every machine and version of Node.
 */
export class SeededRandom implements Random {
  readonly seed: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number | string) {
    this.seed = String(seed);
    this.#a = hashOf(`${this.seed}#a`);
    this.#b = hashOf(`${this.seed}#b`);
    this.#c = hashOf(`${this.seed}#c`);
    for (let i = 0; i < 12; i++) this.uint32();
  }

  uint32(): number {
    const result = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  next(): number {
    return unitFrom(this.uint32(), this.uint32());
  }

  /** An integer in [0, max). */
  int(max: number): number {
    assert(Number.isSafeInteger(max) && max > 0, 'SeededRandom.int needs a positive integer bound');
    return Math.floor(this.next() * max);
  }

  pick<T>(items: readonly T[]): T {
    assert(items.length > 0, 'SeededRandom.pick needs at least one item');
    return items[this.int(items.length)] as T;
  }

  /** The numbers 0 to count - 1, each order as likely (Fisher and Yates). */
  order(count: number): Int32Array {
    const order = Int32Array.from({ length: count }, (_, i) => i);
    this.shuffle(order);
    return order;
  }

  /** In place (Fisher and Yates). */
  shuffle(items: Int32Array): void {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.int(i + 1);
      const kept = items[i] as number;
      items[i] = items[j] as number;
      items[j] = kept;
    }
  }

  /**
   * An independent generator that depends on this one's seed and the label only, not on how much was drawn:
   * a new draw in one part of a simulation leaves every other part's sequence as it was.
   */
  fork(label: string): SeededRandom {
    return new SeededRandom(`${this.seed}/${label}`);
  }
}

/** Draws from a prefilled pool: one call into the system's generator per 1,024 draws instead of one each. */
export class SystemRandom implements Random {
  readonly #pool = new Uint32Array(2048);
  #used = this.#pool.length;

  next(): number {
    if (this.#used === this.#pool.length) {
      randomFillSync(this.#pool);
      this.#used = 0;
    }
    const high = this.#pool[this.#used++] as number;
    const low = this.#pool[this.#used++] as number;
    return unitFrom(high, low);
  }
}
