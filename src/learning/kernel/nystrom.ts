/**
 * Ridge regression in the space that landmarks span: weights w that make |K w − y|² + λ n wᵀ M w least, K being the fidelities
 * of rows with landmarks, M those of landmarks with each other (Williams and Seeger, 2001). Used by the quantum kernel.
 */
import { solvePositive } from '../dense.js';

/** Added to the diagonal in units of it: landmarks may be the same state. */
const JITTER = 1e-9;

/** Fidelities of rows with landmarks, row-major. */
export class Shares {
  constructor(
    readonly values: Float64Array,
    readonly landmarks: number,
  ) {}

  get rows(): number {
    return this.values.length / this.landmarks;
  }

  times(weights: Float64Array): Float64Array {
    return Float64Array.from({ length: this.rows }, (_, row) => {
      let sum = 0;
      for (let m = 0; m < this.landmarks; m++)
        sum += (this.values[row * this.landmarks + m] as number) * (weights[m] as number);
      return sum;
    });
  }
}

export function sharesOf(rows: readonly Float64Array[], landmarks: readonly Float64Array[]): Shares {
  const values = new Float64Array(rows.length * landmarks.length);
  let at = 0;
  for (const row of rows) for (const landmark of landmarks) values[at++] = fidelity(row, landmark);
  return new Shares(values, landmarks.length);
}

/** Null where the landmarks are too much alike for numbers to tell them apart. */
export function ridge(
  shares: Shares,
  targets: Float64Array,
  landmarks: readonly Float64Array[],
  weight: number,
): Float64Array | null {
  const count = shares.landmarks;
  const matrix = sharesOf(landmarks, landmarks).values;
  for (let at = 0; at < matrix.length; at++) matrix[at] = (matrix[at] as number) * weight * shares.rows;
  const right = new Float64Array(count);
  for (let row = 0; row < shares.rows; row++) {
    const from = row * count;
    for (let i = 0; i < count; i++) {
      const share = shares.values[from + i] as number;
      right[i] = (right[i] as number) + share * (targets[row] as number);
      for (let j = 0; j <= i; j++)
        matrix[i * count + j] =
          (matrix[i * count + j] as number) + share * (shares.values[from + j] as number);
    }
  }
  for (let i = 0; i < count; i++) matrix[i * count + i] = (matrix[i * count + i] as number) * (1 + JITTER);
  return solvePositive(matrix, right);
}

export function lossOf(expected: Float64Array, targets: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < targets.length; i++) sum += ((expected[i] as number) - (targets[i] as number)) ** 2;
  return sum / targets.length;
}

/** |⟨a|b⟩|² of interleaved amplitudes. */
function fidelity(a: Float64Array, b: Float64Array): number {
  let [re, im] = [0, 0];
  for (let i = 0; i < a.length; i += 2) {
    const [ar, ai, br, bi] = [a[i], a[i + 1], b[i], b[i + 1]] as [number, number, number, number];
    re += ar * br + ai * bi;
    im += ar * bi - ai * br;
  }
  return re * re + im * im;
}
