/**
 * What a text may cost, so that no text hangs or exhausts the process that reads it. Everything that a short text can
 * multiply (broadcasts, loops, nested gates, powers) is paid for here before it is made.
 */
import { TextFault } from './fault.js';

export const LIMITS = {
  /** UTF-16 units of text. */
  source: 16 * 1024 * 1024,
  /** Operations, and gates inside of gates, each time they are used. */
  operations: 2_000_000,
  /** Nodes of expressions, each time they are evaluated. */
  evaluations: 20_000_000,
  qubits: 10_000,
  bits: 10_000,
  /** Parentheses, blocks, operators of one expression. */
  nesting: 100,
  /** Nodes of one expression, after the parameters of gates were put in. */
  expression: 1_000,
  /** Gates inside of gates, modifiers included: the engine walks them recursively. */
  gateDepth: 100,
  faults: 20,
  parameters: 10_000,
} as const;

/** What reading one text may cost; `LIMITS` unless a caller has less time. */
export interface Cost {
  readonly operations: number;
  readonly evaluations: number;
}

export class Budget {
  readonly #cost: Cost;
  #operations: number;
  #evaluations: number;

  constructor(cost: Cost) {
    this.#cost = cost;
    this.#operations = cost.operations;
    this.#evaluations = cost.evaluations;
  }

  operations(count: number, at: number): void {
    this.#operations -= count;
    if (this.#operations < 0)
      throw new TextFault(
        'LIMIT',
        at,
        `the circuit expands to more than ${this.#cost.operations} operations`,
      );
  }

  get operationsLeft(): number {
    return this.#operations;
  }

  evaluation(at: number): void {
    if (--this.#evaluations < 0)
      throw new TextFault(
        'LIMIT',
        at,
        `more than ${this.#cost.evaluations} expressions have to be evaluated`,
      );
  }
}
