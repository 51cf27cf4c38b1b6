/**
 * What the rows of one type say of the coefficients of its tool. Types of a tool differ among themselves, so a type's
 * normal equations count only as far as that allows: with coefficients of a type ~ N(tool's, W), rows with XᵀV⁻¹X = A
 * and XᵀV⁻¹y = b are evidence of precision W⁻¹ − W⁻¹(A + W⁻¹)⁻¹W⁻¹ and shift W⁻¹(A + W⁻¹)⁻¹b.
 */
import type { Gaussian } from './coefficient-prior.js';
import { invert, multiply } from '../dense.js';
import type { TypeStatistics } from './mixed-statistics.js';

export interface Evidence {
  readonly matrix: Float64Array;
  readonly vector: Float64Array;
}

export function evidenceOf(
  { matrix, vector }: Pick<TypeStatistics, 'matrix' | 'vector'>,
  within: Gaussian,
): Evidence {
  const n = vector.length;
  const sum = matrix.map((value, i) => value + (within.precision[i] as number));
  const inverse = new Float64Array(n * n);
  invert(sum, n, new Float64Array(n * n), inverse);
  const left = product(within.precision, inverse, n);
  const explained = product(left, within.precision, n);
  const shift = new Float64Array(n);
  multiply(left, vector, n, shift);
  return { matrix: within.precision.map((value, i) => value - (explained[i] as number)), vector: shift };
}

export function addEvidence(sum: Evidence, one: Evidence): void {
  for (let i = 0; i < sum.matrix.length; i++)
    sum.matrix[i] = (sum.matrix[i] as number) + (one.matrix[i] as number);
  for (let i = 0; i < sum.vector.length; i++)
    sum.vector[i] = (sum.vector[i] as number) + (one.vector[i] as number);
}

function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) {
      const factor = a[i * n + k] as number;
      if (factor === 0) continue;
      for (let j = 0; j < n; j++)
        result[i * n + j] = (result[i * n + j] as number) + factor * (b[k * n + j] as number);
    }
  return result;
}
