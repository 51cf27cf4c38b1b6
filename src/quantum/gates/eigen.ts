/**
 * Eigenvalues and vectors of small Hermitian matrices (cyclic Jacobi, Golub and Van Loan 8.5) and powers of unitary ones:
 * U = A + iB with commuting Hermitian A and B, so the vectors of a generic mixture of the two are those of U.
 * Called by lowering for `pow @` and by the noise checks; 16 x 16 at most.
 */
import { assert } from '../../kit/assert.js';
import { adjoint, dimensionOf, distance, fromDiagonal, identity, multiply, scaled, sum } from './matrix.js';
import type { Matrix } from './matrix.js';

export interface Eigen {
  readonly values: readonly number[];
  /** Its columns. */
  readonly vectors: Matrix;
}

/** The rotation in the plane (p, q) that makes entry (p, q) zero, as a matrix. */
function rotation(a: Matrix, p: number, q: number): Matrix {
  const d = dimensionOf(a);
  const re = a[2 * (p * d + q)] as number;
  const im = a[2 * (p * d + q) + 1] as number;
  const size = Math.hypot(re, im);
  const gap = (a[2 * (q * d + q)] as number) - (a[2 * (p * d + p)] as number);
  const angle = 0.5 * Math.atan2(2 * size, gap);
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  const result = identity(d);
  result[2 * (p * d + p)] = c;
  result[2 * (q * d + q)] = c;
  result[2 * (p * d + q)] = (s * re) / size;
  result[2 * (p * d + q) + 1] = (s * im) / size;
  result[2 * (q * d + p)] = (-s * re) / size;
  result[2 * (q * d + p) + 1] = (s * im) / size;
  return result;
}

export function eigenHermitian(matrix: Matrix): Eigen {
  const d = dimensionOf(matrix);
  let a = matrix;
  let vectors = identity(d);
  for (let sweep = 0; sweep < 60; sweep++) {
    let rest = 0;
    for (let p = 0; p < d; p++)
      for (let q = p + 1; q < d; q++) {
        const at = 2 * (p * d + q);
        const size = Math.hypot(a[at] as number, a[at + 1] as number);
        rest = Math.max(rest, size);
        if (size < 1e-300) continue;
        const turn = rotation(a, p, q);
        a = multiply(adjoint(turn), multiply(a, turn));
        vectors = multiply(vectors, turn);
      }
    if (rest < 1e-15) break;
  }
  return { values: Array.from({ length: d }, (_, i) => a[2 * (i * d + i)] as number), vectors };
}

/** The product of a matrix and i. */
function turned(a: Matrix): Matrix {
  return a.map((_, index) => (index % 2 === 0 ? -(a[index + 1] as number) : (a[index - 1] as number)));
}

/** The principal power of a unitary matrix: each eigenvalue's argument, in (-pi, pi], times the exponent. */
export function unitaryPower(unitary: Matrix, exponent: number): Matrix {
  const d = dimensionOf(unitary);
  const real = scaled(sum(unitary, adjoint(unitary)), 0.5);
  const imaginary = turned(scaled(sum(unitary, scaled(adjoint(unitary), -1)), -0.5));
  const { vectors } = eigenHermitian(sum(real, scaled(imaginary, Math.SQRT2 - 0.73)));
  const inner = multiply(adjoint(vectors), multiply(unitary, vectors));
  const diagonal = new Float64Array(2 * d);
  const powers = new Float64Array(2 * d);
  for (let i = 0; i < d; i++) {
    const angle = argument(inner[2 * (i * d + i)] as number, inner[2 * (i * d + i) + 1] as number);
    diagonal.set([Math.cos(angle), Math.sin(angle)], 2 * i);
    powers.set([Math.cos(angle * exponent), Math.sin(angle * exponent)], 2 * i);
  }
  const again = multiply(vectors, multiply(fromDiagonal(diagonal), adjoint(vectors)));
  assert(distance(again, unitary) < 1e-9, 'a unitary matrix was not taken apart into its eigenvectors');
  return multiply(vectors, multiply(fromDiagonal(powers), adjoint(vectors)));
}

/** -1 may come out a rounding error below the real axis: its argument is pi all the same. */
function argument(re: number, im: number): number {
  return re < 0 && Math.abs(im) < 1e-12 ? Math.PI : Math.atan2(im, re);
}
