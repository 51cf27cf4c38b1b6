/** The plain engine on whole circuits without measurements, and comparisons of states. */
import type { Circuit } from '../../../src/quantum/circuit.js';
import { ReferenceState } from './reference-state.js';

export function referenceState(circuit: Circuit, values: readonly number[] = []): Float64Array {
  const state = new ReferenceState(circuit.qubits);
  for (const operation of circuit.operations)
    if (operation.kind === 'gate') state.apply(operation.unitary, operation.qubits, values);
  return state.amplitudes;
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = Math.abs(a.length - b.length);
  for (let i = 0; i < a.length; i++)
    largest = Math.max(largest, Math.abs((a[i] as number) - (b[i] as number)));
  return largest;
}
