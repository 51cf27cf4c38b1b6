/** Writes flat gates as passes whose constants can be rewritten: one pass for each gate, and no fusion. */
import type { Primitive } from '../compile/primitive.js';
import { adjoint, conjugate, fromDiagonal } from '../gates/matrix.js';
import type { Matrix } from '../gates/matrix.js';
import { standardMatrix } from '../gates/standard.js';
import type { TapeWriter } from '../kernels/tape.js';
import type { FlatGate } from './flat-gate.js';

export type Direction = 'forward' | 'backward';
type Turn = Extract<FlatGate, { kind: 'turn' }>;

const gates = { X: ['rx', 'rxx'], Y: ['ry', 'ryy'], Z: ['rz', 'rzz'] } as const;

export function turnMatrix({ letter, lines }: Turn, angle: number): Matrix {
  return standardMatrix(gates[letter][lines.length - 1] as 'rx', [angle]);
}

/** The number of its pass. All lines are in a state of `size` bits, at the positions of their numbers. */
export function writeGate(tape: TapeWriter, size: number, gate: FlatGate, direction: Direction): number {
  if (gate.kind === 'fixed') return writePrimitive(tape, size, gate.primitive, direction);
  if (gate.kind === 'phase') return tape.phase(size, gate.lines, 1, 0);
  const matrix = turnMatrix(gate, 0);
  const [a, b] = gate.lines as readonly [number, number];
  const isReal = gate.letter === 'Y' && gate.lines.length === 1;
  if (gate.controls.length > 0) return tape.many(size, gate.controls, gate.lines, matrix);
  if (gate.lines.length === 2) return tape.dense2(size, [a, b], matrix, [null, null], isReal);
  if (gate.letter === 'Z') return tape.diagonal1(size, a, [1, 0, 1, 0]);
  return tape.dense1(size, a, matrix, isReal);
}

/** The numbers of its pass at that angle. */
export function gateConstants(gate: Exclude<FlatGate, { kind: 'fixed' }>, angle: number): ArrayLike<number> {
  if (gate.kind === 'phase') return [Math.cos(angle), Math.sin(angle)];
  if (gate.lines.length > 1) return turnMatrix(gate, angle);
  const c = Math.cos(angle / 2);
  const s = Math.sin(angle / 2);
  if (gate.letter === 'X') return [c, 0, 0, -s, 0, -s, c, 0];
  if (gate.letter === 'Y') return [c, 0, -s, 0, s, 0, c, 0];
  return gate.controls.length === 0 ? [c, -s, c, s] : [c, -s, 0, 0, 0, 0, c, s];
}

function writePrimitive(tape: TapeWriter, size: number, primitive: Primitive, direction: Direction): number {
  const isForward = direction === 'forward';
  const directed = (matrix: Matrix): Matrix => (isForward ? matrix : adjoint(matrix));
  switch (primitive.kind) {
    case 'flip':
      return tape.flip(size, primitive.controls, primitive.target);
    case 'phase':
      return tape.phase(size, primitive.lines, primitive.re, isForward ? primitive.im : -primitive.im);
    case 'controlled':
      return tape.many(size, primitive.controls, primitive.lines, directed(primitive.matrix));
    case 'diagonal': {
      const diagonal = isForward ? primitive.diagonal : conjugate(primitive.diagonal);
      const [a, b] = primitive.lines as readonly [number, number];
      if (b === undefined) return tape.diagonal1(size, a, diagonal);
      return tape.dense2(size, [a, b], fromDiagonal(diagonal), [null, null]);
    }
    case 'matrix': {
      const [a, b] = primitive.lines as readonly [number, number];
      const matrix = directed(primitive.matrix);
      if (primitive.lines.length === 1) return tape.dense1(size, a, matrix);
      if (primitive.lines.length === 2) return tape.dense2(size, [a, b], matrix, [null, null]);
      return tape.many(size, [], primitive.lines, matrix);
    }
    case 'swap':
      return tape.many(size, [], [primitive.a, primitive.b], standardMatrix('swap', []));
    case 'global':
      return tape.phase(size, [], primitive.re, primitive.im);
  }
}
