/**
 * Expectation values of one circuit and one observable for many sets of parameters, and their gradients, either by shifted
 * angles (as a quantum computer would) or by the adjoint method: one sweep back with two states, whatever the number of
 * parameters (Jones and Gacon, arXiv:2009.02823). Made once, used for a whole optimisation; the machine is its own.
 */
import { differentiateAngle, evaluateAngle, parametersOfAngle } from '../angle.js';
import type { ParameterValues } from '../angle.js';
import type { Circuit } from '../circuit.js';
import { checkSize, stateBytes } from '../engine/limits.js';
import type { MachineOf } from '../engine/loading.js';
import { defaultLimits } from '../engine/request.js';
import type { Limits } from '../engine/request.js';
import { PAGE, SLOTS, TAPE } from '../kernels/machine.js';
import type { Machine } from '../kernels/machine.js';
import { chunkLogOf, spreadComplex, TapeWriter } from '../kernels/tape.js';
import { QuantumFault } from '../quantum-fault.js';
import { flatGates } from './flat-gate.js';
import type { FlatGate } from './flat-gate.js';
import { gateConstants, writeGate } from './gate-passes.js';
import { factorOfYs, maskedTerms } from './observable.js';
import type { MaskedTerm, Observable } from './observable.js';

export type GradientMethod = 'SHIFT' | 'ADJOINT';

export interface ValueAndGradient {
  readonly value: number;
  readonly gradient: Float64Array;
}

type Moving = Exclude<FlatGate, { kind: 'fixed' }>;

interface Step {
  readonly gate: FlatGate;
  readonly forward: number;
  backward: number;
  /** The pass for its derivative, or -1. */
  element: number;
  readonly ys: number;
  /** That its angle depends on. */
  readonly parameters: readonly number[];
  angle: number;
}

/** The four-term rule for a controlled turn, whose generator has the eigenvalues 0, 1/2 and -1/2. */
const NEAR = (Math.SQRT2 + 1) / (4 * Math.SQRT2);
const FAR = (Math.SQRT2 - 1) / (4 * Math.SQRT2);

export class Differentiator {
  readonly #circuit: Circuit;
  readonly #size: number;
  readonly #terms: readonly MaskedTerm[];
  readonly #tape = new TapeWriter(TAPE);
  readonly #steps: Step[] = [];
  readonly #machine: Machine;
  /** The state, and the second one: prefix and observable's image. */
  #state = 0;
  #second = 0;
  readonly #slotBytes: number;
  #firstTerm = 0;
  #firstImage = 0;
  #energy = 0;

