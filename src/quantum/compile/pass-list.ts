/**
 * The passes made so far, and for each line the last pass that touches it, so that fusion knows what may still be changed.
 * Touches are hard, or soft where they commute with everything diagonal on that line (controls, diagonal gates).
 */
import { linesOf, NO_CONTROL } from './pass.js';
import type { Dense2, DiagonalTerm, Pass, Run } from './pass.js';

/** How many diagonal runs, counted from the newest, are tried for a new term. */
const RUNS_TRIED = 6;

export class PassList {
  readonly #passes: (Pass | null)[] = [];
  readonly #last = new Map<number, number>();
  readonly #lastHard = new Map<number, number>();
  readonly #runs: number[] = [];

  get passes(): readonly Pass[] {
    return this.#passes.filter((pass) => pass !== null);
  }

  /** `soft` are those of its lines on which it is diagonal. */
  push(pass: Pass, soft: readonly number[] = []): void {
    const index = this.#passes.push(pass) - 1;
    if (pass.kind === 'run') this.#runs.push(index);
    for (const line of linesOf(pass)) {
      this.#last.set(line, index);
      if (!soft.includes(line)) this.#lastHard.set(line, index);
    }
  }

  last(line: number): Pass | null {
    return this.#passes[this.#lastIndex(line)] ?? null;
  }

  /** The dense block that touched both lines last and that a gate on them can still go into. */
  openBlock(a: number, b: number): Dense2 | null {
    const pass = this.last(a);
    if (pass?.kind !== 'dense2' || pass !== this.last(b)) return null;
    const isPair = pass.lines.includes(a) && pass.lines.includes(b);
    return isPair && pass.flips[0] === NO_CONTROL && pass.flips[1] === NO_CONTROL ? pass : null;
  }

  /** Lets the dense block that touched `target` last store through CX; false where order forbids it. */
  attachFlip(control: number, target: number): boolean {
    const index = this.#lastIndex(target);
    const pass = this.#passes[index];
    if (pass?.kind !== 'dense2') return false;
    const slot = pass.lines.indexOf(target);
    if (slot < 0 || pass.flips[slot] !== NO_CONTROL || pass.lines.includes(control)) return false;
    if (this.#lastIndex(control) > index) {
      if (linesOf(pass).some((line) => this.#lastIndex(line) !== index)) return false;
      this.#passes[index] = null;
      pass.flips[slot] = control;
      this.push(pass, pass.flips);
      return true;
    }
    pass.flips[slot] = control;
    this.#last.set(control, index);
    return true;
  }

  /** Puts a diagonal term into a run that it commutes back to, or begins one. */
  addTerm(term: DiagonalTerm): void {
    if (this.joinTerm(term)) return;
    this.push(
      { kind: 'run', terms: [term], pivots: term.lines.length === 2 ? term.lines : null },
      term.lines,
    );
  }

  /** Puts it into an older run if one takes it, and begins none. */
  joinTerm(term: DiagonalTerm): boolean {
    return this.#runs
      .slice(-RUNS_TRIED)
      .toReversed()
      .some((index) => this.#joins(index, term));
  }

  #joins(index: number, term: DiagonalTerm): boolean {
    const run = this.#passes[index] as Run | null;
    if (run === null) return false;
    const pivots = pivotsWith(run, term);
    if (pivots !== null && pivots.length === 0) return false;
    const isLater = term.lines.some((line) => this.#isHardAfter(line, index));
    if (isLater && !this.#canMove(run, index)) return false;
    run.pivots = pivots;
    run.terms.push(term);
    if (isLater) {
      this.#passes[index] = null;
      this.push(run, linesOf(run));
    } else for (const line of term.lines) if (this.#lastIndex(line) < index) this.#last.set(line, index);
    return true;
  }

  /** A run whose lines were touched softly only since then may as well stand at the end. */
  #canMove(run: Run, index: number): boolean {
    return linesOf(run).every((line) => !this.#isHardAfter(line, index));
  }

  #isHardAfter(line: number, index: number): boolean {
    return (this.#lastHard.get(line) ?? -1) > index;
  }

  #lastIndex(line: number): number {
    return this.#last.get(line) ?? -1;
  }
}

function pivotsWith(run: Run, { lines }: DiagonalTerm): readonly number[] | null {
  if (lines.length !== 2) return run.pivots;
  return run.pivots === null ? lines : run.pivots.filter((line) => lines.includes(line));
}
