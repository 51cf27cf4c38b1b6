/**
 * The state-vector kernels, in AssemblyScript; `npm run kernels` compiles them into src/quantum/kernels/kernels-binary.ts.
 * One v128 is one complex number (real part first), and every kernel is one loop over `from..to` that is right for all
 * qubits: indices without the qubits' bits, into which zeros are put (`i + (i & high)`). Constants are pairs of vectors,
 * (re, re) and (-im, im), so that a product is two multiplications, an addition and a swap; they are read from memory in
 * the loop, and sums are serial: a tree of additions spills registers and was four times slower.
 */

import {
  CHUNK_LOG,
  CONSTANTS,
  CONTROL_A,
  CONTROL_B,
  DIMENSION,
  HIGH_A,
  HIGH_B,
  MASKS,
  MASK_COUNT,
  OFFSET,
  OTHER,
  STRIDE_A,
  STRIDE_B,
} from './pass';

function swapped(x: v128): v128 {
  return v128.shuffle<f64>(x, x, 1, 0);
}

function times(c: usize, x: v128): v128 {
  return v128.add<f64>(
    v128.mul<f64>(v128.load(c), x),
    v128.mul<f64>(v128.load(c, 16), v128.shuffle<f64>(x, x, 1, 0)),
  );
}

/** A general matrix on one qubit. */
export function dense1(pass: usize, state: usize, from: u32, to: u32): void {
  const high = load<u32>(pass, HIGH_A);
  const stride = load<usize>(pass, STRIDE_A);
  const c = load<usize>(pass, CONSTANTS);
  const ar = v128.load(c);
  const ai = v128.load(c, 16);
  const br = v128.load(c, 32);
  const bi = v128.load(c, 48);
  const cr = v128.load(c, 64);
  const ci = v128.load(c, 80);
  const dr = v128.load(c, 96);
  const di = v128.load(c, 112);
  for (let i = from; i < to; i++) {
    const p = state + (usize(i + (i & high)) << 4);
    const q = p + stride;
    const x = v128.load(p);
    const y = v128.load(q);
    const xs = swapped(x);
    const ys = swapped(y);
    let sum = v128.mul<f64>(ar, x);
    sum = v128.add<f64>(sum, v128.mul<f64>(ai, xs));
    sum = v128.add<f64>(sum, v128.mul<f64>(br, y));
    v128.store(p, v128.add<f64>(sum, v128.mul<f64>(bi, ys)));
    sum = v128.mul<f64>(cr, x);
    sum = v128.add<f64>(sum, v128.mul<f64>(ci, xs));
    sum = v128.add<f64>(sum, v128.mul<f64>(dr, y));
    v128.store(q, v128.add<f64>(sum, v128.mul<f64>(di, ys)));
  }
}

/** A real matrix on one qubit. */
export function real1(pass: usize, state: usize, from: u32, to: u32): void {
  const high = load<u32>(pass, HIGH_A);
  const stride = load<usize>(pass, STRIDE_A);
  const c = load<usize>(pass, CONSTANTS);
  const ar = v128.load(c);
  const br = v128.load(c, 32);
  const cr = v128.load(c, 64);
  const dr = v128.load(c, 96);
  for (let i = from; i < to; i++) {
    const p = state + (usize(i + (i & high)) << 4);
    const q = p + stride;
    const x = v128.load(p);
    const y = v128.load(q);
    v128.store(p, v128.add<f64>(v128.mul<f64>(ar, x), v128.mul<f64>(br, y)));
    v128.store(q, v128.add<f64>(v128.mul<f64>(cr, x), v128.mul<f64>(dr, y)));
  }
}

/** A diagonal matrix on one qubit; also a projection with its rescaling. */
export function diagonal1(pass: usize, state: usize, from: u32, to: u32): void {
  const high = load<u32>(pass, HIGH_A);
  const stride = load<usize>(pass, STRIDE_A);
  const c = load<usize>(pass, CONSTANTS);
  for (let i = from; i < to; i++) {
    const p = state + (usize(i + (i & high)) << 4);
    v128.store(p, times(c, v128.load(p)));
    v128.store(p + stride, times(c + 32, v128.load(p + stride)));
  }
}

