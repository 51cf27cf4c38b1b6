/**
 * Gives the lines of passes their positions in the state, in the order of their first use, and writes the passes on a tape.
 * The state grows by a line that enters: its new top bit is 0 in memory that was cleared, or is written as a whole by a CX
 * that lets it in. Called by the program's makers.
 */
import type { TapeWriter } from '../kernels/tape.js';
import { linesOf, NO_CONTROL } from './pass.js';
import type { DiagonalTerm, Pass, Run } from './pass.js';

export class Layout {
  readonly #positions = new Map<number, number>();
  #clearSize = 0;

  /** The number of lines in the state. */
  get size(): number {
    return this.#positions.size;
  }

  /** The size of the state that has to be clear in the beginning; what lies above is written when it is let in. */
  get clearSize(): number {
    return this.#clearSize;
  }

  /** Undefined while the line (a name of the passes) is not in the state. */
  position(line: number): number | undefined {
    return this.#positions.get(line);
  }

  enter(line: number): number {
    const known = this.#positions.get(line);
    if (known !== undefined) return known;
    this.#clearSize = this.size + 1;
    return this.letIn(line);
  }

  /** The line's half of the memory is going to be written as a whole. */
  letIn(line: number): number {
    this.#positions.set(line, this.size);
    return this.size - 1;
  }
}

/** `lettingIn`: a CX may let its target in; only where every pass happens, and happens in this order. */
export function encode(pass: Pass, layout: Layout, tape: TapeWriter, lettingIn = false): void {
  if (lettingIn && pass.kind === 'flip' && letsIn(pass, layout)) {
    layout.letIn(pass.target);
    tape.flipIn(layout.size, layout.enter(pass.controls[0] as number));
    return;
  }
  for (const line of linesOf(pass)) layout.enter(line);
  const at = (line: number): number => layout.enter(line);
  const { size } = layout;
  switch (pass.kind) {
    case 'dense1':
      tape.dense1(size, at(pass.line), pass.matrix);
      return;
    case 'dense2': {
      const [a, b] = pass.flips.map((line) => (line === NO_CONTROL ? null : at(line)));
      tape.dense2(size, [at(pass.lines[0]), at(pass.lines[1])], pass.matrix, [a ?? null, b ?? null]);
      return;
    }
    case 'many':
      tape.many(size, pass.controls.map(at), pass.lines.map(at), pass.matrix);
      return;
    case 'flip':
      tape.flip(size, pass.controls.map(at), at(pass.target));
      return;
    case 'phase':
      tape.phase(size, pass.lines.map(at), pass.re, pass.im);
      return;
    case 'run':
      encodeRun(pass, layout, tape);
  }
}

function letsIn({ controls, target }: Extract<Pass, { kind: 'flip' }>, layout: Layout): boolean {
  const [control, ...others] = controls;
  if (control === undefined || others.length > 0) return false;
  return layout.position(control) !== undefined && layout.position(target) === undefined;
}

function encodeRun(run: Run, layout: Layout, tape: TapeWriter): void {
  const { size } = layout;
  const at = (line: number): number => layout.enter(line);
  const [term] = run.terms;
  if (run.terms.length === 1 && term !== undefined) {
    const [re, im] = term.diagonal.subarray(-2) as unknown as [number, number];
    if (isPhase(term.diagonal)) {
      tape.phase(size, term.lines.map(at), re, im);
      return;
    }
    if (term.lines.length === 1) {
      tape.diagonal1(size, at(term.lines[0] as number), term.diagonal);
      return;
    }
  }
  const pivot = run.pivots?.[0] ?? (run.terms[0] as DiagonalTerm).lines[0];
  writeTables(run.terms, pivot as number, layout, tape);
}

function isPhase(diagonal: Float64Array): boolean {
  for (let i = 0; i < diagonal.length - 2; i += 2)
    if (diagonal[i] !== 1 || diagonal[i + 1] !== 0) return false;
  return true;
}

/**
 * For each value of the pivot the run is a product of one factor for each line. Two tables, by the low and by the high bits,
 * hold these products, made by doubling: for 20 lines 2 x 1,024 entries instead of a factor for each of a million amplitudes.
 */
function writeTables(terms: readonly DiagonalTerm[], pivot: number, layout: Layout, tape: TapeWriter): void {
  const { size } = layout;
  const pivotAt = layout.enter(pivot);
  const factors = [0, 1].map((value) => factorsOf(terms, pivot, value, layout));
  const lowBits = Math.min(9, size >> 1);
  const zero = factors[0] as Float64Array;
  const isHalf =
    zero.every((part, index) => part === (index % 2 === 0 ? 1 : 0) || index >> 2 === pivotAt) &&
    zero[4 * pivotAt] === 1 &&
    zero[4 * pivotAt + 1] === 0;
  const tables = [
    ...factors.map((of) => products(of, 0, lowBits)),
    ...factors.map((of) => products(of, lowBits, size)),
  ];
  const all = new Float64Array(tables.reduce((sum, table) => sum + table.length, 0));
  let used = 0;
  for (const table of tables) {
    all.set(table, used);
    used += table.length;
  }
  tape.run(size, pivotAt, lowBits, all, isHalf);
}

/** Two complex numbers for each position: what a bit of 0 and of 1 there contributes when the pivot has that value. */
function factorsOf(
  terms: readonly DiagonalTerm[],
  pivot: number,
  value: number,
  layout: Layout,
): Float64Array {
  const factors = new Float64Array(4 * layout.size);
  for (let i = 0; i < factors.length; i += 2) factors[i] = 1;
  for (const { lines, diagonal } of terms) {
    const other = lines.length === 1 ? lines[0] : lines.find((line) => line !== pivot);
    const at = 4 * layout.enter(other as number);
    for (const bit of [0, 1]) {
      const index = lines.length === 1 ? bit : lines[0] === pivot ? value + 2 * bit : bit + 2 * value;
      turn(factors, at + 2 * bit, diagonal[2 * index] as number, diagonal[2 * index + 1] as number);
    }
  }
  return factors;
}

function turn(values: Float64Array, at: number, re: number, im: number): void {
  const x = values[at] as number;
  const y = values[at + 1] as number;
  values[at] = x * re - y * im;
  values[at + 1] = x * im + y * re;
}

function products(factors: Float64Array, from: number, to: number): Float64Array {
  const table = new Float64Array(2 * 2 ** (to - from));
  table[0] = 1;
  for (let position = from; position < to; position++) {
    const half = 2 * 2 ** (position - from);
    const [ar, ai, br, bi] = factors.subarray(4 * position, 4 * position + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    for (let i = 0; i < half; i += 2) {
      const x = table[i] as number;
      const y = table[i + 1] as number;
      table[half + i] = x * br - y * bi;
      table[half + i + 1] = x * bi + y * br;
      table[i] = x * ar - y * ai;
      table[i + 1] = x * ai + y * ar;
    }
  }
  return table;
}
