/**
 * What is wrong with a circuit: thrown by the parser, the builder and whoever binds parameters; shown by the API and the
 * command line. Places are 1-based, columns in UTF-16 units; they are missing where a circuit has no text.
 */
export type CircuitErrorCode =
  | 'SYNTAX'
  | 'UNKNOWN_GATE'
  | 'WRONG_ARITY'
  | 'WRONG_PARAMETER_COUNT'
  | 'REPEATED_QUBIT'
  | 'UNDECLARED_REGISTER'
  | 'UNDECLARED_NAME'
  | 'REDECLARED_NAME'
  | 'INDEX_OUT_OF_RANGE'
  | 'SIZE_MISMATCH'
  | 'OPAQUE_GATE'
  | 'NOT_UNITARY'
  | 'BAD_VALUE'
  | 'MISSING_PARAMETER'
  | 'UNKNOWN_PARAMETER'
  | 'UNSUPPORTED'
  | 'LIMIT';

export interface CircuitFault {
  readonly code: CircuitErrorCode;
  readonly message: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** The first fault is the error itself; `faults` has all that were found, in the order of the text. */
export class CircuitError extends Error {
  override readonly name = 'CircuitError';
  readonly code: CircuitErrorCode;
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly faults: readonly [CircuitFault, ...CircuitFault[]];

  constructor(fault: CircuitFault, others: readonly CircuitFault[] = []) {
    super(fault.message);
    this.code = fault.code;
    this.line = fault.line;
    this.column = fault.column;
    this.faults = [fault, ...others];
  }
}
