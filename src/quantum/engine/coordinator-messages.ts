/** What the engine and its coordinator thread say to each other. */
import type { CircuitSource } from '../circuit.js';
import type { CircuitFault } from '../circuit-error.js';
import type { QuantumFaultCode, TextPlace } from '../quantum-fault.js';
import type { BatchRequest, BatchResult } from '../gradient/batch.js';
import type { CircuitDescription } from '../summary.js';
import type { Limits, SimulationRequest, SimulationResult } from './request.js';

export type Order =
  | {
      readonly kind: 'simulate';
      readonly circuit: CircuitSource;
      readonly request: SimulationRequest;
      readonly limits: Limits;
    }
  | {
      readonly kind: 'batch';
      readonly circuit: CircuitSource;
      readonly request: BatchRequest;
      readonly limits: Limits;
    }
  | { readonly kind: 'summarize'; readonly circuit: CircuitSource };

/** What answers an order of each kind. */
export interface Answers {
  readonly simulate: SimulationResult;
  readonly batch: BatchResult;
  readonly summarize: CircuitDescription;
}
export type Answer = Answers[Order['kind']];

export type FromCoordinator =
  /** The memory that it works in from now on: its header holds the flag and the progress. */
  | { readonly kind: 'memory'; readonly buffer: SharedArrayBuffer }
  | { readonly kind: 'result'; readonly result: Answer }
  | {
      readonly kind: 'fault';
      readonly code: QuantumFaultCode;
      readonly message: string;
      readonly place: TextPlace | undefined;
    }
  | { readonly kind: 'circuitFault'; readonly faults: readonly [CircuitFault, ...CircuitFault[]] }
  /** A mistake of our own. */
  | { readonly kind: 'crash'; readonly message: string };
