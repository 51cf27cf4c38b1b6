/** What is asked of the engine, and what it answers. All of it is plain data: it goes to worker threads and back. */
import type { NoiseModel } from '../noise/noise-model.js';

export type Method = 'AUTO' | 'STATEVECTOR' | 'DENSITY_MATRIX' | 'TRAJECTORY';

export interface SimulationRequest {
  /** Of the circuit's parameters, by name. */
  readonly parameters?: Readonly<Record<string, number>>;
  /** For parameters that are not given; may hold more than the circuit has. */
  readonly offered?: Readonly<Record<string, number>>;
  /** 0 samples nothing. */
  readonly shots?: number;
  readonly seed?: number | string;
  readonly noise?: NoiseModel;
  readonly method?: Method;
  readonly want?: {
    /** 'ALL', or how many of the most probable outcomes. */
    readonly probabilities?: 'ALL' | number;
    readonly statevector?: boolean;
    /** Strings of I, X, Y and Z; the last character is qubit 0. */
    readonly expectations?: readonly string[];
  };
  /** False gives every gate a pass of its own: for tests. */
  readonly fusion?: boolean;
}

export interface Limits {
  readonly memoryBytesMax: number;
  readonly qubitsMax: number;
  /** Amplitudes that may be answered as a statevector. */
  readonly statevectorMax: number;
  /** Different outcomes that may be answered, as counts or as probabilities. */
  readonly outcomesMax: number;
}

export const defaultLimits: Limits = {
  memoryBytesMax: 2 ** 30,
  qubitsMax: 27,
  statevectorMax: 2 ** 16,
  outcomesMax: Number.POSITIVE_INFINITY,
};

export interface Outcome {
  /** Bit 0 of the first register is the last character; a circuit that measures nothing shows all its qubits. */
  readonly bits: string;
  readonly probability: number;
}

export interface SimulationResult {
  readonly counts?: Readonly<Record<string, number>>;
  /** The most probable first. */
  readonly probabilities?: readonly Outcome[];
  /** Interleaved; index bit k is qubit k. */
  readonly statevector?: Float64Array;
  readonly expectations?: Readonly<Record<string, number>>;
  readonly meta: {
    readonly qubits: number;
    readonly shots: number;
    readonly method: Exclude<Method, 'AUTO'>;
    readonly passes: number;
    /** Amplitudes of the state have this many index bits. */
    readonly size: number;
    readonly branches: number;
    readonly ms: number;
    readonly seed: number | string;
  };
}
