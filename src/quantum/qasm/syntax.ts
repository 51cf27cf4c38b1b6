/**
 * A text as statements, before names mean anything. Made by `statements.ts` and `expressions.ts`, one statement at a time,
 * read by `circuit-writer.ts`. `at` is an offset of the text.
 */
export type Expression =
  | { readonly kind: 'number'; readonly value: number; readonly integer: boolean; readonly at: number }
  | { readonly kind: 'name'; readonly name: string; readonly at: number }
  | { readonly kind: 'negate'; readonly of: Expression; readonly at: number }
  | {
      readonly kind: 'binary';
      readonly operator: '+' | '-' | '*' | '/' | '%' | '^';
      readonly left: Expression;
      readonly right: Expression;
      readonly at: number;
    }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly arguments: readonly Expression[];
      readonly at: number;
    };

/** `3`, `0:2`, `0:2:6` or `{1, 4}`: in brackets after a register, and what a loop goes over. */
export type Selection =
  | { readonly kind: 'one'; readonly index: Expression }
  | {
      readonly kind: 'range';
      readonly from: Expression | null;
      readonly step: Expression | null;
      readonly to: Expression | null;
      readonly at: number;
    }
  | { readonly kind: 'set'; readonly items: readonly Expression[]; readonly at: number };

/** A register, or a part of it. */
export interface Operand {
  readonly name: string;
  readonly selection: Selection | null;
  readonly at: number;
}

export type Modifier =
  | {
      readonly kind: 'control';
      readonly state: boolean;
      readonly count: Expression | null;
      readonly at: number;
    }
  | { readonly kind: 'inverse'; readonly at: number }
  | { readonly kind: 'power'; readonly exponent: Expression; readonly at: number };

export interface GateCall {
  readonly kind: 'gate call';
  readonly modifiers: readonly Modifier[];
  readonly name: string;
  readonly arguments: readonly Expression[];
  readonly operands: readonly Operand[];
  readonly at: number;
}

/** The bits of an operand against a number; null is "not all zero". */
export interface ConditionText {
  readonly operand: Operand;
  readonly value: bigint | null;
  readonly negated: boolean;
  readonly at: number;
}

export interface NameAt {
  readonly name: string;
  readonly at: number;
}

export type Statement =
  | GateCall
  | { readonly kind: 'include'; readonly file: string; readonly at: number }
  | {
      readonly kind: 'qubits' | 'bits';
      readonly declared: NameAt;
      /** Null declares one, as a register of size 1. */
      readonly size: Expression | null;
      /** `bit c = measure q;` */
      readonly measured: Operand | null;
      readonly at: number;
    }
  | {
      readonly kind: 'gate definition';
      readonly declared: NameAt;
      readonly parameters: readonly NameAt[];
      readonly qubits: readonly NameAt[];
      /** Null is `opaque`. Barriers inside of gates have no effect and are left out. */
      readonly body: readonly GateCall[] | null;
      readonly at: number;
    }
  | { readonly kind: 'measure'; readonly source: Operand; readonly target: Operand; readonly at: number }
  | { readonly kind: 'reset'; readonly operands: readonly Operand[]; readonly at: number }
  /** No operands: all qubits. */
  | { readonly kind: 'barrier'; readonly operands: readonly Operand[]; readonly at: number }
  | {
      readonly kind: 'if';
      readonly condition: ConditionText;
      readonly met: readonly Statement[];
      readonly unmet: readonly Statement[];
      readonly at: number;
    }
  | {
      readonly kind: 'for';
      readonly variable: NameAt;
      readonly over: Selection;
      readonly body: readonly Statement[];
      readonly at: number;
    }
  | {
      readonly kind: 'constant';
      readonly declared: NameAt;
      readonly integer: boolean;
      readonly value: Expression;
      readonly at: number;
    }
  | { readonly kind: 'input'; readonly declared: NameAt; readonly at: number };
