/**
 * What the API asks of the quantum layer beside attempts: circuits that are small enough to be answered at once, and what a
 * text would cost. Implemented by the layer, on an engine that waits for no attempt.
 */
import type { StopSignal } from '../kit/stop.js';
import type { CircuitWork } from '../lifecycle/work.js';
import type { CircuitDescription } from '../quantum/summary.js';
import type { CircuitAnswer } from '../work/circuit-answer.js';

export interface CircuitStatistics {
  /** Circuits simulated since the start, as tasks or at once, and what of it they were. */
  readonly circuits: number;
  readonly shots: number;
  readonly passes: number;
  /** Time in the engine. */
  readonly ms: number;
  readonly qubitsMax: number;
  readonly threads: number;
  /** The most that one circuit may take. */
  readonly memoryLimitBytes: number;
  /** Qubits of a state vector that fits into it. */
  readonly qubitsLimit: number;
}

export interface Circuits {
  /** Rejects with a CircuitError or a QuantumFault. */
  simulate(work: CircuitWork, signal?: StopSignal): Promise<CircuitAnswer>;
  /** Rejects with a CircuitError that has every fault of the text. */
  summarize(source: string): Promise<CircuitDescription>;
  statistics(): CircuitStatistics;
}