/** X without a control. */
export function flip1(pass: usize, state: usize, from: u32, to: u32): void {
  const high = load<u32>(pass, HIGH_A);
  const stride = load<usize>(pass, STRIDE_A);
  for (let i = from; i < to; i++) {
    const p = state + (usize(i + (i & high)) << 4);
    const x = v128.load(p);
    v128.store(p, v128.load(p + stride));
    v128.store(p + stride, x);
  }
}

/** CX: `OFFSET` is the control's bit in bytes. */
export function flip2(pass: usize, state: usize, from: u32, to: u32): void {
  const highA = load<u32>(pass, HIGH_A);
  const highB = load<u32>(pass, HIGH_B);
  const stride = load<usize>(pass, STRIDE_A);
  const start = state + load<usize>(pass, OFFSET);
  for (let i = from; i < to; i++) {
    const j = i + (i & highA);
    const p = start + (usize(j + (j & highB)) << 4);
    const x = v128.load(p);
    v128.store(p, v128.load(p + stride));
    v128.store(p + stride, x);
  }
}

/** Below this control, runs of equal bits are too short for the bulk operations of memory. */
const BULK_CONTROL: u32 = 6;

/**
 * CX into a qubit that enters with this pass as the state's top bit (`STRIDE_A`), over the indices without it: its half of the
 * memory is written as a whole, so that nobody has to clear it.
 */
export function flipIn(pass: usize, state: usize, from: u32, to: u32): void {
  const stride = load<usize>(pass, STRIDE_A);
  const control = load<u32>(pass, CONTROL_A);
  if (control < BULK_CONTROL) return flipInOneByOne(state, stride, control, from, to);
  const low: u32 = (1 << control) - 1;
  for (let i = from; i < to; ) {
    const end = min<u32>(to, (i | low) + 1);
    const p = state + (usize(i) << 4);
    const bytes = usize(end - i) << 4;
    if (((i >> control) & 1) === 1) {
      memory.copy(p + stride, p, bytes);
      memory.fill(p, 0, bytes);
    } else memory.fill(p + stride, 0, bytes);
    i = end;
  }
}

function flipInOneByOne(state: usize, stride: usize, control: u32, from: u32, to: u32): void {
  const zero = v128.splat<f64>(0);
  for (let i = from; i < to; i++) {
    const p = state + (usize(i) << 4);
    const isSet = ((i >> control) & 1) === 1;
    const x = v128.load(p);
    v128.store(p + stride, isSet ? x : zero);
    if (isSet) v128.store(p, zero);
  }
}

/** The index with zeros at all fixed bits, which stand in ascending order. */
function spread(i: u32, masks: usize, end: usize): u32 {
  for (let m = masks; m < end; m += 4) i += i & load<u32>(m);
  return i;
}

/** X under any number of controls. */
export function flipMany(pass: usize, state: usize, from: u32, to: u32): void {
  const masks = load<usize>(pass, MASKS);
  const end = masks + (load<usize>(pass, MASK_COUNT) << 2);
  const stride = load<usize>(pass, STRIDE_A);
  const start = state + load<usize>(pass, OFFSET);
  for (let i = from; i < to; i++) {
    const p = start + (usize(spread(i, masks, end)) << 4);
    const x = v128.load(p);
    v128.store(p, v128.load(p + stride));
    v128.store(p + stride, x);
  }
}

/** One factor where all of some bits are 1. */
export function phaseMany(pass: usize, state: usize, from: u32, to: u32): void {
  const masks = load<usize>(pass, MASKS);
  const end = masks + (load<usize>(pass, MASK_COUNT) << 2);
  const start = state + load<usize>(pass, OFFSET);
  const c = load<usize>(pass, CONSTANTS);
  for (let i = from; i < to; i++) {
    const p = start + (usize(spread(i, masks, end)) << 4);
    v128.store(p, times(c, v128.load(p)));
  }
}

