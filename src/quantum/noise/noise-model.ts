/**
 * Noise as the user writes it. Definitions are those of Qiskit Aer; `readNoiseModel` checks what comes
 * from outside. A channel on one qubit acts on every qubit of the gate it is attached to.
 */

/** A complex number, as [re, im] or as a real one. */
export type ComplexEntry = number | readonly [re: number, im: number];
/** Rows; the first qubit is the least significant bit of the indices. */
export type MatrixRows = readonly (readonly ComplexEntry[])[];

export type Channel =
  /** (1 - p) rho + p I / 2^n; p up to 4^n / (4^n - 1). */
  | { readonly type: 'depolarizing'; readonly p: number; readonly qubits?: 1 | 2 }
  | { readonly type: 'amplitudeDamping'; readonly gamma: number }
  | { readonly type: 'phaseDamping'; readonly lambda: number }
  /** Times in any one unit; t2 <= 2 t1. */
  | {
      readonly type: 'thermalRelaxation';
      readonly t1: number;
      readonly t2: number;
      readonly time: number;
      readonly excitedPopulation?: number;
    }
  | { readonly type: 'pauli'; readonly x?: number; readonly y?: number; readonly z?: number }
  | {
      readonly type: 'mixedUnitary';
      readonly terms: readonly { readonly probability: number; readonly matrix: MatrixRows }[];
    }
  | { readonly type: 'kraus'; readonly operators: readonly MatrixRows[] }
  /** With these probabilities the qubit becomes 0 or 1. */
  | { readonly type: 'reset'; readonly zero?: number; readonly one?: number };

/** [[P(0|0), P(1|0)], [P(0|1), P(1|1)]]. */
export type Readout = readonly [readonly [number, number], readonly [number, number]];

export interface NoiseModel {
  /** By gate name as written, or `*1`, `*2`, … for all gates on so many qubits whose own name is not listed. */
  readonly gates?: Readonly<Record<string, readonly Channel[]>>;
  /** On exactly these qubits, in this order: stands before `gates`. */
  readonly local?: readonly {
    readonly gate: string;
    readonly qubits: readonly number[];
    readonly channels: readonly Channel[];
  }[];
  /** Of every measured bit. */
  readonly readout?: Readout;
  /** By number of the bit: stands before `readout`. */
  readonly readoutOfBit?: Readonly<Record<string, Readout>>;
}
