/** What the quantum engine refuses, as a typed error. The message is made of the fields and names the way out. */
export type QuantumFaultCode =
  | 'CIRCUIT_INVALID'
  | 'CIRCUIT_TOO_LARGE'
  | 'CIRCUIT_CANCELLED'
  /** Too many ask at once. */
  | 'BUSY'
  | 'NOISE_INVALID'
  | 'NOT_DIFFERENTIABLE'
  | 'REQUEST_INVALID'
  | 'RESULT_TOO_LARGE';

/** 1-based. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

export class QuantumFault extends Error {
  override readonly name = 'QuantumFault';
  readonly code: QuantumFaultCode;
  /** Where the circuit has a text and the fault a place in it. */
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor(code: QuantumFaultCode, message: string, place?: TextPlace) {
    super(message);
    this.code = code;
    this.line = place?.line;
    this.column = place?.column;
  }
}