/** One row of a 4x4 matrix: twice eight products, summed one after the other. */
function row4(c: usize, x0: v128, x1: v128, x2: v128, x3: v128): v128 {
  let sum = v128.mul<f64>(v128.load(c), x0);
  sum = v128.add<f64>(sum, v128.mul<f64>(v128.load(c, 16), swapped(x0)));
  sum = v128.add<f64>(sum, v128.mul<f64>(v128.load(c, 32), x1));
  sum = v128.add<f64>(sum, v128.mul<f64>(v128.load(c, 48), swapped(x1)));
  sum = v128.add<f64>(sum, v128.mul<f64>(v128.load(c, 64), x2));
  sum = v128.add<f64>(sum, v128.mul<f64>(v128.load(c, 80), swapped(x2)));
  sum = v128.add<f64>(sum, v128.mul<f64>(v128.load(c, 96), x3));
  return v128.add<f64>(sum, v128.mul<f64>(v128.load(c, 112), swapped(x3)));
}

function realRow4(c: usize, x0: v128, x1: v128, x2: v128, x3: v128): v128 {
  let sum = v128.mul<f64>(v128.load(c), x0);
  sum = v128.add<f64>(sum, v128.mul<f64>(v128.load(c, 32), x1));
  sum = v128.add<f64>(sum, v128.mul<f64>(v128.load(c, 64), x2));
  return v128.add<f64>(sum, v128.mul<f64>(v128.load(c, 96), x3));
}

/** A general matrix on two qubits. `HIGH_A` belongs to the lower bit, `STRIDE_A` to the matrix's first qubit. */
export function dense2(pass: usize, state: usize, from: u32, to: u32): void {
  const highA = load<u32>(pass, HIGH_A);
  const highB = load<u32>(pass, HIGH_B);
  const strideA = load<usize>(pass, STRIDE_A);
  const strideB = load<usize>(pass, STRIDE_B);
  const c = load<usize>(pass, CONSTANTS);
  for (let i = from; i < to; i++) {
    const j = i + (i & highA);
    const p0 = state + (usize(j + (j & highB)) << 4);
    const p1 = p0 + strideA;
    const p2 = p0 + strideB;
    const p3 = p1 + strideB;
    const x0 = v128.load(p0);
    const x1 = v128.load(p1);
    const x2 = v128.load(p2);
    const x3 = v128.load(p3);
    v128.store(p0, row4(c, x0, x1, x2, x3));
    v128.store(p1, row4(c + 128, x0, x1, x2, x3));
    v128.store(p2, row4(c + 256, x0, x1, x2, x3));
    v128.store(p3, row4(c + 384, x0, x1, x2, x3));
  }
}

/**
 * The same, and then a CX into each of its qubits at no cost: where a control (any other bit) is 1, rows change places. A
 * control that is not wanted is bit 31, which no index has.
 */
export function dense2flip(pass: usize, state: usize, from: u32, to: u32): void {
  const highA = load<u32>(pass, HIGH_A);
  const highB = load<u32>(pass, HIGH_B);
  const strideA = load<usize>(pass, STRIDE_A);
  const strideB = load<usize>(pass, STRIDE_B);
  const controlA = load<u32>(pass, CONTROL_A);
  const controlB = load<u32>(pass, CONTROL_B);
  const c = load<usize>(pass, CONSTANTS);
  for (let i = from; i < to; i++) {
    const j = i + (i & highA);
    const index = j + (j & highB);
    const p0 = usize(index) << 4;
    const p1 = p0 + strideA;
    const p2 = p0 + strideB;
    const p3 = p1 + strideB;
    const x0 = v128.load(state + p0);
    const x1 = v128.load(state + p1);
    const x2 = v128.load(state + p2);
    const x3 = v128.load(state + p3);
    const flip = (strideA & (0 - ((index >> controlA) & 1))) ^ (strideB & (0 - ((index >> controlB) & 1)));
    v128.store(state + (p0 ^ flip), row4(c, x0, x1, x2, x3));
    v128.store(state + (p1 ^ flip), row4(c + 128, x0, x1, x2, x3));
    v128.store(state + (p2 ^ flip), row4(c + 256, x0, x1, x2, x3));
    v128.store(state + (p3 ^ flip), row4(c + 384, x0, x1, x2, x3));
  }
}

