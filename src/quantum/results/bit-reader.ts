/** Gathers the bits of an outcome from an index of the state, by tables for its four bytes. Made once for an execution. */
import type { FinalBit } from '../compile/program.js';

export class BitReader {
  readonly bits: readonly FinalBit[];
  readonly #tables: Uint32Array[];

  /** `bitOf` says where a final bit goes in what is read: by default they follow each other. */
  constructor(finalBits: readonly FinalBit[], bitOf: (bit: FinalBit, k: number) => number = (_, k) => k) {
    this.bits = finalBits.filter(({ place }) => place.kind === 'state');
    this.#tables = [0, 8, 16, 24].map((shift) => this.#table(shift, bitOf));
  }

  #table(shift: number, bitOf: (bit: FinalBit, k: number) => number): Uint32Array {
    const table = new Uint32Array(256);
    for (const [k, bit] of this.bits.entries()) {
      const { place } = bit;
      if (place.kind !== 'state' || place.position < shift || place.position >= shift + 8) continue;
      const mask = 1 << (place.position - shift);
      for (let byte = 0; byte < 256; byte++)
        if ((byte & mask) !== 0) table[byte] = (table[byte] as number) + 2 ** bitOf(bit, k);
    }
    return table;
  }

  read(index: number): number {
    const [a, b, c, d] = this.#tables as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
    return (
      (a[index & 255] as number) +
      (b[(index >>> 8) & 255] as number) +
      (c[(index >>> 16) & 255] as number) +
      (d[(index >>> 24) & 255] as number)
    );
  }
}
