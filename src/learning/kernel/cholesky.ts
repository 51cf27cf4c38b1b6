/** Solves what ridge regressions come to: a symmetric positive matrix and a right side. Used by the kernel model. */

/** The lower triangle L with L·Lᵀ = matrix (row-major), or null where the matrix is not positive beyond rounding. */
function triangleOf(matrix: Float64Array, size: number): Float64Array | null {
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j] as number;
      for (let k = 0; k < j; k++) sum -= (lower[i * size + k] as number) * (lower[j * size + k] as number);
      if (i === j && !(sum > 0)) return null;
      lower[i * size + j] = i === j ? Math.sqrt(sum) : sum / (lower[j * size + j] as number);
    }
  return lower;
}

/** Null where the matrix is not positive beyond rounding. */
export function solvePositive(matrix: Float64Array, right: Float64Array): Float64Array | null {
  const size = right.length;
  const lower = triangleOf(matrix, size);
  if (lower === null) return null;
  const x = right.slice();
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i] = (x[i] as number) - (lower[i * size + k] as number) * (x[k] as number);
    x[i] = (x[i] as number) / (lower[i * size + i] as number);
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++)
      x[i] = (x[i] as number) - (lower[k * size + i] as number) * (x[k] as number);
    x[i] = (x[i] as number) / (lower[i * size + i] as number);
  }
  return x;
}
