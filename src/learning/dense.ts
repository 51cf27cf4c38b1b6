/**
 * Small dense linear algebra on row-major Float64Arrays: what a regression with a few dozen coefficients needs, and no
 * more. Symmetric matrices are stored whole. Called by the hierarchical and the kernel model.
 */
import { assert } from '../kit/assert.js';

/** `matrix` (n × n, symmetric, positive definite) becomes its lower Cholesky factor in place. False: it is not definite. */
export function choleskyInPlace(matrix: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    const rowI = i * n;
    for (let j = 0; j <= i; j++) {
      const rowJ = j * n;
      let sum = matrix[rowI + j] as number;
      for (let k = 0; k < j; k++) sum -= (matrix[rowI + k] as number) * (matrix[rowJ + k] as number);
      if (i !== j) matrix[rowI + j] = sum / (matrix[rowJ + j] as number);
      else if (sum > 0) matrix[rowI + i] = Math.sqrt(sum);
      else return false;
    }
  }
  return true;
}

/** The x with matrix · x = right, for a symmetric matrix; null where it is not positive definite beyond rounding. */
export function solvePositive(matrix: Float64Array, right: Float64Array): Float64Array | null {
  const n = right.length;
  const factor = matrix.slice();
  if (!choleskyInPlace(factor, n)) return null;
  const x = right.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] = (x[i] as number) - (factor[i * n + k] as number) * (x[k] as number);
    x[i] = (x[i] as number) / (factor[i * n + i] as number);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++)
      x[i] = (x[i] as number) - (factor[k * n + i] as number) * (x[k] as number);
    x[i] = (x[i] as number) / (factor[i * n + i] as number);
  }
  return x;
}

/** The inverse of a symmetric positive definite matrix, into `into`; `scratch` is of the same size and overwritten. */
export function invert(matrix: Float64Array, n: number, scratch: Float64Array, into: Float64Array): void {
  scratch.set(matrix.length === n * n ? matrix : matrix.subarray(0, n * n));
  assert(choleskyInPlace(scratch, n), 'a precision matrix is positive definite');
  invertFactor(scratch, n);
  // into = L⁻ᵀ L⁻¹
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += (scratch[k * n + i] as number) * (scratch[k * n + j] as number);
      into[i * n + j] = sum;
      into[j * n + i] = sum;
    }
  }
}

/** A lower triangular factor becomes its inverse. */
function invertFactor(factor: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    const diagonal = 1 / (factor[i * n + i] as number);
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum += (factor[i * n + k] as number) * (factor[k * n + j] as number);
      factor[i * n + j] = -diagonal * sum;
    }
    factor[i * n + i] = diagonal;
  }
}

/** into = matrix · vector */
export function multiply(matrix: Float64Array, vector: Float64Array, n: number, into: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += (matrix[i * n + j] as number) * (vector[j] as number);
    into[i] = sum;
  }
}

/** The leading block of a matrix in one of another size, zero where there was nothing. */
export function resized(matrix: Float64Array, from: number, to: number): Float64Array {
  const result = new Float64Array(to * to);
  const kept = Math.min(from, to);
  for (let i = 0; i < kept; i++) result.set(matrix.subarray(i * from, i * from + kept), i * to);
  return result;
}

/** rowᵀ · matrix · row of a symmetric positive matrix; never negative. */
export function quadratic(matrix: Float64Array, row: Float64Array): number {
  const n = row.length;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const own = row[i] as number;
    if (own === 0) continue;
    let inner = 0.5 * (matrix[i * n + i] as number) * own;
    for (let j = 0; j < i; j++) inner += (matrix[i * n + j] as number) * (row[j] as number);
    sum += own * inner;
  }
  return Math.max(0, 2 * sum);
}