/** `dense2flip` with a real matrix. */
export function real2flip(pass: usize, state: usize, from: u32, to: u32): void {
  const highA = load<u32>(pass, HIGH_A);
  const highB = load<u32>(pass, HIGH_B);
  const strideA = load<usize>(pass, STRIDE_A);
  const strideB = load<usize>(pass, STRIDE_B);
  const controlA = load<u32>(pass, CONTROL_A);
  const controlB = load<u32>(pass, CONTROL_B);
  const c = load<usize>(pass, CONSTANTS);
  for (let i = from; i < to; i++) {
    const j = i + (i & highA);
    const index = j + (j & highB);
    const p0 = usize(index) << 4;
    const p1 = p0 + strideA;
    const p2 = p0 + strideB;
    const p3 = p1 + strideB;
    const x0 = v128.load(state + p0);
    const x1 = v128.load(state + p1);
    const x2 = v128.load(state + p2);
    const x3 = v128.load(state + p3);
    const flip = (strideA & (0 - ((index >> controlA) & 1))) ^ (strideB & (0 - ((index >> controlB) & 1)));
    v128.store(state + (p0 ^ flip), realRow4(c, x0, x1, x2, x3));
    v128.store(state + (p1 ^ flip), realRow4(c + 128, x0, x1, x2, x3));
    v128.store(state + (p2 ^ flip), realRow4(c + 256, x0, x1, x2, x3));
    v128.store(state + (p3 ^ flip), realRow4(c + 384, x0, x1, x2, x3));
  }
}

/** A general matrix on up to four qubits under any controls. After the masks stand the byte offsets of its rows. */
export function denseMany(pass: usize, state: usize, from: u32, to: u32, scratch: usize): void {
  const masks = load<usize>(pass, MASKS);
  const end = masks + (load<usize>(pass, MASK_COUNT) << 2);
  const dimension = load<usize>(pass, DIMENSION);
  const start = state + load<usize>(pass, OFFSET);
  const constants = load<usize>(pass, CONSTANTS);
  for (let i = from; i < to; i++) {
    const p = start + (usize(spread(i, masks, end)) << 4);
    for (let k: usize = 0; k < dimension; k++)
      v128.store(scratch + (k << 4), v128.load(p + load<usize>(end + (k << 2))));
    let c = constants;
    for (let row: usize = 0; row < dimension; row++) {
      let sum = v128.splat<f64>(0);
      for (let k: usize = 0; k < dimension; k++) {
        sum = v128.add<f64>(sum, times(c, v128.load(scratch + (k << 4))));
        c += 32;
      }
      v128.store(p + load<usize>(end + (row << 2)), sum);
    }
  }
}

/**
 * A run of diagonal gates that share a qubit, the pivot: the factor is a product of one from a table by the low bits and one
 * from a table by the high bits, and there is a pair of tables for each value of the pivot. `HIGH_A` is 0 when all amplitudes
 * change, else only those whose pivot is 1 do (`OFFSET` is its bit). `STRIDE_A` and `STRIDE_B` are bytes of the tables.
 */
export function diagonalRun(pass: usize, state: usize, from: u32, to: u32): void {
  const high = load<u32>(pass, HIGH_A);
  const set = load<u32>(pass, OFFSET);
  const pivot = load<u32>(pass, CONTROL_A);
  const lowBits = load<u32>(pass, CONTROL_B);
  const lowMask = (1 << lowBits) - 1;
  const lowBytes = load<usize>(pass, STRIDE_A);
  const highBytes = load<usize>(pass, STRIDE_B);
  const lows = load<usize>(pass, CONSTANTS);
  const highs = lows + (lowBytes << 1);
  for (let i = from; i < to; i++) {
    const index = i + (i & high) + set;
    const value = usize(0 - ((index >> pivot) & 1));
    const p = state + (usize(index) << 4);
    const x = times(lows + (lowBytes & value) + (usize(index & lowMask) << 5), v128.load(p));
    v128.store(p, times(highs + (highBytes & value) + (usize(index >> lowBits) << 5), x));
  }
}

