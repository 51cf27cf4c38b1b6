/** The passes of a program: what one sweep over the state does. Made by fusion, given positions and encoded by tape.ts. */
import type { Matrix } from '../gates/matrix.js';

export interface DiagonalTerm {
  readonly lines: readonly number[];
  readonly diagonal: Float64Array;
}

/** No CX goes into this one. */
export const NO_CONTROL = -1;

export type Pass =
  | { kind: 'dense1'; line: number; matrix: Matrix }
  /** Afterwards CX from `flips[k]` into `lines[k]`, see `dense2flip` of the kernels. */
  | { kind: 'dense2'; lines: readonly [number, number]; matrix: Matrix; flips: [number, number] }
  | { kind: 'many'; controls: readonly number[]; lines: readonly number[]; matrix: Matrix }
  | { kind: 'flip'; controls: readonly number[]; target: number }
  | { kind: 'phase'; lines: readonly number[]; re: number; im: number }
  /** All terms on two lines share every line of `pivots`; `null` while there are terms on one line only. */
  | { kind: 'run'; terms: DiagonalTerm[]; pivots: readonly number[] | null };

export type Dense2 = Extract<Pass, { kind: 'dense2' }>;
export type Run = Extract<Pass, { kind: 'run' }>;

/** Every line that the pass reads or writes. */
export function linesOf(pass: Pass): readonly number[] {
  switch (pass.kind) {
    case 'dense1':
      return [pass.line];
    case 'dense2':
      return [...pass.lines, ...pass.flips.filter((control) => control !== NO_CONTROL)];
    case 'many':
      return [...pass.controls, ...pass.lines];
    case 'flip':
      return [...pass.controls, pass.target];
    case 'phase':
      return pass.lines;
    case 'run':
      return pass.terms.flatMap((term) => term.lines);
  }
}
