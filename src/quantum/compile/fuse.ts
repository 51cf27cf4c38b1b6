/**
 * Fusion: primitives become few passes. Matrices on one line wait (`pending`) until a gate on two lines takes them along
 * into a dense 4 x 4 block, or they go back into the block before; CX with nothing waiting is an index swap, if possible as
 * the trailing store of a block; diagonal gates join runs; SWAP only renames. Lines whose value is still known (nothing but
 * X and SWAP has happened to them) do not enter the state: gates that they control are decided here.
 */
import {
  embedded,
  followedBy,
  fromDiagonal,
  identity,
  isDiagonal,
  kronecker,
  matrix,
  multiply,
} from '../gates/matrix.js';
import type { Matrix } from '../gates/matrix.js';
import { PassList } from './pass-list.js';
import { NO_CONTROL } from './pass.js';
import type { Pass } from './pass.js';
import type { Primitive } from './primitive.js';

const X = matrix(0, 0, 1, 0, 1, 0, 0, 0);
const ONE = identity(2);
const CX = matrix(
  ...[1, 0, 0, 0, 0, 0, 0, 0],
  ...[0, 0, 0, 0, 0, 0, 1, 0],
  ...[0, 0, 0, 0, 1, 0, 0, 0],
  ...[0, 0, 1, 0, 0, 0, 0, 0],
);

export interface Fused {
  readonly passes: readonly Pass[];
  /** Of each line, what it is called in the passes. */
  readonly names: readonly number[];
  /** By name, the values of those lines that never entered. */
  readonly known: ReadonlyMap<number, 0 | 1>;
  readonly global: readonly [re: number, im: number];
}

export interface FuseOptions {
  /** From an earlier part of the same circuit. */
  readonly names: readonly number[];
  readonly known: ReadonlyMap<number, 0 | 1>;
  /** False gives a pass to every gate. */
  readonly isFusing: boolean;
}

export class Fuser {
  readonly #list = new PassList();
  readonly #pending = new Map<number, Matrix>();
  readonly #names: number[];
  readonly #known: Map<number, 0 | 1>;
  readonly #isFusing: boolean;
  #re = 1;
  #im = 0;

  constructor(options: FuseOptions) {
    this.#names = [...options.names];
    this.#known = new Map(options.known);
    this.#isFusing = options.isFusing;
  }

