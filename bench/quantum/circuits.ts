/** The circuits of the quantum bench, as a list of gates that each contestant builds its own circuit of. */
import { circuit } from '../../src/quantum/builder.js';
import type { Circuit } from '../../src/quantum/circuit.js';
import { SeededRandom } from '../../src/kit/random.js';

export type Gate =
  | { readonly name: 'h'; readonly qubits: readonly [number] }
  | { readonly name: 'ry'; readonly qubits: readonly [number]; readonly angle: number }
  | {
      readonly name: 'u';
      readonly qubits: readonly [number];
      readonly angles: readonly [number, number, number];
    }
  | { readonly name: 'cx' | 'swap'; readonly qubits: readonly [number, number] }
  | { readonly name: 'cp'; readonly qubits: readonly [number, number]; readonly angle: number };

export interface Workload {
  readonly qubits: number;
  readonly gates: readonly Gate[];
}

/**
 * Of a basis state (`BASIS`), where the engine decides phases whose control is still 0 without the state, or of a product state
 * without zeros (`DENSE`), where nobody can skip anything. quantum-circuit takes more than five minutes for the second.
 */
export function qft(qubits: number, input: 'BASIS' | 'DENSE'): Workload {
  const gates: Gate[] = [];
  for (let qubit = 0; qubit < qubits; qubit++)
    if (input === 'DENSE') gates.push({ name: 'ry', qubits: [qubit], angle: 0.3 + qubit });
    else if (qubit % 2 === 1) gates.push({ name: 'ry', qubits: [qubit], angle: Math.PI });
  for (let i = qubits - 1; i >= 0; i--) {
    gates.push({ name: 'h', qubits: [i] });
    for (let j = i - 1; j >= 0; j--)
      gates.push({ name: 'cp', qubits: [j, i], angle: Math.PI / 2 ** (i - j) });
  }
  for (let i = 0; i < qubits >> 1; i++) gates.push({ name: 'swap', qubits: [i, qubits - 1 - i] });
  return { qubits, gates };
}

export function ghz(qubits: number): Workload {
  const gates: Gate[] = [{ name: 'h', qubits: [0] }];
  for (let qubit = 1; qubit < qubits; qubit++) gates.push({ name: 'cx', qubits: [qubit - 1, qubit] });
  return { qubits, gates };
}

/** Layers of random U on every qubit and CX between neighbours, pairs shifting by one from layer to layer. */
export function brickwork(qubits: number, layers: number): Workload {
  const random = new SeededRandom('brickwork');
  const angle = (): number => random.next() * 2 * Math.PI;
  const gates: Gate[] = [];
  for (let layer = 0; layer < layers; layer++) {
    for (let qubit = 0; qubit < qubits; qubit++)
      gates.push({ name: 'u', qubits: [qubit], angles: [angle(), angle(), angle()] });
    for (let qubit = layer % 2; qubit + 1 < qubits; qubit += 2)
      gates.push({ name: 'cx', qubits: [qubit, qubit + 1] });
  }
  return { qubits, gates };
}

export function circuitOf({ qubits, gates }: Workload): Circuit {
  const builder = circuit(qubits);
  for (const gate of gates) {
    if (gate.name === 'u') builder.u(...gate.angles, ...gate.qubits);
    else if (gate.name === 'ry') builder.ry(gate.angle, ...gate.qubits);
    else if (gate.name === 'cp') builder.cp(gate.angle, ...gate.qubits);
    else if (gate.name === 'h') builder.h(...gate.qubits);
    else builder[gate.name](...gate.qubits);
  }
  return builder.build();
}
