/** Names that are worth a number or an expression of the parameters: constants, inputs, loop variables, angles of gates. */
import type { Angle } from '../circuit.js';

export interface Value {
  readonly angle: Angle;
  /** Whole by type, not by chance: such values index registers, and OpenQASM 3 divides them differently. */
  readonly integer: boolean;
}

export class Scope {
  readonly #values = new Map<string, Value>();

  constructor(private readonly outer: Scope | null = null) {}

  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }

  /** In this scope alone. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  find(name: string): Value | undefined {
    return this.#values.get(name) ?? this.outer?.find(name);
  }

  names(): string[] {
    return [...this.#values.keys(), ...(this.outer?.names() ?? [])];
  }
}

export const constantsOf: Readonly<Record<2 | 3, Readonly<Record<string, number>>>> = {
  2: { pi: Math.PI },
  3: { pi: Math.PI, π: Math.PI, tau: 2 * Math.PI, τ: 2 * Math.PI, euler: Math.E, ℇ: Math.E },
};
