/**
 * Circuits written in TypeScript: `circuit(2).h(0).cx(0, 1).measure(0).build()` is the same value that the parser makes of
 * a text. Faults are thrown at once, as `CircuitError`.
 */
import { parameterAngle } from './angle-arithmetic.js';
import { CircuitError } from './circuit-error.js';
import type { Angle, Circuit, Condition, Operation, Unitary } from './circuit.js';
import { matrixUnitary } from './gates/custom-gate.js';
import { qelib1, standard } from './gates/gate-library.js';
import { didYouMean } from '../kit/nearest-word.js';

type GateOperation = Extract<Operation, { kind: 'gate' }>;

export class CircuitBuilder {
  readonly #operations: Operation[] = [];
  readonly #parameters: string[] = [];
  #bits: number;
  #condition: Condition | null = null;

  constructor(
    readonly qubits: number,
    bits: number,
  ) {
    this.#bits = bits;
    if (!Number.isSafeInteger(qubits) || qubits < 1)
      throw new CircuitError({ code: 'BAD_VALUE', message: `a circuit has at least 1 qubit, not ${qubits}` });
  }

  build(): Circuit {
    const bitRegisters = this.#bits === 0 ? [] : [{ name: 'c', start: 0, size: this.#bits }];
    return {
      qubits: this.qubits,
      bits: this.#bits,
      qubitRegisters: [{ name: 'q', start: 0, size: this.qubits }],
      bitRegisters,
      parameters: [...this.#parameters],
      operations: [...this.#operations],
    };
  }

  /** An angle that is given with each run; the same name is the same parameter. */
  parameter(name: string): Angle {
    const known = this.#parameters.indexOf(name);
    return parameterAngle(known === -1 ? this.#parameters.push(name) - 1 : known);
  }

  /** Any gate of qelib1.inc by its name. */
  apply(name: string, angles: readonly Angle[], ...qubits: readonly number[]): this {
    const found = qelib1.get(name);
    if (found === undefined) {
      const hint = didYouMean(name, qelib1.keys());
      const message = `there is no gate ${name}${hint === undefined ? '' : `: ${hint}`}`;
      throw new CircuitError({ code: 'UNKNOWN_GATE', message });
    }
    checkCount('WRONG_PARAMETER_COUNT', angles.length, found.parameters, `${name} takes`, 'parameters');
    checkCount('WRONG_ARITY', qubits.length, found.qubits, `${name} acts on`, 'qubits');
    return this.#push({ name, unitary: found.unitary(angles), qubits, angles });
  }

  /** A unitary matrix on up to 3 qubits, the first being the least significant; see `Circuit` for its layout. */
  gate(matrix: ArrayLike<number>, qubits: readonly number[], name = 'unitary'): this {
    return this.#push({ name, unitary: matrixUnitary(matrix, qubits.length), qubits, angles: [] });
  }

  /** Anything that the circuit contract can say; its inside is not checked. */
  unitary(name: string, unitary: Unitary, qubits: readonly number[], angles: readonly Angle[] = []): this {
    return this.#push({ name, unitary, qubits, angles });
  }

  /** What the function adds happens where the bits hold the value, the first one being the least significant. */
  when(
    { start, size }: { readonly start: number; readonly size: number },
    value: number | bigint,
    add: (on: this) => void,
  ): this {
    if (this.#condition !== null)
      throw new CircuitError({
        code: 'UNSUPPORTED',
        message: 'a condition inside of a condition is not supported',
      });
    this.#needBits(start + size);
    this.#condition = { start, size, value: BigInt(value), negated: false };
    const from = this.#operations.length;
    try {
      add(this);
    } finally {
      this.#condition = null;
    }
    const changes = this.#operations
      .slice(from, -1)
      .some((one) => one.kind === 'measure' && one.bit >= start && one.bit < start + size);
    if (changes)
      throw new CircuitError({
        code: 'UNSUPPORTED',
        message: 'a measurement that changes its own condition is not supported',
      });
    return this;
  }

  measure(qubit: number, bit = qubit): this {
    this.#check([qubit]);
    this.#needBits(bit + 1);
    this.#operations.push({ kind: 'measure', qubit, bit, condition: this.#condition });
    return this;
  }

  /** Every qubit into the bit of its number. */
  measureAll(): this {
    for (let qubit = 0; qubit < this.qubits; qubit++) this.measure(qubit);
    return this;
  }

  reset(qubit: number): this {
    this.#check([qubit]);
    this.#operations.push({ kind: 'reset', qubit, condition: this.#condition });
    return this;
  }

  /** Without arguments: all qubits. */
  barrier(...qubits: readonly number[]): this {
    this.#check(qubits);
    const all = Array.from({ length: this.qubits }, (_, qubit) => qubit);
    this.#operations.push({ kind: 'barrier', qubits: qubits.length === 0 ? all : qubits });
    return this;
  }

  id = (qubit: number): this => this.apply('id', [], qubit);
  x = (qubit: number): this => this.apply('x', [], qubit);
  y = (qubit: number): this => this.apply('y', [], qubit);
  z = (qubit: number): this => this.apply('z', [], qubit);
  h = (qubit: number): this => this.apply('h', [], qubit);
  s = (qubit: number): this => this.apply('s', [], qubit);
  sdg = (qubit: number): this => this.apply('sdg', [], qubit);
  t = (qubit: number): this => this.apply('t', [], qubit);
  tdg = (qubit: number): this => this.apply('tdg', [], qubit);
  sx = (qubit: number): this => this.apply('sx', [], qubit);
  rx = (angle: Angle, qubit: number): this => this.apply('rx', [angle], qubit);
  ry = (angle: Angle, qubit: number): this => this.apply('ry', [angle], qubit);
  rz = (angle: Angle, qubit: number): this => this.apply('rz', [angle], qubit);
  p = (angle: Angle, qubit: number): this => this.apply('p', [angle], qubit);
  u = (theta: Angle, phi: Angle, lambda: Angle, qubit: number): this =>
    this.apply('u', [theta, phi, lambda], qubit);
  cx = (control: number, target: number): this => this.apply('cx', [], control, target);
  cy = (control: number, target: number): this => this.apply('cy', [], control, target);
  cz = (control: number, target: number): this => this.apply('cz', [], control, target);
  ch = (control: number, target: number): this => this.apply('ch', [], control, target);
  cp = (angle: Angle, control: number, target: number): this => this.apply('cp', [angle], control, target);
  crx = (angle: Angle, control: number, target: number): this => this.apply('crx', [angle], control, target);
  cry = (angle: Angle, control: number, target: number): this => this.apply('cry', [angle], control, target);
  crz = (angle: Angle, control: number, target: number): this => this.apply('crz', [angle], control, target);
  swap = (a: number, b: number): this => this.apply('swap', [], a, b);
  ccx = (a: number, b: number, target: number): this => this.apply('ccx', [], a, b, target);
  cswap = (control: number, a: number, b: number): this => this.apply('cswap', [], control, a, b);
  rxx = (angle: Angle, a: number, b: number): this => this.apply('rxx', [angle], a, b);
  rzz = (angle: Angle, a: number, b: number): this => this.apply('rzz', [angle], a, b);
  ryy = (angle: Angle, a: number, b: number): this =>
    this.#push({ name: 'ryy', unitary: standard('ryy', angle), qubits: [a, b], angles: [angle] });

  #push({
    name,
    unitary,
    qubits,
    angles,
  }: Omit<GateOperation, 'kind' | 'condition'> & { unitary: Unitary }): this {
    this.#check(qubits);
    for (const angle of angles)
      if (typeof angle === 'number' && !Number.isFinite(angle))
        throw new CircuitError({
          code: 'BAD_VALUE',
          message: `an angle of ${name} is ${angle}, not a finite number`,
        });
    this.#operations.push({ kind: 'gate', name, unitary, qubits, angles, condition: this.#condition });
    return this;
  }

  #check(qubits: readonly number[]): void {
    for (const qubit of qubits)
      if (!Number.isInteger(qubit) || qubit < 0 || qubit >= this.qubits)
        throw new CircuitError({
          code: 'INDEX_OUT_OF_RANGE',
          message: `the circuit has the qubits 0 to ${this.qubits - 1}, not ${qubit}`,
        });
    if (new Set(qubits).size < qubits.length)
      throw new CircuitError({
        code: 'REPEATED_QUBIT',
        message: `one qubit is named twice: ${qubits.join(', ')}`,
      });
  }

  #needBits(count: number): void {
    if (!Number.isSafeInteger(count) || count < 1)
      throw new CircuitError({ code: 'INDEX_OUT_OF_RANGE', message: `there is no bit ${count - 1}` });
    this.#bits = Math.max(this.#bits, count);
  }
}

function checkCount(
  code: 'WRONG_ARITY' | 'WRONG_PARAMETER_COUNT',
  given: number,
  wanted: number,
  verb: string,
  noun: string,
): void {
  if (given !== wanted)
    throw new CircuitError({ code, message: `${verb} ${wanted} ${noun} and is given ${given}` });
}

/** It has as many bits as it is given or measures into. */
export function circuit(qubits: number, bits = 0): CircuitBuilder {
  return new CircuitBuilder(qubits, bits);
}
