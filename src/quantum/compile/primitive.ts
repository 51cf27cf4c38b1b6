/**
 * What circuits are lowered to: the few kinds of operation that fusion knows. Lines are numbers of qubits, or of kets and
 * bras in a density matrix. Made by lower.ts and by the noise model, read by fusion; nothing here runs.
 */
import { conjugate } from '../gates/matrix.js';
import type { Matrix } from '../gates/matrix.js';

export type Primitive =
  /** One to four lines; the first is the least significant bit of the matrix's indices. Need not be unitary. */
  | { readonly kind: 'matrix'; readonly lines: readonly number[]; readonly matrix: Matrix }
  /** One or two lines: the diagonal of their matrix, interleaved. */
  | { readonly kind: 'diagonal'; readonly lines: readonly number[]; readonly diagonal: Float64Array }
  /** X on the target where all controls are 1. */
  | { readonly kind: 'flip'; readonly controls: readonly number[]; readonly target: number }
  /** A factor where all lines are 1. */
  | { readonly kind: 'phase'; readonly lines: readonly number[]; readonly re: number; readonly im: number }
  | {
      readonly kind: 'controlled';
      readonly controls: readonly number[];
      readonly lines: readonly number[];
      readonly matrix: Matrix;
    }
  | { readonly kind: 'swap'; readonly a: number; readonly b: number }
  /** A factor of everything. */
  | { readonly kind: 'global'; readonly re: number; readonly im: number };

/** The same on the bras of a density matrix: complex conjugate, `shift` lines further up. */
export function onBras(primitive: Primitive, shift: number): Primitive {
  const moved = (lines: readonly number[]): number[] => lines.map((line) => line + shift);
  switch (primitive.kind) {
    case 'matrix':
      return { ...primitive, lines: moved(primitive.lines), matrix: conjugate(primitive.matrix) };
    case 'diagonal':
      return { ...primitive, lines: moved(primitive.lines), diagonal: conjugate(primitive.diagonal) };
    case 'flip':
      return { kind: 'flip', controls: moved(primitive.controls), target: primitive.target + shift };
    case 'phase':
      return { kind: 'phase', lines: moved(primitive.lines), re: primitive.re, im: -primitive.im };
    case 'controlled':
      return {
        kind: 'controlled',
        controls: moved(primitive.controls),
        lines: moved(primitive.lines),
        matrix: conjugate(primitive.matrix),
      };
    case 'swap':
      return { kind: 'swap', a: primitive.a + shift, b: primitive.b + shift };
    case 'global':
      return { kind: 'global', re: primitive.re, im: -primitive.im };
  }
}