  constructor(
    circuit: Circuit,
    observable: Observable,
    machineOf: MachineOf,
    limits: Limits = defaultLimits,
  ) {
    this.#circuit = circuit;
    this.#size = circuit.qubits;
    checkSize(this.#size + 1, circuit, false, limits);
    this.#terms = maskedTerms(observable, circuit.qubits);
    this.#slotBytes = 16 * 2 ** (this.#size - chunkLogOf(this.#size));
    const gates = flatGates(circuit);
    // Written twice: only then is it known where the states stand, and passes name them.
    this.#write(gates);
    this.#state = TAPE + Math.ceil(this.#tape.bytes / PAGE) * PAGE;
    this.#second = this.#state + stateBytes(this.#size);
    this.#write(gates);
    this.#machine = machineOf(this.#second + stateBytes(this.#size));
    this.#machine.load(this.#tape);
  }

  #write(gates: readonly FlatGate[]): void {
    const tape = this.#tape;
    const size = this.#size;
    tape.reset();
    this.#steps.length = 0;
    tape.clear(size, true);
    for (const gate of gates)
      this.#steps.push({
        gate,
        forward: writeGate(tape, size, gate, 'forward'),
        backward: -1,
        element: -1,
        ys: gate.kind === 'turn' && gate.letter === 'Y' ? gate.lines.length : 0,
        parameters: gate.kind === 'fixed' ? [] : [...parametersOfAngle(gate.angle)],
        angle: 0,
      });
    this.#firstTerm = tape.count;
    for (const [k, term] of this.#terms.entries()) tape.element(size, this.#state, term.masks, this.#slot(k));
    this.#firstImage = tape.count;
    tape.clear(size, false);
    for (const { coefficient, masks, ys } of this.#terms) {
      const [re, im] = factorOfYs(ys);
      tape.accumulate(size, this.#state, masks, coefficient * re, coefficient * im);
    }
    this.#energy = tape.count;
    tape.element(size, this.#second, { flips: 0, signs: 0, wanted: 0 }, this.#slot(0));
    for (const step of this.#steps) this.#writeBack(step);
  }

  #writeBack(step: Step): void {
    const { gate } = step;
    step.backward = writeGate(this.#tape, this.#size, gate, 'backward');
    if (gate.kind === 'fixed' || step.parameters.length === 0) return;
    const bits = (lines: readonly number[]): number => lines.reduce((mask, line) => mask | (1 << line), 0);
    const masks =
      gate.kind === 'phase'
        ? { flips: 0, signs: 0, wanted: bits(gate.lines) }
        : {
            flips: gate.letter === 'Z' ? 0 : bits(gate.lines),
            signs: gate.letter === 'X' ? 0 : bits(gate.lines),
            wanted: bits(gate.controls),
          };
    step.element = this.#tape.count;
    this.#tape.element(this.#size, this.#second, masks, this.#slot(0));
  }

  /** Terms of large states share the slots, and are summed one by one. */
  #slot(k: number): number {
    return SLOTS + ((k * this.#slotBytes) % PAGE);
  }

  /** The expectation value. */
  value(parameters: ParameterValues): number {
    this.#bind(parameters);
    this.#runFrom(0, this.#state);
    return this.#expectation();
  }

  gradient(parameters: ParameterValues, method: GradientMethod): ValueAndGradient {
    this.#bind(parameters);
    return method === 'SHIFT' ? this.#shift(parameters) : this.#adjoint(parameters);
  }

  /** The state for these parameters, for as long as nothing else is asked. */
  stateOf(parameters: ParameterValues): Float64Array {
    this.#bind(parameters);
    this.#run(0, this.#firstTerm, this.#state);
    return this.#machine.amplitudes(this.#state, this.#size);
  }

  #bind(parameters: ParameterValues): void {
    if (parameters.length !== this.#circuit.parameters.length)
      throw new QuantumFault(
        'REQUEST_INVALID',
        `the circuit has ${this.#circuit.parameters.length} parameters, not ${parameters.length}`,
      );
    for (const step of this.#steps) {
      if (step.gate.kind === 'fixed') continue;
      step.angle = step.gate.sign * evaluateAngle(step.gate.angle, parameters);
      this.#turn(step.forward, step.gate, step.angle);
    }
  }

  #turn(pass: number, gate: Moving, angle: number): void {
    spreadComplex(this.#machine.numbers, this.#tape.constantsAddress(pass) / 8, gateConstants(gate, angle));
  }

  #run(from: number, count: number, state: number): void {
    if (!this.#machine.run(this.#tape.wordsAddress + 64 * from, count, state))
      throw new QuantumFault('CIRCUIT_CANCELLED', 'the computation was cancelled');
  }

  /** From a pass on to the end of the circuit, and the terms with it where their sums do not overwrite each other. */
  #runFrom(pass: number, state: number): void {
    const fits = this.#terms.length * this.#slotBytes <= PAGE;
    this.#run(pass, (fits ? this.#firstImage : this.#firstTerm) - pass, state);
  }

  #expectation(): number {
    const fits = this.#terms.length * this.#slotBytes <= PAGE;
    let total = 0;
    for (const [k, { coefficient, ys }] of this.#terms.entries()) {
      if (!fits) this.#run(this.#firstTerm + k, 1, this.#state);
      total += coefficient * this.#element(this.#slot(k), ys)[0];
    }
    return total;
  }

  #element(address: number, ys: number): readonly [re: number, im: number] {
    const [re, im] = this.#machine.sum({ address, count: this.#slotBytes / 16 });
    const [fr, fi] = factorOfYs(ys);
    return [re * fr - im * fi, re * fi + im * fr];
  }

  /** The state before each gate is kept, so that a shifted angle runs only what follows. */
  #shift(parameters: ParameterValues): ValueAndGradient {
    const gradient = new Float64Array(parameters.length);
    this.#run(0, 1, this.#second);
    let from = 1;
    for (const step of this.#steps) {
      const { gate, forward } = step;
      if (gate.kind === 'fixed' || step.element < 0) continue;
      this.#run(from, forward - from, this.#second);
      from = forward;
      this.#chain(gradient, step, parameters, this.#slopeByShift(step, gate));
      this.#turn(forward, gate, step.angle);
    }
    this.#copyPrefix();
    this.#runFrom(from, this.#state);
    return { value: this.#expectation(), gradient };
  }

  #slopeByShift(step: Step, gate: Moving): number {
    const at = (shift: number): number => {
      this.#turn(step.forward, gate, step.angle + shift);
      this.#copyPrefix();
      this.#runFrom(step.forward, this.#state);
      return this.#expectation();
    };
    const near = at(Math.PI / 2) - at(-Math.PI / 2);
    if (gate.kind === 'phase' || gate.controls.length === 0) return near / 2;
    return NEAR * near - FAR * (at(1.5 * Math.PI) - at(-1.5 * Math.PI));
  }

  #copyPrefix(): void {
    const length = 2 * 2 ** this.#size;
    const from = this.#second / 8;
    this.#machine.numbers.copyWithin(this.#state / 8, from, from + length);
  }

  #chain(gradient: Float64Array, step: Step, parameters: ParameterValues, slope: number): void {
    const { angle, sign } = step.gate as Moving;
    for (const index of step.parameters) {
      const isPlain = typeof angle !== 'number' && angle.kind === 'parameter';
      const derivative = isPlain ? 1 : differentiateAngle(angle, parameters, index).derivative;
      gradient[index] = (gradient[index] as number) + sign * slope * derivative;
    }
  }

  #adjoint(parameters: ParameterValues): ValueAndGradient {
    const gradient = new Float64Array(parameters.length);
    this.#run(0, this.#firstTerm, this.#state);
    this.#run(this.#firstImage, this.#energy - this.#firstImage, this.#second);
    this.#run(this.#energy, 1, this.#state);
    const value = this.#element(SLOTS, 0)[0];
    for (let k = this.#steps.length - 1; k >= 0; k--) {
      const step = this.#steps[k] as Step;
      const { gate } = step;
      if (gate.kind !== 'fixed') {
        if (step.element >= 0) {
          this.#run(step.element, 1, this.#state);
          const im = this.#element(SLOTS, step.ys)[1];
          this.#chain(gradient, step, parameters, gate.kind === 'turn' ? im : -2 * im);
        }
        this.#turn(step.backward, gate, -step.angle);
      }
      this.#run(step.backward, 1, this.#state);
      this.#run(step.backward, 1, this.#second);
    }
    return { value, gradient };
  }
}
