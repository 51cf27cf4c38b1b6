/**
 * Registers of qubits and bits, and which of them an operand means. Called by `circuit-writer.ts`. The numbers of a whole
 * register are made once and shared by all operations on it.
 */
import { didYouMean } from '../../kit/nearest-word.js';
import type { Register } from '../circuit.js';
import type { Evaluator } from './evaluate.js';
import { EarlierFault, TextFault, quoted } from './fault.js';
import type { Place } from './fault.js';
import { type Budget, LIMITS } from './limits.js';
import type { Expression, NameAt, Operand, Selection } from './syntax.js';

export type RegisterKind = 'qubits' | 'bits';

interface Known {
  readonly kind: RegisterKind;
  readonly register: Register;
  readonly numbers: readonly number[];
}

/** What an operand means. */
export interface Selected {
  readonly numbers: readonly number[];
  /** A whole register or a part of several: gates are applied to its members one by one. */
  readonly many: boolean;
}

function range(start: number, size: number): number[] {
  return Array.from({ length: size }, (_, index) => start + index);
}

export class Registers {
  readonly #byName = new Map<string, Known>();
  /** Names whose declaration was faulty. */
  readonly #lost = new Set<string>();
  readonly qubits: Register[] = [];
  readonly bits: Register[] = [];
  #sizes: Record<RegisterKind, number> = { qubits: 0, bits: 0 };

  constructor(
    private readonly budget: Budget,
    private readonly place: (at: number) => Place,
  ) {}

  size(kind: RegisterKind): number {
    return this.#sizes[kind];
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** What uses the name is not told of: its declaration was. */
  lose(name: string): void {
    this.#lost.add(name);
  }

  declare(kind: RegisterKind, { name, at }: NameAt, size: number, sizeAt: number): void {
    if (size < 1)
      throw new TextFault('BAD_VALUE', sizeAt, `a register has a size of at least 1, not ${size}`);
    const start = this.#sizes[kind];
    if (start + size > LIMITS[kind])
      throw new TextFault(
        'LIMIT',
        sizeAt,
        `a circuit has at most ${LIMITS[kind]} ${kind}, this makes ${start + size}`,
      );
    const register = { name, start, size, place: this.place(at) };
    this[kind].push(register);
    this.#byName.set(name, { kind, register, numbers: range(start, size) });
    this.#sizes = { ...this.#sizes, [kind]: start + size };
    this.#lost.delete(name);
  }

  all(): readonly number[] {
    return range(0, this.#sizes.qubits);
  }

  select(kind: RegisterKind, operand: Operand, evaluator: Evaluator): Selected {
    const { register, numbers } = this.#known(kind, operand);
    const { selection } = operand;
    if (selection === null) return { numbers, many: true };
    if (selection.kind === 'one')
      return { numbers: [this.#index(selection.index, register, evaluator)], many: false };
    const indices = selectedIndices(selection, evaluator, register.size);
    this.budget.operations(indices.length, operand.at);
    return { numbers: indices.map((index) => this.#checked(index, register, selection.at)), many: true };
  }

  #known(kind: RegisterKind, { name, at }: Operand): Known {
    const found = this.#byName.get(name);
    if (found?.kind === kind) return found;
    if (this.#lost.has(name)) throw new EarlierFault();
    if (found !== undefined) {
      const is = found.kind === 'bits' ? 'is made of bits, qubits are' : 'is made of qubits, bits are';
      throw new TextFault('UNDECLARED_REGISTER', at, `${quoted(name)} ${is} expected here`);
    }
    const candidates = [...this.#byName].filter(([, known]) => known.kind === kind).map(([one]) => one);
    const hint = didYouMean(name, candidates);
    const more = hint === undefined ? '' : `: ${hint}`;
    throw new TextFault(
      'UNDECLARED_REGISTER',
      at,
      `there is no register of ${kind} named ${quoted(name)}${more}`,
    );
  }

  #index(expression: Expression, register: Register, evaluator: Evaluator): number {
    return this.#checked(evaluator.integer(expression, 'an index'), register, expression.at);
  }

  /** Negative indices count from the end: only OpenQASM 3 can write them. */
  #checked(index: number, { name, start, size }: Register, at: number): number {
    const from = index < 0 ? index + size : index;
    if (from >= 0 && from < size) return start + from;
    throw new TextFault(
      'INDEX_OUT_OF_RANGE',
      at,
      `${quoted(name)} has the indices 0 to ${size - 1}, not ${index}`,
    );
  }
}

/** Of a range both ends belong to it. `size` is what open and negative ends refer to; loops have none. */
export function selectedIndices(
  selection: Exclude<Selection, { kind: 'one' }>,
  evaluator: Evaluator,
  size: number | null,
): number[] {
  if (selection.kind === 'set')
    return selection.items.map((item) => evaluator.integer(item, 'a member of a set'));
  const { at } = selection;
  const bound = (expression: Expression | null, open: number): number => {
    if (expression === null && size === null)
      throw new TextFault('SYNTAX', at, 'the range of a loop has both its ends');
    const value = expression === null ? open : evaluator.integer(expression, 'the end of a range');
    return size !== null && value < 0 ? value + size : value;
  };
  const step = selection.step === null ? 1 : evaluator.integer(selection.step, 'the step of a range');
  if (step === 0) throw new TextFault('BAD_VALUE', at, 'the step of a range is not 0');
  const ends = [0, (size ?? 1) - 1] as const;
  const from = bound(selection.from, step > 0 ? ends[0] : ends[1]);
  const to = bound(selection.to, step > 0 ? ends[1] : ends[0]);
  const count = Math.max(0, Math.floor((to - from) / step) + 1);
  evaluator.budget.operations(count, at);
  return Array.from({ length: count }, (_, index) => from + index * step);
}
