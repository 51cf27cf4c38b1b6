/**
 * Small complex matrices: row-major, real and imaginary parts interleaved, 2 * d * d numbers. Index bit k of a row or column
 * is qubit k of the list that comes with the matrix. Used by lowering, fusion, noise and the gradients; never by the kernels.
 */
export type Matrix = Float64Array;

export function dimensionOf(matrix: Matrix): number {
  return Math.round(Math.sqrt(matrix.length / 2));
}

export function matrix(...parts: readonly number[]): Matrix {
  return new Float64Array(parts);
}

export function identity(dimension: number): Matrix {
  const result = new Float64Array(2 * dimension * dimension);
  for (let i = 0; i < dimension; i++) result[2 * (i * dimension + i)] = 1;
  return result;
}

/** `a b`: b is applied first. */
export function multiply(a: Matrix, b: Matrix): Matrix {
  const d = dimensionOf(a);
  const result = new Float64Array(a.length);
  for (let row = 0; row < d; row++)
    for (let k = 0; k < d; k++) {
      const re = a[2 * (row * d + k)] as number;
      const im = a[2 * (row * d + k) + 1] as number;
      if (re === 0 && im === 0) continue;
      for (let column = 0; column < d; column++) {
        const from = 2 * (k * d + column);
        const to = 2 * (row * d + column);
        const x = b[from] as number;
        const y = b[from + 1] as number;
        result[to] = (result[to] as number) + re * x - im * y;
        result[to + 1] = (result[to + 1] as number) + re * y + im * x;
      }
    }
  return result;
}

export function adjoint(a: Matrix): Matrix {
  const d = dimensionOf(a);
  const result = new Float64Array(a.length);
  for (let row = 0; row < d; row++)
    for (let column = 0; column < d; column++) {
      result[2 * (column * d + row)] = a[2 * (row * d + column)] as number;
      result[2 * (column * d + row) + 1] = -(a[2 * (row * d + column) + 1] as number);
    }
  return result;
}

export function conjugate(a: Matrix): Matrix {
  return a.map((value, index) => (index % 2 === 0 ? value : -value));
}

export function scaled(a: Matrix, factor: number): Matrix {
  return a.map((value) => value * factor);
}

export function sum(a: Matrix, b: Matrix): Matrix {
  return a.map((value, index) => value + (b[index] as number));
}

/** `high ⊗ low`: the qubits of `low` are the less significant bits. */
export function kronecker(high: Matrix, low: Matrix): Matrix {
  const h = dimensionOf(high);
  const l = dimensionOf(low);
  const d = h * l;
  const result = new Float64Array(2 * d * d);
  for (let block = 0; block < h * h; block++) {
    const re = high[2 * block] as number;
    const im = high[2 * block + 1] as number;
    if (re === 0 && im === 0) continue;
    const corner = Math.floor(block / h) * l * d + (block % h) * l;
    for (let entry = 0; entry < l * l; entry++) {
      const to = 2 * (corner + Math.floor(entry / l) * d + (entry % l));
      const x = low[2 * entry] as number;
      const y = low[2 * entry + 1] as number;
      result[to] = re * x - im * y;
      result[to + 1] = re * y + im * x;
    }
  }
  return result;
}

/** `whole`, and then the 2 x 2 matrix `a` on its qubit `bit`. */
export function followedBy(whole: Matrix, a: Matrix, bit: number): Matrix {
  const d = dimensionOf(whole);
  const result = new Float64Array(whole.length);
  const [ar, ai, br, bi, cr, ci, dr, di] = a as unknown as Eight;
  for (let row = 0; row < d; row++) {
    if ((row >> bit) % 2 === 1) continue;
    const high = 2 * d * (row + 2 ** bit);
    for (let at = 2 * d * row, other = high; other < high + 2 * d; at += 2, other += 2) {
      const [x, y] = [whole[at] as number, whole[at + 1] as number];
      const [z, w] = [whole[other] as number, whole[other + 1] as number];
      result[at] = ar * x - ai * y + br * z - bi * w;
      result[at + 1] = ar * y + ai * x + br * w + bi * z;
      result[other] = cr * x - ci * y + dr * z - di * w;
      result[other + 1] = cr * y + ci * x + dr * w + di * z;
    }
  }
  return result;
}

type Eight = readonly [number, number, number, number, number, number, number, number];

function gathered(index: number, bits: readonly number[]): number {
  let result = 0;
  for (const [k, bit] of bits.entries()) result |= ((index >> bit) & 1) << k;
  return result;
}

/** The matrix of `qubits` qubits that does `a` to those named by `bits` (bit k of `a` is bit `bits[k]`), nothing to others. */
export function embedded(a: Matrix, bits: readonly number[], qubits: number): Matrix {
  const d = 1 << qubits;
  const small = dimensionOf(a);
  const used = bits.reduce((mask, bit) => mask | (1 << bit), 0);
  const result = new Float64Array(2 * d * d);
  for (let row = 0; row < d; row++)
    for (let column = 0; column < d; column++) {
      if ((row & ~used) !== (column & ~used)) continue;
      const from = 2 * (gathered(row, bits) * small + gathered(column, bits));
      result[2 * (row * d + column)] = a[from] as number;
      result[2 * (row * d + column) + 1] = a[from + 1] as number;
    }
  return result;
}

/** Controlled by `controls.length` further qubits, which are the least significant bits, each at the given value. */
export function controlledMatrix(controls: readonly boolean[], a: Matrix): Matrix {
  const small = dimensionOf(a);
  const factor = 1 << controls.length;
  const d = small * factor;
  const wanted = controls.reduce((value, control, k) => value | (control ? 1 << k : 0), 0);
  const result = identity(d);
  for (let row = 0; row < small; row++)
    for (let column = 0; column < small; column++) {
      const to = 2 * ((row * factor + wanted) * d + column * factor + wanted);
      result[to] = a[2 * (row * small + column)] as number;
      result[to + 1] = a[2 * (row * small + column) + 1] as number;
    }
  return result;
}

/** The largest absolute difference of an entry. */
export function distance(a: Matrix, b: Matrix): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++)
    largest = Math.max(largest, Math.abs((a[i] as number) - (b[i] as number)));
  return largest;
}

/** How far U*U is from 1; NaN where an entry is no number. */
export function unitaryFault(a: Matrix): number {
  return distance(multiply(adjoint(a), a), identity(dimensionOf(a)));
}

export function isDiagonal(a: Matrix): boolean {
  const d = dimensionOf(a);
  for (let row = 0; row < d; row++)
    for (let column = 0; column < d; column++) {
      const at = 2 * (row * d + column);
      if (row !== column && (a[at] !== 0 || a[at + 1] !== 0)) return false;
    }
  return true;
}

export function isRealMatrix(a: Matrix): boolean {
  for (let i = 1; i < a.length; i += 2) if (a[i] !== 0) return false;
  return true;
}

/** The diagonal as interleaved numbers. */
export function diagonalOf(a: Matrix): Float64Array {
  const d = dimensionOf(a);
  const result = new Float64Array(2 * d);
  for (let i = 0; i < d; i++) {
    result[2 * i] = a[2 * (i * d + i)] as number;
    result[2 * i + 1] = a[2 * (i * d + i) + 1] as number;
  }
  return result;
}

export function fromDiagonal(diagonal: Float64Array): Matrix {
  const d = diagonal.length / 2;
  const result = new Float64Array(2 * d * d);
  for (let i = 0; i < d; i++) {
    result[2 * (i * d + i)] = diagonal[2 * i] as number;
    result[2 * (i * d + i) + 1] = diagonal[2 * i + 1] as number;
  }
  return result;
}
