/**
 * Gathers what was asked for from the final states of one or many paths, each with its weight. Made for one simulation;
 * readout errors are applied here: exactly to probabilities, by drawing to samples.
 */
import type { Circuit } from '../circuit.js';
import { QuantumFault } from '../quantum-fault.js';
import type { Execution, ReadoutOf } from '../engine/execution.js';
import { expectationOf, pauliLetters } from './expectation.js';
import { BitWriter, distributionOf, entriesOf, ranked, sampled } from './outcomes.js';
import type { Outcome, SimulationRequest } from '../engine/request.js';
import type { ShotRandom } from '../engine/shot-random.js';
import { statevectorOf } from './statevector.js';

/** Exact readout errors double the outcomes with each bit. */
const READOUT_OUTCOMES_MAX = 2 ** 22;
/** Draws of a shot for the readout of bit b begin here. */
const READOUT_DRAWS = 1 << 20;

export class Collector {
  readonly #want: NonNullable<SimulationRequest['want']>;
  readonly #letters: readonly (readonly [text: string, letters: readonly string[]])[];
  readonly #readout: ReadoutOf;
  readonly #random: ShotRandom;
  readonly #outcomes = new Map<string, number>();
  readonly #expectations = new Map<string, number>();
  readonly #counts = new Map<string, number>();
  #statevector: Float64Array | undefined;
  readonly #measures: boolean;
  #sampled = 0;

  constructor(circuit: Circuit, request: SimulationRequest, readout: ReadoutOf, random: ShotRandom) {
    this.#want = request.want ?? {};
    this.#letters = (this.#want.expectations ?? []).map(
      (text) => [text, pauliLetters(text, circuit.qubits)] as const,
    );
    this.#readout = readout;
    this.#measures = circuit.operations.some((operation) => operation.kind === 'measure');
    this.#random = random;
  }

  /** Exact results of a path. */
  visit(execution: Execution, weight: number, keepsOutcomes: boolean): void {
    if (keepsOutcomes || this.#want.probabilities !== undefined) this.#addOutcomes(execution, weight);
    for (const [text, letters] of this.#letters)
      this.#expectations.set(
        text,
        (this.#expectations.get(text) ?? 0) + weight * expectationOf(execution, letters),
      );
    if (this.#want.statevector === true) this.#statevector = statevectorOf(execution);
  }

  #addOutcomes(execution: Execution, weight: number): void {
    const { reader } = execution;
    const writer = new BitWriter(execution);
    for (const [read, probability] of entriesOf(distributionOf(execution, reader))) {
      const bits = writer.write(read);
      this.#outcomes.set(bits, (this.#outcomes.get(bits) ?? 0) + weight * probability);
    }
  }

  /** Samples the final state, one outcome for each of the numbers. */
  sample(execution: Execution, uniforms: Float64Array): void {
    const { reader } = execution;
    const writer = new BitWriter(execution);
    const final = this.#measures ? execution.program.finalBits.map(({ bit }) => bit) : [];
    let run = { read: -1, count: 0 };
    const tell = (): void => {
      if (run.count > 0) this.#take(writer.write(run.read), run.count, final);
    };
    sampled(execution, uniforms, (index) => {
      const read = reader.read(index);
      if (read !== run.read) {
        tell();
        run = { read, count: 0 };
      }
      run.count++;
    });
    tell();
  }

  /** Samples the outcomes of all paths that were visited. */
  sampleVisited(uniforms: Float64Array, finalBits: readonly number[]): void {
    uniforms.sort();
    const outcomes = [...this.#outcomes];
    const total = outcomes.reduce((sum, [, probability]) => sum + probability, 0);
    let next = 0;
    let sum = 0;
    for (const [k, [bits, probability]] of outcomes.entries()) {
      sum += probability;
      const first = next;
      const isLast = k === outcomes.length - 1;
      while (next < uniforms.length && (isLast || (uniforms[next] as number) * total < sum)) next++;
      if (next > first) this.#take(bits, next - first, finalBits);
    }
  }

  #take(bits: string, count: number, finalBits: readonly number[]): void {
    const noisy = finalBits.filter((bit) => this.#readout(bit) !== null);
    if (noisy.length === 0) {
      this.#counts.set(bits, (this.#counts.get(bits) ?? 0) + count);
      this.#sampled += count;
      return;
    }
    for (let k = 0; k < count; k++) {
      const read = this.#misread(bits, noisy);
      this.#counts.set(read, (this.#counts.get(read) ?? 0) + 1);
      this.#sampled++;
    }
  }

  #misread(bits: string, noisy: readonly number[]): string {
    const characters = [...bits];
    for (const bit of noisy) {
      const at = characters.length - 1 - bit;
      const row = this.#readout(bit)?.[characters[at] === '1' ? 1 : 0] as readonly [number, number];
      characters[at] = this.#random.at(this.#sampled, READOUT_DRAWS + bit) < row[0] ? '0' : '1';
    }
    return characters.join('');
  }

  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Those bits that a final measurement reads may be misread. */
  probabilities(finalBits: readonly number[]): readonly Outcome[] | undefined {
    const { probabilities } = this.#want;
    if (probabilities === undefined) return undefined;
    let outcomes: ReadonlyMap<string, number> = this.#outcomes;
    for (const bit of finalBits) outcomes = this.#readThrough(outcomes, bit);
    return ranked(outcomes, probabilities === 'ALL' ? Number.POSITIVE_INFINITY : probabilities);
  }

  #readThrough(outcomes: ReadonlyMap<string, number>, bit: number): ReadonlyMap<string, number> {
    const readout = this.#readout(bit);
    if (readout === null) return outcomes;
    const result = new Map<string, number>();
    for (const [bits, probability] of outcomes) {
      const at = bits.length - 1 - bit;
      const row = readout[bits[at] === '1' ? 1 : 0];
      for (const value of [0, 1] as const) {
        if (row[value] === 0) continue;
        const read = `${bits.slice(0, at)}${value}${bits.slice(at + 1)}`;
        result.set(read, (result.get(read) ?? 0) + probability * row[value]);
      }
    }
    if (result.size > READOUT_OUTCOMES_MAX)
      throw new QuantumFault('REQUEST_INVALID', 'readout errors make too many outcomes: ask for counts');
    return result;
  }

  expectations(): Readonly<Record<string, number>> | undefined {
    return this.#letters.length === 0 ? undefined : Object.fromEntries(this.#expectations);
  }

  get statevector(): Float64Array | undefined {
    return this.#statevector;
  }
}
