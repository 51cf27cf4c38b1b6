/**
 * From the final state to outcomes: probabilities of bit strings, and samples. Called by the collector;
 * bits that are known cost nothing.
 */
import { QuantumFault } from '../quantum-fault.js';
import type { BitReader } from './bit-reader.js';
import { densityDiagonal } from './density.js';
import type { Execution } from '../engine/execution.js';
import type { Outcome } from '../engine/request.js';

/** Up to this many bits every outcome has a place in a table; above, only those that happen do. */
const TABLE_BITS_MAX = 24;
const OUTCOMES_MAX = 2 ** 22;
/** Less than this is what is left of amplitudes that cancel each other. */
const NOTHING = 1e-14;

interface Chance {
  readonly index: number;
  readonly probability: number;
}

/** The probabilities of the state's indices, in ascending order of what they enumerate. */
function* chances(execution: Execution): Generator<Chance> {
  if (execution.program.isDensity) {
    const { indices, values } = densityDiagonal(execution);
    for (const [k, index] of indices.entries()) yield { index, probability: values[k] as number };
    return;
  }
  const { machine, state, program } = execution;
  const amplitudes = machine.amplitudes(state, program.size);
  for (let i = 0; i < amplitudes.length; i += 2) {
    const probability = (amplitudes[i] as number) ** 2 + (amplitudes[i + 1] as number) ** 2;
    if (probability > 0) yield { index: i / 2, probability };
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

/** What is read, with its probability. */
export type Distribution = Float64Array | Map<number, number>;

export function distributionOf(execution: Execution, reader: BitReader): Distribution {
  if (reader.bits.length <= TABLE_BITS_MAX) return tableOf(execution, reader);
  const found = new Map<number, number>();
  for (const { index, probability } of chances(execution)) {
    if (probability < NOTHING) continue;
    const read = reader.read(index);
    found.set(read, (found.get(read) ?? 0) + probability);
    if (found.size > OUTCOMES_MAX)
      throw new QuantumFault(
        'REQUEST_INVALID',
        `more than ${OUTCOMES_MAX} outcomes are possible: measure fewer qubits, or ask for counts`,
      );
  }
  return found;
}

function tableOf(execution: Execution, reader: BitReader): Float64Array {
  const table = new Float64Array(2 ** reader.bits.length);
  if (execution.program.isDensity) {
    for (const { index, probability } of chances(execution)) {
      const read = reader.read(index);
      table[read] = (table[read] as number) + probability;
    }
    return table;
  }
  const amplitudes = execution.machine.amplitudes(execution.state, execution.program.size);
  for (let i = 0; i < amplitudes.length; i += 2) {
    const re = amplitudes[i] as number;
    const im = amplitudes[i + 1] as number;
    if (re === 0 && im === 0) continue;
    const read = reader.read(i >> 1);
    table[read] = (table[read] as number) + re * re + im * im;
  }
  return table;
}

/** Samples by a sweep: the numbers are sorted, and each falls on the index at which the running sum passes it. */
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

export function* entriesOf(
  distribution: Distribution,
): Generator<readonly [read: number, probability: number]> {
  for (const [read, probability] of distribution.entries())
    if (probability > NOTHING) yield [read, probability];
}

/** The most probable first, then in the order of their bits. */
export function ranked(
  outcomes: Iterable<readonly [bits: string, probability: number]>,
  top: number,
): Outcome[] {
  const all = Array.from(outcomes, ([bits, probability]) => ({ bits, probability }));
  all.sort((a, b) => b.probability - a.probability || (a.bits < b.bits ? -1 : 1));
  return all.length > top ? all.slice(0, top) : all;
}
