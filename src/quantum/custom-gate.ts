/** A gate given by its matrix: up to 3 qubits, checked to be unitary. Called by the builder. */
import { CircuitError } from './circuit-error.js';
import type { Unitary } from './circuit.js';

const qubitsMax = 3;
/** Of every entry of U*U against the identity. */
const tolerance = 1e-10;

/** The largest entry of |U*U - 1|; NaN where an entry is no number. */
export function distanceFromUnitary(matrix: ArrayLike<number>, dimension: number): number {
  let worst = 0;
  for (let left = 0; left < dimension; left++)
    for (let right = left; right < dimension; right++) {
      let [re, im] = [left === right ? -1 : 0, 0];
      for (let row = 0; row < dimension; row++) {
        const [a, b] = [2 * (row * dimension + left), 2 * (row * dimension + right)];
        const [ar, ai] = [matrix[a] ?? Number.NaN, matrix[a + 1] ?? Number.NaN];
        const [br, bi] = [matrix[b] ?? Number.NaN, matrix[b + 1] ?? Number.NaN];
        re += ar * br + ai * bi;
        im += ar * bi - ai * br;
      }
      const distance = Math.hypot(re, im);
      if (!(distance <= worst)) worst = distance;
      if (Number.isNaN(worst)) return worst;
    }
  return worst;
}

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
  const distance = distanceFromUnitary(matrix, 2 ** qubits);
  if (!(distance <= tolerance))
    throw new CircuitError({
      code: 'NOT_UNITARY',
      message: `the matrix is not unitary: U*U differs from 1 by ${Number.isNaN(distance) ? 'NaN' : distance.toExponential(2)}, at most ${tolerance} is allowed`,
    });
  return { kind: 'matrix', qubits, matrix: Float64Array.from(matrix) };
}
