/**
 * Writes tapes: the passes that the kernels run, 16 words each, and the constants they read, for one fixed place in memory.
 * What the words mean is told in assembly/. Positions are bits of the state's indices, `size` is how many of them
 * the state has at that pass. Called by the encoder of programs and by the engine for its own passes.
 */
import { isRealMatrix } from '../gates/matrix.js';
import type { Matrix } from '../gates/matrix.js';

const codes = {
  dense1: 0,
  real1: 1,
  diagonal1: 2,
  flip1: 3,
  flip2: 4,
  flipMany: 5,
  phaseMany: 6,
  dense2: 7,
  dense2flip: 8,
  real2flip: 9,
  denseMany: 10,
  diagonalRun: 11,
  clear: 12,
  copy: 13,
  squares: 14,
  element: 15,
  accumulate: 16,
  flipIn: 17,
} as const;

const PASS_WORDS = 16;
/** An index has no bit 31. */
const NEVER = 31;
/** Fewer iterations than this are not worth a second thread: threads meet in about a microsecond. */
const PARALLEL_LOG_MIN = 12;
/** Small chunks even out who came late: of 2^14 iterations with chunks of 2^11, two threads needed half as long again. */
const CHUNK_LOG_MIN = 8;

interface Words {
  readonly code: keyof typeof codes;
  readonly countLog: number;
  readonly constants?: number;
  readonly highA?: number;
  readonly highB?: number;
  readonly strideA?: number;
  readonly strideB?: number;
  readonly controlA?: number;
  readonly controlB?: number;
  readonly offset?: number;
  readonly masks?: number;
  readonly maskCount?: number;
  readonly dimension?: number;
  readonly other?: number;
}

/** Where the results of reductions stand: two numbers for each chunk. */
export interface Slots {
  readonly address: number;
  readonly count: number;
}

export function chunkLogOf(countLog: number): number {
  return countLog < PARALLEL_LOG_MIN ? countLog : Math.max(CHUNK_LOG_MIN, Math.min(15, countLog - 6));
}

function highMask(position: number): number {
  return ~((1 << position) - 1) >>> 0;
}

function bytesOf(position: number): number {
  return 16 * 2 ** position;
}

export class TapeWriter {
  readonly #address: number;
  #words = new Uint32Array(64 * PASS_WORDS);
  #constants = new Float64Array(1024);
  #used = 0;
  #count = 0;

  /** `address` is where the constants will stand; the words follow them. */
  constructor(address: number) {
    this.#address = address;
  }

  get count(): number {
    return this.#count;
  }

  get constants(): Float64Array {
    return this.#constants.subarray(0, this.#used);
  }

  get words(): Uint32Array {
    return this.#words.subarray(0, this.#count * PASS_WORDS);
  }

  get bytes(): number {
    return this.wordsAddress - this.#address + this.#count * PASS_WORDS * 4;
  }

  get wordsAddress(): number {
    return this.#address + Math.ceil(this.#used / 8) * 64;
  }

  reset(): void {
    this.#used = 0;
    this.#count = 0;
  }

