/**
 * The plain JavaScript engine: a state vector and one loop over it for each gate, nothing fused. Tests take it as the truth
 * and the bench as the baseline; the product never runs it.
 */
import type { Unitary } from '../../../src/quantum/circuit.js';
import { evaluateAngle } from '../../../src/quantum/angle.js';
import type { ParameterValues } from '../../../src/quantum/angle.js';
import { matrixOf } from '../../../src/quantum/gates/unitary.js';
import type { Matrix } from '../../../src/quantum/gates/matrix.js';

type Two = readonly [number, number, number, number, number, number, number, number];

export class ReferenceState {
  readonly qubits: number;
  readonly amplitudes: Float64Array;

  constructor(qubits: number) {
    this.qubits = qubits;
    this.amplitudes = new Float64Array(2 * 2 ** qubits);
    this.amplitudes[0] = 1;
  }

  /** A 2 x 2 matrix, on the subspace in which the control bits are as wanted. */
  applyMatrix1(matrix: Matrix, target: number, controlMask = 0, controlValue = 0): void {
    const [ar, ai, br, bi, cr, ci, dr, di] = matrix as unknown as Two;
    const a = this.amplitudes;
    const size = 2 ** this.qubits;
    const bit = 1 << target;
    const fixed = controlMask | bit;
    const isPhase = ar === 1 && ai === 0 && br === 0 && bi === 0 && cr === 0 && ci === 0;
    // The next index with the same fixed bits: ones there let the carry run through.
    for (let i = controlValue; i < size; i = (((i | fixed) + 1) & ~fixed) | controlValue) {
      const p = 2 * i;
      const q = p + 2 * bit;
      const yr = a[q] as number;
      const yi = a[q + 1] as number;
      if (isPhase) {
        a[q] = dr * yr - di * yi;
        a[q + 1] = dr * yi + di * yr;
        continue;
      }
      const xr = a[p] as number;
      const xi = a[p + 1] as number;
      a[p] = ar * xr - ai * xi + br * yr - bi * yi;
      a[p + 1] = ar * xi + ai * xr + br * yi + bi * yr;
      a[q] = cr * xr - ci * xi + dr * yr - di * yi;
      a[q + 1] = cr * xi + ci * xr + dr * yi + di * yr;
    }
  }

  /** Any matrix: amplitudes of a group are gathered, multiplied and put back. */
  applyMatrix(matrix: Matrix, qubits: readonly number[], controlMask = 0, controlValue = 0): void {
    if (qubits.length === 1) return this.applyMatrix1(matrix, qubits[0] as number, controlMask, controlValue);
    const dimension = 1 << qubits.length;
    const mask = qubits.reduce((all, qubit) => all | (1 << qubit), 0);
    const offsets = Array.from({ length: dimension }, (_, k) =>
      qubits.reduce((index, qubit, bit) => index | (((k >> bit) & 1) << qubit), 0),
    );
    const old = new Float64Array(2 * dimension);
    for (let i = 0; i < 2 ** this.qubits; i++) {
      if ((i & mask) !== 0 || (i & controlMask) !== controlValue) continue;
      this.#group(matrix, i, offsets, old);
    }
  }

  #group(matrix: Matrix, start: number, offsets: readonly number[], old: Float64Array): void {
    const a = this.amplitudes;
    for (const [k, offset] of offsets.entries()) {
      old[2 * k] = a[2 * (start + offset)] as number;
      old[2 * k + 1] = a[2 * (start + offset) + 1] as number;
    }
    for (const [row, offset] of offsets.entries()) {
      let re = 0;
      let im = 0;
      for (let k = 0; k < offsets.length; k++) {
        const at = 2 * (row * offsets.length + k);
        re +=
          (matrix[at] as number) * (old[2 * k] as number) -
          (matrix[at + 1] as number) * (old[2 * k + 1] as number);
        im +=
          (matrix[at] as number) * (old[2 * k + 1] as number) +
          (matrix[at + 1] as number) * (old[2 * k] as number);
      }
      a[2 * (start + offset)] = re;
      a[2 * (start + offset) + 1] = im;
    }
  }

  /** `qubits` are the state's, in the order in which the unitary names them. */
  apply(unitary: Unitary, qubits: readonly number[], values: ParameterValues = []): void {
    this.#apply(unitary, qubits, values, { mask: 0, value: 0, isInverse: false });
  }

  #apply(unitary: Unitary, qubits: readonly number[], values: ParameterValues, context: Context): void {
    const again = (of: Unitary, on: readonly number[], changed: Partial<Context> = {}): void =>
      this.#apply(of, on, values, { ...context, ...changed });
    if (unitary.kind === 'inverse') return again(unitary.of, qubits, { isInverse: !context.isInverse });
    if (unitary.kind === 'sequence') {
      const steps = context.isInverse ? unitary.steps.toReversed() : unitary.steps;
      for (const step of steps)
        again(
          step.unitary,
          step.qubits.map((qubit) => qubits[qubit] as number),
        );
      return;
    }
    if (unitary.kind === 'controlled') {
      let { mask, value } = context;
      for (const [k, control] of unitary.controls.entries()) {
        mask |= 1 << (qubits[k] as number);
        if (control) value |= 1 << (qubits[k] as number);
      }
      return again(unitary.of, qubits.slice(unitary.controls.length), { mask, value });
    }
    if (unitary.kind === 'power') {
      const exponent = evaluateAngle(unitary.exponent, values);
      if (Number.isInteger(exponent)) {
        const isInverse = exponent < 0 ? !context.isInverse : context.isInverse;
        for (let i = 0; i < Math.abs(exponent); i++) again(unitary.of, qubits, { isInverse });
        return;
      }
    }
    const inOrder: Unitary = context.isInverse ? { kind: 'inverse', of: unitary } : unitary;
    this.applyMatrix(matrixOf(inOrder, values, qubits.length), qubits, context.mask, context.value);
  }
}

interface Context {
  readonly mask: number;
  readonly value: number;
  readonly isInverse: boolean;
}