  finish(): Fused {
    for (const line of [...this.#pending.keys()]) this.#flush(line);
    return {
      passes: this.#list.passes,
      names: this.#names,
      known: this.#known,
      global: [this.#re, this.#im],
    };
  }

  add(primitive: Primitive): void {
    this.#add(primitive);
    if (!this.#isFusing) for (const line of [...this.#pending.keys()]) this.#flush(line);
  }

  /** From here on these lines are in the state, whatever is known about them. */
  enter(lines: readonly number[]): void {
    for (const line of lines) this.#forget(this.#name(line));
  }

  #add(primitive: Primitive): void {
    const named = (lines: readonly number[]): number[] => lines.map((line) => this.#name(line));
    switch (primitive.kind) {
      case 'global':
        return this.#turn(primitive.re, primitive.im);
      case 'swap':
        return this.#swap(primitive.a, primitive.b);
      case 'flip':
        return this.#flip(named(primitive.controls), this.#name(primitive.target));
      case 'matrix':
        return this.#matrix(named(primitive.lines), primitive.matrix);
      case 'diagonal':
        return this.#diagonal(named(primitive.lines), primitive.diagonal);
      case 'phase':
        return this.#phase(named(primitive.lines), primitive);
      case 'controlled':
        return this.#controlled(named(primitive.controls), named(primitive.lines), primitive.matrix);
    }
  }

  #name(line: number): number {
    return this.#names[line] as number;
  }

  #swap(a: number, b: number): void {
    const name = this.#name(a);
    this.#names[a] = this.#name(b);
    this.#names[b] = name;
  }

  #turn(re: number, im: number): void {
    [this.#re, this.#im] = [this.#re * re - this.#im * im, this.#re * im + this.#im * re];
  }

  #forget(line: number): void {
    if (this.#known.get(line) === 1) this.#pending.set(line, X);
    this.#known.delete(line);
  }

  #isKnown(line: number): boolean {
    return this.#known.has(line);
  }

  /** Those controls that are not decided yet; null where one of them is known to be 0. */
  #open(controls: readonly number[]): readonly number[] | null {
    if (controls.some((line) => this.#known.get(line) === 0)) return null;
    return controls.filter((line) => !this.#isKnown(line));
  }

  #matrix(lines: readonly number[], m: Matrix): void {
    for (const line of lines) this.#forget(line);
    if (lines.length === 1) return this.#matrix1(lines[0] as number, m);
    if (lines.length === 2) return this.#block(lines as readonly [number, number], m);
    this.#flushAll(lines);
    this.#list.push({ kind: 'many', controls: [], lines, matrix: m });
  }

  #matrix1(line: number, m: Matrix): void {
    const waiting = this.#pending.get(line);
    if (waiting !== undefined) this.#pending.set(line, multiply(m, waiting));
    else if (!this.#isFusing || !this.#goesBack(line, m)) this.#pending.set(line, m);
  }

  /** Multiplies it into the dense pass that touched the line last. */
  #goesBack(line: number, m: Matrix): boolean {
    const pass = this.#list.last(line);
    if (pass?.kind === 'dense1') {
      pass.matrix = multiply(m, pass.matrix);
      return true;
    }
    if (pass?.kind !== 'dense2') return false;
    const slot = pass.lines.indexOf(line);
    if (slot < 0 || pass.flips[slot] !== NO_CONTROL) return false;
    pass.matrix = followedBy(pass.matrix, m, slot);
    return true;
  }

  #block([a, b]: readonly [number, number], m: Matrix): void {
    const open = this.#isFusing ? this.#list.openBlock(a, b) : null;
    const before = kronecker(this.#taken(b), this.#taken(a));
    const whole = multiply(m, before);
    if (open === null)
      return this.#list.push({
        kind: 'dense2',
        lines: [a, b],
        matrix: whole,
        flips: [NO_CONTROL, NO_CONTROL],
      });
    const inOrder = open.lines[0] === a ? whole : embedded(whole, [1, 0], 2);
    open.matrix = multiply(inOrder, open.matrix);
  }

  #taken(line: number): Matrix {
    const waiting = this.#pending.get(line) ?? ONE;
    this.#pending.delete(line);
    return waiting;
  }

  #waits(line: number): boolean {
    const waiting = this.#pending.get(line);
    return waiting !== undefined && !isDiagonal(waiting);
  }

  #diagonal(lines: readonly number[], diagonal: Float64Array): void {
    const known = lines.findIndex((line) => this.#isKnown(line));
    if (known >= 0) return this.#decided(lines, diagonal, known);
    const [a, b] = lines as readonly [number, number];
    if (b === undefined) return this.#diagonal1(a, diagonal);
    const isBlock = this.#waits(a) && this.#waits(b);
    if (this.#isFusing && (isBlock || this.#list.openBlock(a, b) !== null))
      return this.#block([a, b], fromDiagonal(diagonal));
    this.#flushAll(lines);
    this.#term(lines, diagonal);
  }

  #decided(lines: readonly number[], diagonal: Float64Array, known: number): void {
    const value = this.#known.get(lines[known] as number) as 0 | 1;
    if (lines.length === 1)
      return this.#turn(diagonal[2 * value] as number, diagonal[2 * value + 1] as number);
    const step = known === 0 ? 2 : 1;
    const start = known === 0 ? value : 2 * value;
    const rest = [start, start + step].flatMap((k) => [
      diagonal[2 * k] as number,
      diagonal[2 * k + 1] as number,
    ]);
    this.#diagonal([lines[1 - known] as number], Float64Array.from(rest));
  }

  #diagonal1(line: number, diagonal: Float64Array): void {
    const m = fromDiagonal(diagonal);
    const waiting = this.#pending.get(line);
    if (waiting !== undefined) this.#pending.set(line, multiply(m, waiting));
    else if (
      !this.#isFusing ||
      (!this.#goesBack(line, m) && !this.#list.joinTerm({ lines: [line], diagonal }))
    )
      this.#pending.set(line, m);
  }

  #term(lines: readonly number[], diagonal: Float64Array): void {
    if (this.#isFusing) return this.#list.addTerm({ lines, diagonal });
    this.#list.push(
      { kind: 'run', terms: [{ lines, diagonal }], pivots: lines.length === 2 ? lines : null },
      lines,
    );
  }

  #flush(line: number): void {
    const m = this.#pending.get(line);
    if (m === undefined) return;
    this.#pending.delete(line);
    if (isSame(m, ONE)) return;
    if (isSame(m, X)) return this.#list.push({ kind: 'flip', controls: [], target: line });
    if (isDiagonal(m)) return this.#term([line], Float64Array.of(...m.subarray(0, 2), ...m.subarray(6)));
    this.#list.push({ kind: 'dense1', line, matrix: m });
  }

  #flushAll(lines: readonly number[]): void {
    for (const line of lines) this.#flush(line);
  }

  #flip(controls: readonly number[], target: number): void {
    const open = this.#open(controls);
    if (open === null) return;
    if (open.length === 0) return this.#flipAlone(target);
    this.#forget(target);
    if (open.length === 1) return this.#flipBy(open[0] as number, target);
    this.#flushAll([...open, target]);
    this.#list.push({ kind: 'flip', controls: open, target }, open);
  }

  #flipAlone(target: number): void {
    const value = this.#known.get(target);
    if (value === undefined) this.#matrix1(target, X);
    else this.#known.set(target, value === 0 ? 1 : 0);
  }

  #flipBy(control: number, target: number): void {
    if (this.#isFusing) {
      // A waiting diagonal of the control commutes and goes on waiting.
      const waits = this.#waits(control) || this.#pending.has(target);
      if (waits || this.#list.openBlock(control, target) !== null) return this.#block([control, target], CX);
      if (this.#list.attachFlip(control, target)) return;
    }
    this.#list.push({ kind: 'flip', controls: [control], target }, [control]);
  }

  #phase(lines: readonly number[], { re, im }: { readonly re: number; readonly im: number }): void {
    const open = this.#open(lines);
    if (open === null) return;
    if (open.length === 0) return this.#turn(re, im);
    if (open.length === 1) return this.#diagonal(open, Float64Array.of(1, 0, re, im));
    if (open.length === 2) return this.#diagonal(open, Float64Array.of(1, 0, 1, 0, 1, 0, re, im));
    this.#flushAll(open);
    this.#list.push({ kind: 'phase', lines: open, re, im }, open);
  }

  #controlled(controls: readonly number[], lines: readonly number[], m: Matrix): void {
    const open = this.#open(controls);
    if (open === null) return;
    if (open.length === 0) return this.#matrix(lines, m);
    for (const line of lines) this.#forget(line);
    this.#flushAll([...open, ...lines]);
    this.#list.push({ kind: 'many', controls: open, lines, matrix: m }, open);
  }
}

function isSame(a: Matrix, b: Matrix): boolean {
  return a.every((value, index) => value === b[index]);
}
