/**
 * Gathers what was asked for from the final states of one or many paths, each with its weight. Made for one simulation;
 * readout errors are applied here: exactly to probabilities, by drawing to samples.
 */
import type { Circuit } from '../circuit.js';
import { QuantumFault } from '../quantum-fault.js';
import type { Execution, ReadoutOf } from '../engine/execution.js';
import { expectationOf, pauliLetters } from './expectation.js';
import { BitWriter, type Outcomes, outcomesOf, sampled } from './outcomes.js';
import type { Outcome, SimulationRequest } from '../engine/request.js';
import type { ShotRandom } from '../engine/shot-random.js';
import { statevectorOf } from './statevector.js';

/** Draws of a shot for the readout of bit b begin here. */
const READOUT_DRAWS = 1 << 20;

export interface CollectorParts {
  readonly readout: ReadoutOf;
  readonly random: ShotRandom;
  /** Different outcomes that may be answered. */
  readonly outcomesMax: number;
}

export class Collector {
  readonly #want: NonNullable<SimulationRequest['want']>;
  readonly #letters: readonly (readonly [text: string, letters: readonly string[]])[];
  readonly #readout: ReadoutOf;
  readonly #random: ShotRandom;
  readonly #qubits: number;
  readonly #outcomesMax: number;
  #outcomes: Outcomes | undefined;
  readonly #expectations = new Map<string, number>();
  readonly #counts = new Map<string, number>();
  #statevector: Float64Array | undefined;
  readonly #measures: boolean;
  #sampled = 0;

  constructor(
    circuit: Circuit,
    request: SimulationRequest,
    { readout, random, outcomesMax }: CollectorParts,
  ) {
    this.#qubits = circuit.qubits;
    this.#outcomesMax = outcomesMax;
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
    if (keepsOutcomes || this.#want.probabilities !== undefined)
      (this.#outcomes ??= outcomesOf(execution.program.width, this.#qubits)).add(execution, weight);
    for (const [text, letters] of this.#letters)
      this.#expectations.set(
        text,
        (this.#expectations.get(text) ?? 0) + weight * expectationOf(execution, letters),
      );
    if (this.#want.statevector === true) this.#statevector = statevectorOf(execution);
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
    this.#outcomes?.sample(uniforms.sort(), (bits, count) => this.#take(bits, count, finalBits));
  }

  #take(bits: string, count: number, finalBits: readonly number[]): void {
    const noisy = finalBits.filter((bit) => this.#readout(bit) !== null);
    if (noisy.length === 0) {
      this.#count(bits, count);
      this.#sampled += count;
      return;
    }
    for (let k = 0; k < count; k++) {
      this.#count(this.#misread(bits, noisy), 1);
      this.#sampled++;
    }
  }

  #count(bits: string, count: number): void {
    this.#counts.set(bits, (this.#counts.get(bits) ?? 0) + count);
    if (this.#counts.size > this.#outcomesMax) throw this.#tooMany();
  }

  #tooMany(): QuantumFault {
    return new QuantumFault(
      'RESULT_TOO_LARGE',
      `more than ${this.#outcomesMax} different outcomes cannot be answered: ask for the top ones, or measure fewer qubits`,
    );
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
    for (const bit of finalBits) {
      const readout = this.#readout(bit);
      if (readout !== null) this.#outcomes?.readThrough(bit, readout);
    }
    const count = probabilities === 'ALL' ? this.#outcomesMax + 1 : probabilities;
    const found = this.#outcomes?.top(count) ?? [];
    if (found.length > this.#outcomesMax) throw this.#tooMany();
    return found;
  }

  expectations(): Readonly<Record<string, number>> | undefined {
    return this.#letters.length === 0 ? undefined : Object.fromEntries(this.#expectations);
  }

  get statevector(): Float64Array | undefined {
    return this.#statevector;
  }
}
