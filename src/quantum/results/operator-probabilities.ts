/**
 * How probable each operator of a channel is in the present state: tr(K† K rho) with the reduced density matrix of its one or
 * two qubits, which is read off the expectations of their Pauli strings. No operator has to be tried on the whole state.
 */
import { adjoint, dimensionOf, multiply } from '../gates/matrix.js';
import type { Matrix } from '../gates/matrix.js';
import { PAGE, SLOTS } from '../kernels/machine.js';
import { chunkLogOf } from '../kernels/tape.js';
import type { Slots } from '../kernels/tape.js';
import type { StateInMemory } from './state-in-memory.js';

export function operatorProbabilities(
  execution: StateInMemory,
  positions: readonly number[],
  operators: readonly Matrix[],
): number[] {
  const values = pauliValues(execution, positions);
  return weightsOf(operators).map((weights) => {
    const total = weights.reduce((sum, weight, code) => sum + weight * (values[code] as number), 0);
    return Math.max(0, total);
  });
}

/** The expectation of every Pauli string on these positions; in one call while their sums fit beside each other. */
function pauliValues({ machine, program, state }: StateInMemory, positions: readonly number[]): number[] {
  const all = Array.from({ length: 4 ** positions.length - 1 }, (_, k) => masks(k + 1, positions));
  const bytes = 16 * 2 ** (program.size - chunkLogOf(program.size));
  const groups = all.length * bytes <= PAGE ? [all] : all.map((one) => [one]);
  const values = [1];
  for (const group of groups) {
    const slots = machine.runOwn(state, (tape) =>
      group.map((of, k) => tape.element(program.size, state, { ...of, wanted: 0 }, SLOTS + k * bytes)),
    );
    for (const [k, { ys }] of group.entries()) values.push(turnedBack(machine.sum(slots[k] as Slots), ys));
  }
  return values;
}

const known = new WeakMap<readonly Matrix[], readonly (readonly number[])[]>();

/** Of each operator's K† K, what each Pauli string weighs in it. Every shot asks again: kept as long as the channel is. */
function weightsOf(operators: readonly Matrix[]): readonly (readonly number[])[] {
  const found = known.get(operators);
  if (found !== undefined) return found;
  const weights = operators.map((operator) => {
    const positive = multiply(adjoint(operator), operator);
    return Array.from({ length: dimensionOf(operator) ** 2 }, (_, code) => weight(positive, code));
  });
  known.set(operators, weights);
  return weights;
}

interface Masks {
  readonly flips: number;
  readonly signs: number;
  readonly ys: number;
}

/** Two bits of the code for each position: 0 is I, 1 X, 2 Y, 3 Z. */
function masks(code: number, positions: readonly number[]): Masks {
  let flips = 0;
  let signs = 0;
  let ys = 0;
  for (const [k, position] of positions.entries()) {
    const letter = (code >> (2 * k)) & 3;
    if (letter === 1 || letter === 2) flips |= 1 << position;
    if (letter >= 2) signs |= 1 << position;
    if (letter === 2) ys++;
  }
  return { flips, signs, ys };
}

/** The kernel leaves out the factor i of each Y; the whole is real. */
export function turnedBack([re, im]: readonly [number, number], ys: number): number {
  return [re, -im, -re, im][ys % 4] as number;
}

/** The Pauli string's part in a Hermitian matrix: tr(M P) / 2^k. */
function weight(m: Matrix, code: number): number {
  const d = dimensionOf(m);
  const positions = Array.from({ length: Math.log2(d) }, (_, k) => k);
  const { flips, signs, ys } = masks(code, positions);
  let re = 0;
  let im = 0;
  for (let column = 0; column < d; column++) {
    const row = column ^ flips;
    const sign = parity(column & signs);
    const at = 2 * (column * d + row);
    re += sign * (m[at] as number);
    im += sign * (m[at + 1] as number);
  }
  return turnedBack([re, im], ys) / d;
}

function parity(bits: number): number {
  let sign = 1;
  for (let left = bits; left !== 0; left &= left - 1) sign = -sign;
  return sign;
}
