/** Counts what the engines of the quantum layer have done since the start. */
import type { SimulationResult } from '../../quantum/engine/request.js';

export class QuantumStatistics {
  circuits = 0;
  shots = 0;
  passes = 0;
  ms = 0;
  qubitsMax = 0;

  readonly count = ({ meta }: SimulationResult): void => {
    this.circuits++;
    this.shots += meta.shots;
    this.passes += meta.passes;
    this.ms += meta.ms;
    this.qubitsMax = Math.max(this.qubitsMax, meta.qubits);
  };
}
