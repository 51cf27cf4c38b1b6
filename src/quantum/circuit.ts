/**
 * A circuit as a value: registers, and operations in the order in which they were written. The parser and the builder make
 * it, the engine, the drawing and the estimates read it; nobody changes it. Matrices are row-major, real and imaginary parts
 * interleaved, 2 * 4^k numbers for k qubits; `qubits[0]` is the least significant bit of their indices, as in Qiskit.
 */

/** A number, or an expression of the circuit's parameters that is evaluated when they are bound. */
export type Angle = number | AngleExpression;

export type AngleExpression =
  | { readonly kind: 'parameter'; readonly index: number }
  | { readonly kind: 'negate'; readonly of: Angle }
  | {
      readonly kind: 'binary';
      readonly operator: '+' | '-' | '*' | '/' | '^';
      readonly left: Angle;
      readonly right: Angle;
    }
  | { readonly kind: 'call'; readonly name: AngleFunction; readonly argument: Angle };

export type AngleFunction = 'sin' | 'cos' | 'tan' | 'arcsin' | 'arccos' | 'arctan' | 'exp' | 'ln' | 'sqrt';

/** Gates that the engine knows by name; all others are made of them. `u` is OpenQASM 3's U(theta, phi, lambda). */
export type StandardGate =
  | 'id'
  | 'x'
  | 'y'
  | 'z'
  | 'h'
  | 's'
  | 'sdg'
  | 't'
  | 'tdg'
  | 'sx'
  | 'sxdg'
  | 'rx'
  | 'ry'
  | 'rz'
  | 'p'
  | 'u'
  | 'swap'
  | 'rxx'
  | 'ryy'
  | 'rzz'
  /** exp(i angle), on no qubit: matters under a control. */
  | 'gphase';

/** What a gate does to its own qubits, numbered from 0 in the order in which the gate names them. */
export type Unitary =
  | { readonly kind: 'standard'; readonly gate: StandardGate; readonly angles: readonly Angle[] }
  | { readonly kind: 'matrix'; readonly qubits: number; readonly matrix: Float64Array }
  | { readonly kind: 'sequence'; readonly steps: readonly Step[] }
  /** The first `controls.length` qubits control the rest: each applies at 1 (true) or at 0 (false). */
  | { readonly kind: 'controlled'; readonly controls: readonly boolean[]; readonly of: Unitary }
  | { readonly kind: 'inverse'; readonly of: Unitary }
  /** Integer powers are repetitions, negative ones of the inverse; others are powers of the eigenvalues (up to 3 qubits). */
  | { readonly kind: 'power'; readonly exponent: Angle; readonly of: Unitary };

export interface Step {
  readonly unitary: Unitary;
  readonly qubits: readonly number[];
}

/** The bits from `start` on hold `value`, the first one being the least significant. */
export interface Condition {
  readonly start: number;
  readonly size: number;
  readonly value: bigint;
  /** The operation happens where the bits do not hold the value. */
  readonly negated: boolean;
}

export type Operation =
  /** `name` is the gate's as written: noise attaches to it. */
  | {
      readonly kind: 'gate';
      readonly name: string;
      readonly unitary: Unitary;
      readonly qubits: readonly number[];
      /** As written, for drawings. */
      readonly angles: readonly Angle[];
      readonly condition: Condition | null;
    }
  | {
      readonly kind: 'measure';
      readonly qubit: number;
      readonly bit: number;
      readonly condition: Condition | null;
    }
  | { readonly kind: 'reset'; readonly qubit: number; readonly condition: Condition | null }
  | { readonly kind: 'barrier'; readonly qubits: readonly number[] };

export interface Register {
  readonly name: string;
  readonly start: number;
  readonly size: number;
  /** Where a text declares it, 1-based: too many qubits are told there. */
  readonly place?: { readonly line: number; readonly column: number };
}

/** The circuit, or its text in OpenQASM, which is read where there is time for it. */
export type CircuitSource = Circuit | string;

export interface Circuit {
  readonly qubits: number;
  readonly bits: number;
  readonly qubitRegisters: readonly Register[];
  /** Bit 0 of the first is the rightmost character of every bit string, as in Qiskit. */
  readonly bitRegisters: readonly Register[];
  /** Names of the parameters that `AngleExpression`s mean by index. */
  readonly parameters: readonly string[];
  readonly operations: readonly Operation[];
}
