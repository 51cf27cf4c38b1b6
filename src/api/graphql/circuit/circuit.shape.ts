/** From what the quantum layer answers or refuses to what the API shows of it. */
import { type Refusal, type RefusalCode, RefusedError } from '../../../lifecycle/refusal.js';
import { CircuitError, type CircuitFault } from '../../../quantum/circuit-error.js';
import { QuantumFault, type QuantumFaultCode } from '../../../quantum/quantum-fault.js';
import type { CircuitDescription } from '../../../quantum/summary.js';
import type { CircuitFaultType, CircuitReport } from './circuit.type.js';

const REFUSALS: Readonly<Record<QuantumFaultCode, RefusalCode>> = {
  CIRCUIT_INVALID: 'INVALID_INPUT',
  CIRCUIT_TOO_LARGE: 'LIMIT_EXCEEDED',
  CIRCUIT_CANCELLED: 'UNAVAILABLE',
  BUSY: 'OVERLOADED',
  NOISE_INVALID: 'INVALID_INPUT',
  NOT_DIFFERENTIABLE: 'INVALID_INPUT',
  REQUEST_INVALID: 'INVALID_INPUT',
  RESULT_TOO_LARGE: 'LIMIT_EXCEEDED',
};

function faultView({ code, message, line, column }: CircuitFault): CircuitFaultType {
  return { code, message, line: line ?? null, column: column ?? null };
}

function words({ code, message, line, column }: CircuitFault): string {
  return `${line === undefined ? '' : `line ${line}, column ${column ?? 1}: `}${code}: ${message}`;
}

function refusalOf(error: CircuitError | QuantumFault): Refusal {
  if (error instanceof QuantumFault) {
    const { line = null, column = null } = error;
    return {
      code: REFUSALS[error.code],
      message: error.message,
      details: { reason: error.code, line, column },
    };
  }
  const { code, line = null, column = null } = error;
  return {
    code: 'INVALID_INPUT',
    message: `the circuit cannot be run: ${words(error)}`,
    faults: error.faults.map((fault) => ({ path: 'input', message: words(fault) })),
    details: { reason: code, line, column },
  };
}

/** What the engine refuses becomes what the API refuses. */
export async function answered<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof CircuitError || error instanceof QuantumFault)
      throw new RefusedError(refusalOf(error));
    throw error;
  }
}

/** A faulty text is an answer here, and not an error. */
export async function reportOf(
  summary: Promise<CircuitDescription>,
  qubitsLimit: number,
): Promise<CircuitReport> {
  try {
    const { gates, memory, ...rest } = await summary;
    return {
      ...rest,
      valid: true,
      errors: [],
      gateCounts: gates,
      memoryBytes: memory.statevector,
      densityMatrixBytes: memory.density,
      fits: rest.qubits <= qubitsLimit,
    };
  } catch (error) {
    if (!(error instanceof CircuitError)) throw error;
    return { valid: false, errors: error.faults.map(faultView) };
  }
}
