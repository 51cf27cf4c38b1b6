/** A gate given by its matrix: up to 3 qubits, checked to be unitary. Called by the builder. */
import { CircuitError } from '../circuit-error.js';
import type { Unitary } from '../circuit.js';
import { unitaryFault } from './matrix.js';

const qubitsMax = 3;
/** Of every entry of U*U against the identity. */
const tolerance = 1e-10;

/** Row-major, real and imaginary parts in turn. Fails with WRONG_ARITY or NOT_UNITARY. */
export function matrixUnitary(matrix: ArrayLike<number>, qubits: number): Unitary {
  if (qubits < 1 || qubits > qubitsMax)
    throw new CircuitError({
      code: 'WRONG_ARITY',
      message: `a matrix acts on 1 to ${qubitsMax} qubits, not ${qubits}: put larger gates together from smaller ones`,
    });
  const numbers = 2 * 4 ** qubits;
  if (matrix.length !== numbers)
    throw new CircuitError({
      code: 'WRONG_ARITY',
      message: `a matrix on ${qubits} qubits has ${numbers} numbers (real and imaginary parts in turn), not ${matrix.length}`,
    });
  const unitary = Float64Array.from(matrix);
  const distance = unitaryFault(unitary);
  if (!(distance <= tolerance))
    throw new CircuitError({
      code: 'NOT_UNITARY',
      message: `the matrix is not unitary: U*U differs from 1 by ${Number.isNaN(distance) ? 'NaN' : distance.toExponential(2)}, at most ${tolerance} is allowed`,
    });
  return { kind: 'matrix', qubits, matrix: unitary };
}
