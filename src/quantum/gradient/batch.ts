/**
 * What learning asks of a circuit, for many sets of parameters at once: values, gradients, and fidelity kernels. Called by the
 * engine here or in its coordinator thread; plain data in and out.
 */
import type { Circuit } from '../circuit.js';
import { stateBytes } from '../engine/limits.js';
import type { MachineOf } from '../engine/loading.js';
import type { Limits } from '../engine/request.js';
import { bytesText } from '../engine/limits.js';
import { QuantumFault } from '../quantum-fault.js';
import { Differentiator } from './differentiator.js';
import type { GradientMethod, ValueAndGradient } from './differentiator.js';
import type { Observable } from './observable.js';

/** Values in the order of the circuit's parameters. */
export type ParameterSets = readonly (readonly number[])[];

export type BatchRequest =
  | { readonly kind: 'VALUES'; readonly observable: Observable; readonly sets: ParameterSets }
  | {
      readonly kind: 'GRADIENTS';
      readonly observable: Observable;
      readonly sets: ParameterSets;
      readonly method: GradientMethod;
    }
  /** |<a|b>|^2 for each a of `sets` (rows) and each b of `others`; of `sets` with itself where there are none. */
  | { readonly kind: 'FIDELITIES'; readonly sets: ParameterSets; readonly others?: ParameterSets };

export interface BatchResult {
  readonly values?: Float64Array;
  readonly gradients?: readonly ValueAndGradient[];
  /** Row by row. */
  readonly fidelities?: Float64Array;
}

export interface Batch {
  readonly circuit: Circuit;
  readonly request: BatchRequest;
  readonly limits: Limits;
  readonly machineOf: MachineOf;
}

export function runBatch({ circuit, request, limits, machineOf }: Batch): BatchResult {
  switch (request.kind) {
    case 'VALUES': {
      const differentiator = new Differentiator(circuit, request.observable, machineOf, limits);
      return { values: Float64Array.from(request.sets, (set) => differentiator.value(set)) };
    }
    case 'GRADIENTS': {
      const differentiator = new Differentiator(circuit, request.observable, machineOf, limits);
      return { gradients: request.sets.map((set) => differentiator.gradient(set, request.method)) };
    }
    case 'FIDELITIES':
      return { fidelities: fidelities({ circuit, request, limits, machineOf }, request) };
  }
}

function fidelities(
  { circuit, limits, machineOf }: Batch,
  { sets, others }: Extract<BatchRequest, { kind: 'FIDELITIES' }>,
): Float64Array {
  const count = sets.length + (others?.length ?? 0);
  const bytes = count * stateBytes(circuit.qubits);
  if (bytes > limits.memoryBytesMax)
    throw new QuantumFault(
      'CIRCUIT_TOO_LARGE',
      `${count} states of ${circuit.qubits} qubits need ${bytesText(bytes)}, the limit is ${bytesText(limits.memoryBytesMax)}`,
    );
  const identity = [{ coefficient: 1, pauli: 'I'.repeat(circuit.qubits) }];
  const differentiator = new Differentiator(circuit, identity, machineOf, limits);
  const statesOf = (of: ParameterSets): Float64Array[] =>
    of.map((set) => differentiator.stateOf(set).slice());
  const rows = statesOf(sets);
  const columns = others === undefined ? rows : statesOf(others);
  const result = new Float64Array(rows.length * columns.length);
  for (const [i, row] of rows.entries())
    for (const [j, column] of columns.entries())
      result[i * columns.length + j] =
        others === undefined && j < i ? (result[j * columns.length + i] as number) : fidelity(row, column);
  return result;
}

function fidelity(a: Float64Array, b: Float64Array): number {
  let re = 0;
  let im = 0;
  for (let i = 0; i < a.length; i += 2) {
    const [ar, ai, br, bi] = [a[i], a[i + 1], b[i], b[i + 1]] as [number, number, number, number];
    re += ar * br + ai * bi;
    im += ar * bi - ai * br;
  }
  return re * re + im * im;
}
