/**
 * Sufficient statistics of a linear mixed model for one type: every signature (one task that recurs) has an effect of
 * its own on top of the regression. Marginalising these effects keeps the normal equations small (Henderson 1975; Laird
 * and Ware 1982): XᵀV⁻¹X and XᵀV⁻¹y are sums over signatures, and a signature's term is replaced when it recurs.
 */
import { resized } from '../dense.js';
import { MACHINE_WIDTH, TASK_WIDTH } from './design.js';

/**
 * What is kept of a signature: its latest values, so that it follows what changes; of the machine with most of them the oldest
 * goes, so that one where it no longer runs is not forgotten.
 */
const VALUES_MAX = 8;

/** One task that recurs: its latest values as triples of machine slot, logarithm, weight. */
export interface Signature {
  readonly columns: number[];
  readonly slots: number[];
  readonly values: number[];
  readonly weights: number[];
}

/** Variances of the logarithm within and between signatures of a type. */
export interface Variances {
  within: number;
  between: number;
}

export interface TypeStatistics {
  /** XᵀV⁻¹X, dimension × dimension. */
  matrix: Float64Array;
  /** XᵀV⁻¹y */
  vector: Float64Array;
  /** Of observations. */
  count: number;
  readonly signatures: Map<string, Signature>;
  variances: Variances;
}

export function emptyStatistics(dimension: number, variances: Variances): TypeStatistics {
  return {
    matrix: new Float64Array(dimension * dimension),
    vector: new Float64Array(dimension),
    count: 0,
    signatures: new Map(),
    variances: { ...variances },
  };
}

export function growStatistics(statistics: TypeStatistics, from: number, to: number): void {
  statistics.matrix = resized(statistics.matrix, from, to);
  const vector = new Float64Array(to);
  vector.set(statistics.vector);
  statistics.vector = vector;
}

export function appendValue(signature: Signature, slot: number, value: number, weight: number): void {
  signature.slots.push(slot);
  signature.values.push(value);
  signature.weights.push(weight);
  if (signature.values.length <= VALUES_MAX) return;
  const oldest = signature.slots.indexOf(mostFrequent(signature.slots));
  for (const list of [signature.slots, signature.values, signature.weights]) list.splice(oldest, 1);
}

/** Of several, the latest. */
function mostFrequent(slots: readonly number[]): number {
  let [most, best] = [0, slots.at(-1) as number];
  for (const slot of slots) {
    const count = slots.reduce((sum, one) => (one === slot ? sum + 1 : sum), 0);
    if (count >= most) [most, best] = [count, slot];
  }
  return best;
}

/** Nonzero entries of the row of one value: position and number, in the scratch arrays. */
const positions = new Int32Array(TASK_WIDTH + MACHINE_WIDTH);
const numbers = new Float64Array(TASK_WIDTH + MACHINE_WIDTH);

function sparseRow(columns: readonly number[], slot: number): number {
  for (let i = 0; i < TASK_WIDTH; i++) {
    positions[i] = i;
    numbers[i] = columns[i] as number;
  }
  if (slot < 0) return TASK_WIDTH;
  positions[TASK_WIDTH] = TASK_WIDTH + MACHINE_WIDTH * slot;
  numbers[TASK_WIDTH] = 1;
  positions[TASK_WIDTH + 1] = TASK_WIDTH + MACHINE_WIDTH * slot + 1;
  numbers[TASK_WIDTH + 1] = columns[1] as number;
  return TASK_WIDTH + MACHINE_WIDTH;
}

/** Adds (`sign` 1) or takes away (-1) what a signature says. */
export function addSignature(statistics: TypeStatistics, signature: Signature, sign: 1 | -1): void {
  const { matrix, vector, variances } = statistics;
  const dimension = vector.length;
  const scale = sign / variances.within;
  const sums = new Float64Array(dimension);
  let weights = 0;
  let weighted = 0;
  for (let v = 0; v < signature.values.length; v++) {
    const weight = signature.weights[v] as number;
    const value = signature.values[v] as number;
    const width = sparseRow(signature.columns, signature.slots[v] as number);
    weights += weight;
    weighted += weight * value;
    for (let a = 0; a < width; a++) {
      const at = positions[a] as number;
      const number = weight * (numbers[a] as number);
      sums[at] = (sums[at] as number) + number;
      vector[at] = (vector[at] as number) + scale * number * value;
      for (let b = 0; b < width; b++) {
        const cell = at * dimension + (positions[b] as number);
        matrix[cell] = (matrix[cell] as number) + scale * number * (numbers[b] as number);
      }
    }
  }
  const shared = variances.between / (variances.within + variances.between * weights);
  for (let a = 0; a < dimension; a++) {
    const sum = scale * shared * (sums[a] as number);
    if (sum === 0) continue;
    vector[a] = (vector[a] as number) - sum * weighted;
    for (let b = 0; b < dimension; b++) {
      const cell = a * dimension + b;
      matrix[cell] = (matrix[cell] as number) - sum * (sums[b] as number);
    }
  }
}

/** Fitted value of one value of a signature. */
export function fittedValue(weights: Float64Array, columns: readonly number[], slot: number): number {
  let sum = 0;
  for (let i = 0; i < TASK_WIDTH; i++) sum += (weights[i] as number) * (columns[i] as number);
  if (slot < 0) return sum;
  const at = TASK_WIDTH + MACHINE_WIDTH * slot;
  return sum + (weights[at] as number) + (weights[at + 1] as number) * (columns[1] as number);
}