  /** `isReal` must be said where the matrix is going to be rewritten. */
  dense1(size: number, position: number, matrix: Matrix, isReal = isRealMatrix(matrix)): number {
    return this.#push({
      code: isReal ? 'real1' : 'dense1',
      countLog: size - 1,
      highA: highMask(position),
      strideA: bytesOf(position),
      constants: this.#complex(matrix),
    });
  }

  /** Two factors: for 0 and for 1. */
  diagonal1(size: number, position: number, diagonal: ArrayLike<number>): number {
    return this.#push({
      code: 'diagonal1',
      countLog: size - 1,
      highA: highMask(position),
      strideA: bytesOf(position),
      constants: this.#complex(diagonal),
    });
  }

  flip(size: number, controls: readonly number[], target: number): number {
    const strideA = bytesOf(target);
    const offset = controls.reduce((bytes, control) => bytes + bytesOf(control), 0);
    if (controls.length === 0)
      return this.#push({ code: 'flip1', countLog: size - 1, highA: highMask(target), strideA });
    const countLog = size - 1 - controls.length;
    if (controls.length > 1)
      return this.#push({
        code: 'flipMany',
        countLog,
        strideA,
        offset,
        ...this.#masks([...controls, target]),
      });
    const [low, high] = [controls[0] as number, target].sort((a, b) => a - b) as [number, number];
    return this.#push({
      code: 'flip2',
      countLog,
      highA: highMask(low),
      highB: highMask(high),
      strideA,
      offset,
    });
  }

  /** CX into a position that enters as the top one of `size`, in memory that need not be clear. */
  flipIn(size: number, control: number): number {
    return this.#push({
      code: 'flipIn',
      countLog: size - 1,
      strideA: bytesOf(size - 1),
      controlA: control,
    });
  }

  phase(size: number, positions: readonly number[], re: number, im: number): number {
    return this.#push({
      code: 'phaseMany',
      countLog: size - positions.length,
      offset: positions.reduce((bytes, position) => bytes + bytesOf(position), 0),
      constants: this.#complex([re, im]),
      ...this.#masks(positions),
    });
  }

  /** `flips[k]` is the position of the CX that follows into `positions[k]`, or null. */
  dense2(
    size: number,
    positions: readonly [number, number],
    matrix: Matrix,
    flips: readonly [number | null, number | null],
    isReal = isRealMatrix(matrix),
  ): number {
    const [low, high] = positions.toSorted((a, b) => a - b) as [number, number];
    const isPlain = flips[0] === null && flips[1] === null;
    return this.#push({
      code: isReal ? 'real2flip' : isPlain ? 'dense2' : 'dense2flip',
      countLog: size - 2,
      highA: highMask(low),
      highB: highMask(high),
      strideA: bytesOf(positions[0]),
      strideB: bytesOf(positions[1]),
      controlA: flips[0] ?? NEVER,
      controlB: flips[1] ?? NEVER,
      constants: this.#complex(matrix),
    });
  }

  many(size: number, controls: readonly number[], positions: readonly number[], matrix: Matrix): number {
    const dimension = 1 << positions.length;
    const rows = Array.from({ length: dimension }, (_, row) =>
      positions.reduce((bytes, position, k) => bytes + ((row >> k) & 1) * bytesOf(position), 0),
    );
    return this.#push({
      code: 'denseMany',
      countLog: size - controls.length - positions.length,
      offset: controls.reduce((bytes, control) => bytes + bytesOf(control), 0),
      dimension,
      constants: this.#complex(matrix),
      ...this.#masks([...controls, ...positions], rows),
    });
  }

  /** `tables` holds the low tables for pivot 0 and 1, and then the high ones; `isHalf` leaves amplitudes of pivot 0 alone. */
  run(size: number, pivot: number, lowBits: number, tables: ArrayLike<number>, isHalf: boolean): number {
    return this.#push({
      code: 'diagonalRun',
      countLog: isHalf ? size - 1 : size,
      highA: isHalf ? highMask(pivot) : 0,
      offset: isHalf ? 2 ** pivot : 0,
      controlA: pivot,
      controlB: lowBits,
      strideA: 32 * 2 ** lowBits,
      strideB: 32 * 2 ** (size - lowBits),
      constants: this.#complex(tables),
    });
  }

  clear(size: number, isOne: boolean): number {
    return this.#push({ code: 'clear', countLog: size, offset: isOne ? 1 : 0 });
  }

  /** Lets a `clear` that was written before clear no more than this. */
  clearOnly(pass: number, size: number): void {
    this.#words.set([size, chunkLogOf(size)], pass * PASS_WORDS + 1);
  }

  copy(size: number, from: number): number {
    return this.#push({ code: 'copy', countLog: size, other: from });
  }

  /** The sum of squares where the bits at `positions` are 1; its parts come into the slots. */
  squares(size: number, positions: readonly number[], address: number): Slots {
    const offset = positions.reduce((bytes, position) => bytes + bytesOf(position), 0);
    const countLog = size - positions.length;
    this.#push({ code: 'squares', countLog, offset, constants: address, ...this.#masks(positions) });
    return { address, count: 2 ** (countLog - chunkLogOf(countLog)) };
  }

  /** See `element` of the kernels; `bra` is the address of the other state. */
  element(size: number, bra: number, pauli: PauliMasks, address: number): Slots {
    this.#push({
      code: 'element',
      countLog: size,
      other: bra,
      highA: pauli.flips,
      highB: pauli.signs,
      offset: pauli.wanted,
      constants: address,
    });
    return { address, count: 2 ** (size - chunkLogOf(size)) };
  }

  accumulate(size: number, from: number, pauli: PauliMasks, re: number, im: number): number {
    return this.#push({
      code: 'accumulate',
      countLog: size,
      other: from,
      highA: pauli.flips,
      highB: pauli.signs,
      constants: this.#complex([re, im]),
    });
  }

  /** Where the constants of a pass stand, for those who rewrite them in memory. */
  constantsAddress(pass: number): number {
    return this.#words[pass * PASS_WORDS + 3] as number;
  }

  #masks(positions: readonly number[], rows: readonly number[] = []): { masks: number; maskCount: number } {
    const sorted = positions.toSorted((a, b) => a - b);
    const words = Uint32Array.from([...sorted.map(highMask), ...rows]);
    const at = this.#reserve(Math.ceil(words.length / 2));
    new Uint32Array(this.#constants.buffer, at * 8, words.length).set(words);
    return { masks: this.#address + at * 8, maskCount: sorted.length };
  }

  #complex(values: ArrayLike<number>): number {
    const at = this.#reserve(values.length * 2);
    spreadComplex(this.#constants, at, values);
    return this.#address + at * 8;
  }

  /** Room for that many numbers, at an address that 16 divides. */
  #reserve(count: number): number {
    const at = this.#used;
    this.#used += count + (count % 2);
    if (this.#used > this.#constants.length) {
      const larger = new Float64Array(2 * this.#used);
      larger.set(this.#constants);
      this.#constants = larger;
    }
    return at;
  }

  #push(words: Words): number {
    const index = this.#count++;
    if (this.#count * PASS_WORDS > this.#words.length) {
      const larger = new Uint32Array(2 * this.#words.length);
      larger.set(this.#words);
      this.#words = larger;
    }
    const chunkLog = chunkLogOf(words.countLog);
    this.#words.set(
      [
        ...[codes[words.code], words.countLog, chunkLog, words.constants ?? 0],
        ...[words.highA ?? 0, words.highB ?? 0, words.strideA ?? 0, words.strideB ?? 0],
        ...[words.controlA ?? 0, words.controlB ?? 0, words.offset ?? 0, words.masks ?? 0],
        ...[words.maskCount ?? 0, words.dimension ?? 0, words.other ?? 0],
      ],
      index * PASS_WORDS,
    );
    return index;
  }
}

/** A Pauli string as masks of positions; only amplitudes with all bits of `wanted` take part. */
export interface PauliMasks {
  readonly flips: number;
  readonly signs: number;
  readonly wanted: number;
}

/** Complex numbers as the kernels want them: (re, re, -im, im). */
export function spreadComplex(to: Float64Array, at: number, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i += 2) {
    const re = values[i] as number;
    const im = values[i + 1] as number;
    to[at + 2 * i] = re;
    to[at + 2 * i + 1] = re;
    to[at + 2 * i + 2] = -im;
    to[at + 2 * i + 3] = im;
  }
}