/** Zeros. The first amplitude of the whole becomes `OFFSET`: 1 for a fresh state. */
export function clear(pass: usize, state: usize, from: u32, to: u32): void {
  memory.fill(state + (usize(from) << 4), 0, usize(to - from) << 4);
  if (from === 0 && load<u32>(pass, OFFSET) !== 0) store<f64>(state, 1);
}

/** Copies the state that lies at `OTHER`. */
export function copy(pass: usize, state: usize, from: u32, to: u32): void {
  const start = usize(from) << 4;
  memory.copy(state + start, load<usize>(pass, OTHER) + start, usize(to - from) << 4);
}

/** Sums of squares, one for each chunk, over the indices in which the masks' bits are as in `OFFSET`. */
export function squares(pass: usize, state: usize, from: u32, to: u32): void {
  const masks = load<usize>(pass, MASKS);
  const end = masks + (load<usize>(pass, MASK_COUNT) << 2);
  const start = state + load<usize>(pass, OFFSET);
  let sum = v128.splat<f64>(0);
  for (let i = from; i < to; i++) {
    const x = v128.load(start + (usize(spread(i, masks, end)) << 4));
    sum = v128.add<f64>(sum, v128.mul<f64>(x, x));
  }
  const out = load<usize>(pass, CONSTANTS) + (usize(from >> load<u32>(pass, CHUNK_LOG)) << 4);
  store<f64>(out, v128.extract_lane<f64>(sum, 0) + v128.extract_lane<f64>(sum, 1));
  store<f64>(out, 0, 8);
}

/**
 * The matrix element of a Pauli string between the state at `OTHER` (conjugated) and this one, without the factors i of its
 * Ys: `HIGH_A` has the bits of X and Y, `HIGH_B` those of Z and Y; only indices that have all bits of `OFFSET` count.
 */
export function element(pass: usize, state: usize, from: u32, to: u32): void {
  const other = load<usize>(pass, OTHER);
  const flips = load<u32>(pass, HIGH_A);
  const signs = load<u32>(pass, HIGH_B);
  const wanted = load<u32>(pass, OFFSET);
  let re: f64 = 0;
  let im: f64 = 0;
  for (let i = from; i < to; i++) {
    if ((i & wanted) !== wanted) continue;
    const ket = v128.load(state + (usize(i) << 4));
    const bra = v128.load(other + (usize(i ^ flips) << 4));
    const same = v128.mul<f64>(bra, ket);
    const cross = v128.mul<f64>(bra, swapped(ket));
    const sign: f64 = 1 - 2 * f64(popcnt(i & signs) & 1);
    re += sign * (v128.extract_lane<f64>(same, 0) + v128.extract_lane<f64>(same, 1));
    im += sign * (v128.extract_lane<f64>(cross, 0) - v128.extract_lane<f64>(cross, 1));
  }
  const out = load<usize>(pass, CONSTANTS) + (usize(from >> load<u32>(pass, CHUNK_LOG)) << 4);
  store<f64>(out, re);
  store<f64>(out, im, 8);
}

/** Adds the Pauli string of `element`, times the constant, of the state at `OTHER` to this one. */
export function accumulate(pass: usize, state: usize, from: u32, to: u32): void {
  const other = load<usize>(pass, OTHER);
  const flips = load<u32>(pass, HIGH_A);
  const signs = load<u32>(pass, HIGH_B);
  const c = load<usize>(pass, CONSTANTS);
  for (let i = from; i < to; i++) {
    const source = i ^ flips;
    const p = state + (usize(i) << 4);
    const sign: f64 = 1 - 2 * f64(popcnt(source & signs) & 1);
    const term = v128.mul<f64>(v128.splat<f64>(sign), times(c, v128.load(other + (usize(source) << 4))));
    v128.store(p, v128.add<f64>(v128.load(p), term));
  }
}
