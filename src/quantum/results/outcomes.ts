/**
 * From final states to outcomes: what every bit string's probability is, over all paths, and samples of one state. A bit string
 * is a number; where there are hardly more of them than amplitudes every one has its place in a table, otherwise only those
 * that happen are kept, and not many of those can be. Called by the collector; strings are made for what is answered and for nothing else.
 */
import type { Execution } from '../engine/execution.js';
import type { Outcome } from '../engine/request.js';
import type { Readout } from '../noise/noise-model.js';
import { QuantumFault } from '../quantum-fault.js';
import { BitReader } from './bit-reader.js';
import { densityDiagonal } from './density.js';

const TABLE_BITS_MAX = 24;
/** A register with more bits than this beyond the qubits is mostly empty. */
const SPARE_BITS_MAX = 4;
const SMALL_TABLE_BITS = 12;
/** Of those that are kept one by one. */
const OUTCOMES_MAX = 2 ** 20;
/** Less than this is what is left of amplitudes that cancel each other. */
const NOTHING = 1e-14;

export interface Outcomes {
  /** The outcomes of a path that happens with this probability. */
  add(execution: Execution, weight: number): void;
  /** The bit may be misread. */
  readThrough(bit: number, readout: Readout): void;
  /** The most probable first, then in the order of their bits. */
  top(count: number): Outcome[];
  /** Answers for ascending numbers in [0, 1) how often each outcome is met. */
  sample(uniforms: Float64Array, take: (bits: string, count: number) => void): void;
}

/** `width`: bits of a string. */
export function outcomesOf(width: number, qubits: number): Outcomes {
  const bitsMax = Math.min(TABLE_BITS_MAX, Math.max(SMALL_TABLE_BITS, qubits + SPARE_BITS_MAX));
  return width <= bitsMax ? new OutcomeTable(width) : new OutcomeMap();
}

/** Calls `see` with what the reader makes of every index of the state that may be found, and its probability. */
function eachChance(
  execution: Execution,
  reader: BitReader,
  see: (read: number, probability: number) => void,
): void {
  const { machine, state, program } = execution;
  if (program.isDensity) {
    const { indices, values } = densityDiagonal(execution);
    for (const [k, index] of indices.entries()) see(reader.read(index), values[k] as number);
    return;
  }
  const amplitudes = machine.amplitudes(state, program.size);
  for (let i = 0; i < amplitudes.length; i += 2) {
    const re = amplitudes[i] as number;
    const im = amplitudes[i + 1] as number;
    if (re !== 0 || im !== 0) see(reader.read(i >> 1), re * re + im * im);
  }
}

class OutcomeTable implements Outcomes {
  readonly #width: number;
  readonly #values: Float64Array;

  constructor(width: number) {
    this.#width = width;
    this.#values = new Float64Array(2 ** width);
  }

  add(execution: Execution, weight: number): void {
    const values = this.#values;
    const reader = new BitReader(execution.program.finalBits, ({ bit }) => bit);
    const base = this.#baseOf(execution);
    eachChance(execution, reader, (read, probability) => {
      values[base + read] = (values[base + read] as number) + weight * probability;
    });
  }

  readThrough(bit: number, [zero, one]: Readout): void {
    const values = this.#values;
    const stride = 2 ** bit;
    for (let i = 0; i < values.length; i++) {
      if ((i & stride) !== 0) continue;
      const [x, y] = [values[i] as number, values[i + stride] as number];
      values[i] = x * zero[0] + y * one[0];
      values[i + stride] = x * zero[1] + y * one[1];
    }
  }

