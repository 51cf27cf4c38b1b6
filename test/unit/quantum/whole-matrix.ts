/** The matrix of a circuit without measurements, by the plain reference engine: slow, and obviously right. */
import type { Circuit } from '../../../src/quantum/circuit.js';
import { ReferenceState } from '../../support/quantum/reference-state.js';

/** One column after the other, complex numbers interleaved. */
export function wholeMatrix({ qubits, operations }: Circuit, values: readonly number[] = []): Float64Array {
  const size = 2 ** qubits;
  const whole = new Float64Array(2 * size * size);
  for (let column = 0; column < size; column++) {
    const state = new ReferenceState(qubits);
    state.amplitudes.fill(0);
    state.amplitudes[2 * column] = 1;
    for (const operation of operations) {
      if (operation.kind === 'barrier') continue;
      if (operation.kind !== 'gate') throw new Error(`a ${operation.kind} has no matrix`);
      state.apply(operation.unitary, operation.qubits, values);
    }
    whole.set(state.amplitudes, 2 * size * column);
  }
  return whole;
}

/** The largest difference between entries. */
export function difference(a: Float64Array, b: Float64Array): number {
  return a.reduce((worst, value, index) => Math.max(worst, Math.abs(value - (b[index] ?? Number.NaN))), 0);
}

/** As `difference`, after the second was turned by the phase that fits best. */
export function differenceUpToPhase(a: Float64Array, b: Float64Array): number {
  let [re, im] = [0, 0];
  for (let i = 0; i < a.length; i += 2) {
    const [ar = 0, ai = 0, br = 0, bi = 0] = [a[i], a[i + 1], b[i], b[i + 1]];
    re += ar * br + ai * bi;
    im += ai * br - ar * bi;
  }
  const length = Math.hypot(re, im);
  const turned = b.map((_, index) => {
    const at = index - (index % 2);
    const [br = 0, bi = 0] = [b[at], b[at + 1]];
    return (index % 2 === 0 ? br * re - bi * im : br * im + bi * re) / length;
  });
  return difference(a, turned);
}
