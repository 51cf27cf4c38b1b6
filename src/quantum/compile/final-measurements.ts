/**
 * Which measurements can wait for the end: those after which neither the qubit is used, nor the bit read by a condition.
 * The others collapse the state where they stand. Called by the program maker.
 */
import type { Circuit, Operation } from '../circuit.js';

export interface Measurements {
  /** By bit, the qubit that it shows. */
  readonly final: ReadonlyMap<number, number>;
  /** Operations that have no effect of their own: final measurements, and those whose bit is written again unread. */
  readonly skipped: ReadonlySet<Operation>;
}

export function finalMeasurements(circuit: Circuit): Measurements {
  const final = new Map<number, number>();
  const skipped = new Set<Operation>();
  const used = new Set<number>();
  const settled = new Set<number>();
  const read = new Set<number>();
  for (const operation of circuit.operations.toReversed()) {
    if (operation.kind === 'barrier') continue;
    if (operation.kind === 'measure' && operation.condition === null) {
      const { qubit, bit } = operation;
      const isLate = !used.has(qubit) && !read.has(bit);
      if (isLate) {
        if (!settled.has(bit)) final.set(bit, qubit);
        settled.add(bit);
        skipped.add(operation);
        continue;
      }
    }
    noteUse(operation, used, read, settled);
  }
  return { final, skipped };
}

function noteUse(operation: Operation, used: Set<number>, read: Set<number>, settled: Set<number>): void {
  if (operation.kind === 'barrier') return;
  const qubits = operation.kind === 'gate' ? operation.qubits : [operation.qubit];
  for (const qubit of qubits) used.add(qubit);
  if (operation.kind === 'measure') settled.add(operation.bit);
  const { condition } = operation;
  if (condition === null) return;
  for (let k = 0; k < condition.size; k++) read.add(condition.start + k);
}