  top(count: number): Outcome[] {
    const values = this.#values;
    const byRank = (a: number, b: number): number => (values[b] as number) - (values[a] as number) || a - b;
    const found: number[] = [];
    const enough = 2 * count + 1024;
    let least = NOTHING;
    for (let i = 0; i < values.length; i++) {
      if (!((values[i] as number) > least)) continue;
      found.push(i);
      if (found.length < enough) continue;
      found.sort(byRank).length = count;
      least = values[found[count - 1] as number] as number;
    }
    return found
      .sort(byRank)
      .slice(0, count)
      .map((i) => ({ bits: this.#write(i), probability: values[i] as number }));
  }

  sample(uniforms: Float64Array, take: (bits: string, count: number) => void): void {
    const values = this.#values;
    const total = values.reduce((sum, value) => sum + value, 0);
    const sweep = new Sweep(uniforms, total, (outcome, count) => take(this.#write(outcome), count));
    for (let i = 0; i < values.length && !sweep.isDone; i++) sweep.pass(i, values[i] as number);
    sweep.end();
  }

  /** What every outcome of this path shares. */
  #baseOf({ bits, program }: Execution): number {
    let base = 0;
    for (let bit = 0; bit < Math.min(bits.length, this.#width); bit++)
      base += (bits[bit] as number) * 2 ** bit;
    for (const { bit, place } of program.finalBits) {
      base -= base & (2 ** bit);
      if (place.kind === 'known') base += place.value * 2 ** bit;
    }
    return base;
  }

  #write(outcome: number): string {
    return this.#width === 0 ? '' : outcome.toString(2).padStart(this.#width, '0');
  }
}

class OutcomeMap implements Outcomes {
  #values = new Map<string, number>();

  add(execution: Execution, weight: number): void {
    const { reader } = execution;
    const found = new Map<number, number>();
    eachChance(execution, reader, (read, probability) => {
      if (probability < NOTHING) return;
      found.set(read, (found.get(read) ?? 0) + probability);
      if (found.size > OUTCOMES_MAX) throw tooMany();
    });
    const writer = new BitWriter(execution);
    for (const [read, probability] of found) this.#add(writer.write(read), weight * probability);
  }

  readThrough(bit: number, readout: Readout): void {
    const before = this.#values;
    this.#values = new Map();
    for (const [bits, probability] of before) {
      const at = bits.length - 1 - bit;
      const row = readout[bits[at] === '1' ? 1 : 0];
      for (const value of [0, 1] as const)
        if (row[value] > 0)
          this.#add(`${bits.slice(0, at)}${value}${bits.slice(at + 1)}`, probability * row[value]);
    }
  }

  top(count: number): Outcome[] {
    const all = Array.from(this.#values, ([bits, probability]) => ({ bits, probability }));
    const found = all.filter(({ probability }) => probability > NOTHING);
    found.sort((a, b) => b.probability - a.probability || (a.bits < b.bits ? -1 : 1));
    return found.slice(0, count);
  }

  sample(uniforms: Float64Array, take: (bits: string, count: number) => void): void {
    const entries = [...this.#values];
    const total = entries.reduce((sum, [, probability]) => sum + probability, 0);
    const sweep = new Sweep(uniforms, total, (k, count) => take((entries[k] as [string, number])[0], count));
    for (const [k, [, probability]] of entries.entries()) sweep.pass(k, probability);
    sweep.end();
  }

  #add(bits: string, probability: number): void {
    this.#values.set(bits, (this.#values.get(bits) ?? 0) + probability);
    if (this.#values.size > OUTCOMES_MAX) throw tooMany();
  }
}

function tooMany(): QuantumFault {
  return new QuantumFault(
    'REQUEST_INVALID',
    `more than ${OUTCOMES_MAX} outcomes of so wide a register are possible: measure fewer qubits, or ask for counts`,
  );
}

/** The numbers are sorted; each falls on the outcome at which the running sum passes it, rounding errors on the last. */
class Sweep {
  #next = 0;
  #sum = 0;
  #last = -1;

  constructor(
    private readonly uniforms: Float64Array,
    private readonly total: number,
    private readonly take: (outcome: number, count: number) => void,
  ) {}

  get isDone(): boolean {
    return this.#next === this.uniforms.length;
  }

  pass(outcome: number, probability: number): void {
    if (probability === 0) return;
    this.#last = outcome;
    this.#sum += probability;
    const first = this.#next;
    while (
      this.#next < this.uniforms.length &&
      (this.uniforms[this.#next] as number) * this.total < this.#sum
    )
      this.#next++;
    if (this.#next > first) this.take(outcome, this.#next - first);
  }

  end(): void {
    if (!this.isDone && this.#last >= 0) this.take(this.#last, this.uniforms.length - this.#next);
    this.#next = this.uniforms.length;
  }
}

/** Writes bit strings: the characters that every outcome of this path shares, and those that the index decides. */
export class BitWriter {
  readonly #shared: string[];
  readonly #at: readonly number[];

  constructor(execution: Execution) {
    const { width, finalBits } = execution.program;
    this.#shared = Array.from({ length: width }, () => '0');
    const place = (bit: number): number => width - 1 - bit;
    for (const [bit, value] of execution.bits.entries())
      if (bit < width) this.#shared[place(bit)] = String(value);
    for (const { bit, place: at } of finalBits)
      if (at.kind === 'known') this.#shared[place(bit)] = String(at.value);
    this.#at = execution.reader.bits.map(({ bit }) => place(bit));
  }

  write(read: number): string {
    const characters = [...this.#shared];
    for (const [k, at] of this.#at.entries())
      characters[at] = Math.floor(read / 2 ** k) % 2 === 1 ? '1' : '0';
    return characters.join('');
  }
}

/** Samples a state by a sweep over its indices; each index that is met is taken once for each number that falls on it. */
export function sampled(execution: Execution, uniforms: Float64Array, take: (index: number) => void): void {
  const { machine, state, program } = execution;
  const amplitudes = machine.amplitudes(state, program.size);
  uniforms.sort();
  let next = 0;
  let sum = 0;
  let last = 0;
  for (let i = 0; i < amplitudes.length && next < uniforms.length; i += 2) {
    const probability = (amplitudes[i] as number) ** 2 + (amplitudes[i + 1] as number) ** 2;
    if (probability === 0) continue;
    sum += probability;
    last = i >> 1;
    for (; next < uniforms.length && (uniforms[next] as number) < sum; next++) take(last);
  }
  // Rounding may leave the sum a little below 1.
  for (; next < uniforms.length; next++) take(last);
}
