/** What the engine and its coordinator thread say to each other. */
import type { Circuit } from '../circuit.js';
import type { CircuitFault } from '../circuit-error.js';
import type { QuantumFaultCode, TextPlace } from '../quantum-fault.js';
import type { BatchRequest, BatchResult } from '../gradient/batch.js';
import type { Limits, SimulationRequest, SimulationResult } from './request.js';

export type Order =
  | {
      readonly kind: 'simulate';
      readonly circuit: Circuit;
      readonly request: SimulationRequest;
      readonly limits: Limits;
    }
  | {
      readonly kind: 'batch';
      readonly circuit: Circuit;
      readonly request: BatchRequest;
      readonly limits: Limits;
    };

export type Answer = SimulationResult | BatchResult;

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
  | { readonly kind: 'circuitFault'; readonly fault: CircuitFault }
  /** A mistake of our own. */
  | { readonly kind: 'crash'; readonly message: string };
