/**
 * Runs a program along one path: whenever something is left to chance, `choose` is asked with the probabilities. Enumerating
 * all paths, or drawing one for each shot, is the caller's business; a path begins with a clear state every time, so one
 * state in memory is enough however many paths there are.
 */
import type { Condition } from '../circuit.js';
import type { Item, Place, Program } from '../compile/program.js';
import type { Matrix } from '../gates/matrix.js';
import { SLOTS } from '../kernels/machine.js';
import type { Machine } from '../kernels/machine.js';
import { QuantumFault } from '../quantum-fault.js';
import { BitReader } from '../results/bit-reader.js';
import { densityDiagonal } from '../results/density.js';
import { operatorProbabilities } from '../results/operator-probabilities.js';

export type Choose = (probabilities: readonly number[]) => number;

/** For the value 0 and 1 of a bit, the probabilities that 0 and 1 are read. */
export type ReadoutOf = (
  bit: number,
) => readonly [readonly [number, number], readonly [number, number]] | null;

/** Below this a probability is a rounding error: that outcome does not happen. */
const NOTHING = 1e-14;

export class Execution {
  readonly machine: Machine;
  readonly program: Program;
  readonly state: number;
  readonly #readout: ReadoutOf;
  /** Reads outcomes out of indices of the final state. */
  readonly reader: BitReader;
  /** The classical bits after `run`. */
  bits: Uint8Array = new Uint8Array(0);

  constructor(machine: Machine, program: Program, state: number, readout: ReadoutOf) {
    this.machine = machine;
    this.program = program;
    this.state = state;
    this.#readout = readout;
    this.reader = new BitReader(program.finalBits);
  }

  run(bits: number, choose: Choose): void {
    this.bits = new Uint8Array(bits);
    for (const item of this.program.items)
      if (item.condition === null || this.#holds(item.condition)) this.#item(item, choose);
  }

  #item(item: Item, choose: Choose): void {
    switch (item.kind) {
      case 'run': {
        const address = this.program.tape.wordsAddress + 64 * item.from;
        if (!this.machine.run(address, item.count, this.state))
          throw new QuantumFault('CIRCUIT_CANCELLED', 'the simulation was cancelled');
        return;
      }
      case 'measure':
        this.bits[item.bit] = this.#recorded(item.bit, this.#collapse(item.place, choose), choose);
        return;
      case 'reset':
        if (this.#collapse(item.place, choose) === 1) this.#flip(item.place);
        return;
      case 'kraus':
        return this.#kraus(item.places, item.operators, choose);
    }
  }

  #holds({ start, size, value, negated }: Condition): boolean {
    let held = 0n;
    for (let k = size - 1; k >= 0; k--) held = held * 2n + BigInt(this.bits[start + k] as number);
    return (held === value) !== negated;
  }

  #recorded(bit: number, value: number, choose: Choose): number {
    const readout = this.#readout(bit);
    return readout === null ? value : choose(readout[value] as readonly [number, number]);
  }

  /** The outcome of a measurement; the state is projected on it. */
  #collapse(place: Place, choose: Choose): number {
    if (place.kind === 'known') return place.value;
    const one = this.#probabilityOfOne(place);
    if (one <= NOTHING) return 0;
    if (one >= 1 - NOTHING) return 1;
    const value = choose([1 - one, one]);
    this.#project(place, value, value === 1 ? one : 1 - one);
    return value;
  }

  #probabilityOfOne(place: Extract<Place, { kind: 'state' }>): number {
    const { program, machine, state } = this;
    if (!program.isDensity) {
      const slots = machine.runOwn(state, (tape) => tape.squares(program.size, [place.position], SLOTS));
      return machine.sum(slots)[0];
    }
    const { indices, values } = densityDiagonal(this);
    const bit = 2 ** place.position;
    return values.reduce(
      (sum, value, k) => (Math.floor((indices[k] as number) / bit) % 2 === 1 ? sum + value : sum),
      0,
    );
  }

  #project(place: Extract<Place, { kind: 'state' }>, value: number, probability: number): void {
    const { size, isDensity } = this.program;
    const factor = isDensity ? 1 / probability : 1 / Math.sqrt(probability);
    const kept = (by: number): readonly number[] => (value === 1 ? [0, 0, by, 0] : [by, 0, 0, 0]);
    this.machine.runOwn(this.state, (tape) => {
      tape.diagonal1(size, place.position, kept(factor));
      if (isDensity) tape.diagonal1(size, place.bra, kept(1));
    });
  }

  #flip(place: Place): void {
    if (place.kind === 'known') return;
    this.machine.runOwn(this.state, (tape) => tape.flip(this.program.size, [], place.position));
  }

  #kraus(places: readonly Place[], operators: readonly Matrix[], choose: Choose): void {
    const positions = places.map((place) => (place as Extract<Place, { kind: 'state' }>).position);
    const probabilities = operatorProbabilities(this, positions, operators);
    const chosen = choose(probabilities.map((p) => (p < NOTHING ? 0 : p)));
    const scale = 1 / Math.sqrt(probabilities[chosen] as number);
    const operator = (operators[chosen] as Matrix).map((part) => part * scale);
    this.machine.runOwn(this.state, (tape) => tape.many(this.program.size, [], positions, operator));
  }
}
