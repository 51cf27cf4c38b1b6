/**
 * What a circuit is and will cost, without running it: shown by `validateCircuit` and `taskmesh circuit validate`, and asked
 * before memory is taken. Reads operations only.
 */
import type { Circuit, Operation } from './circuit.js';
import type { Layout } from './draw/layout.js';
import { estimate } from './engine/estimate.js';

export interface CircuitSummary {
  readonly qubits: number;
  readonly bits: number;
  readonly operations: number;
  /** Longest chain of operations that share qubits or bits; barriers order but do not count, as in Qiskit. */
  readonly depth: number;
  /** By the names as written, most frequent first. */
  readonly gates: Readonly<Record<string, number>>;
  readonly twoQubitGates: number;
  readonly measurements: number;
  readonly resets: number;
  readonly conditions: number;
  readonly parameters: readonly string[];
  /** Bytes of a state vector, 16 * 2^n, and of a density matrix, 16 * 4^n. */
  readonly memory: { readonly statevector: number; readonly density: number };
  /** Of one run without noise, on one thread, within a factor of three or so. */
  readonly estimatedMs: number;
}

/** What a circuit is and costs, and where everything of its picture stands. */
export interface CircuitDescription extends CircuitSummary {
  readonly picture: Layout;
}

function bitsOf(operation: Operation): number[] {
  const bits = operation.kind === 'measure' ? [operation.bit] : [];
  if (operation.kind === 'barrier' || operation.condition === null) return bits;
  const { start, size } = operation.condition;
  return [...bits, ...Array.from({ length: size }, (_, index) => start + index)];
}

export function qubitsOf(operation: Operation): readonly number[] {
  return 'qubit' in operation ? [operation.qubit] : operation.qubits;
}

function depthOf({ qubits, bits, operations }: Circuit): number {
  const levels = new Int32Array(qubits + bits);
  let deepest = 0;
  for (const operation of operations) {
    const wires = [...qubitsOf(operation), ...bitsOf(operation).map((bit) => qubits + bit)];
    let level = 0;
    for (const wire of wires) level = Math.max(level, levels[wire] ?? 0);
    if (operation.kind !== 'barrier') level++;
    for (const wire of wires) levels[wire] = level;
    deepest = Math.max(deepest, level);
  }
  return deepest;
}

function gatesOf(operations: readonly Operation[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const operation of operations)
    if (operation.kind === 'gate') counts.set(operation.name, (counts.get(operation.name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}

export function summarizeCircuit(circuit: Circuit): CircuitSummary {
  const { qubits, bits, operations, parameters } = circuit;
  const count = (test: (operation: Operation) => boolean): number => operations.filter(test).length;
  return {
    qubits,
    bits,
    operations: operations.length,
    depth: depthOf(circuit),
    gates: gatesOf(operations),
    twoQubitGates: count((one) => one.kind === 'gate' && one.qubits.length === 2),
    measurements: count(({ kind }) => kind === 'measure'),
    resets: count(({ kind }) => kind === 'reset'),
    conditions: count((one) => one.kind !== 'barrier' && one.condition !== null),
    parameters,
    memory: { statevector: 16 * 2 ** qubits, density: 16 * 4 ** qubits },
    estimatedMs: estimate(circuit).ms,
  };
}
