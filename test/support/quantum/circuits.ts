/** Random circuits for the quantum tests: every kind of unitary, on any qubits. */
import { SeededRandom } from '../../../src/kit/random.js';
import { circuit } from '../../../src/quantum/builder.js';
import type { CircuitBuilder } from '../../../src/quantum/builder.js';
import type { Circuit, StandardGate, Unitary } from '../../../src/quantum/circuit.js';
import { standardMatrix, standardShapes } from '../../../src/quantum/gates/standard.js';
import { embedded, multiply } from '../../../src/quantum/gates/matrix.js';

const gates = Object.keys(standardShapes) as StandardGate[];

function standard(random: SeededRandom, gate: StandardGate): Unitary {
  const angles = Array.from({ length: standardShapes[gate].angles }, () => random.next() * 7 - 3.5);
  return { kind: 'standard', gate, angles };
}

export function someQubits(random: SeededRandom, qubits: number, count: number): number[] {
  const left = Array.from({ length: qubits }, (_, qubit) => qubit);
  return Array.from({ length: count }, () => left.splice(random.int(left.length), 1)[0] as number);
}

/** A unitary on exactly `width` qubits. */
export function someUnitary(random: SeededRandom, width: number, depth = 2): Unitary {
  const fitting = gates.filter((gate) => standardShapes[gate].qubits === width);
  const kind = depth === 0 ? 0 : random.int(10);
  if (kind === 0 || (kind < 4 && fitting.length > 0 && width < 3)) {
    if (fitting.length > 0) return standard(random, random.pick(fitting));
    return sequence(random, width, 0);
  }
  if (kind < 6 && width > 0) {
    const count = 1 + random.int(width);
    const controls = Array.from({ length: count }, () => random.next() < 0.7);
    return { kind: 'controlled', controls, of: someUnitary(random, width - count, depth - 1) };
  }
  if (kind === 6) return { kind: 'inverse', of: someUnitary(random, width, depth - 1) };
  if (kind === 7)
    return {
      kind: 'power',
      exponent: random.next() < 0.5 || width > 3 ? random.int(7) - 3 : random.next() * 4 - 2,
      of: someUnitary(random, width, depth - 1),
    };
  if (kind === 8 && width > 0 && width <= 3)
    return { kind: 'matrix', qubits: width, matrix: someMatrix(random, width) };
  return sequence(random, width, depth - 1);
}

function sequence(random: SeededRandom, width: number, depth: number): Unitary {
  const steps = Array.from({ length: random.int(4) }, () => {
    const own = Math.min(width, random.int(3));
    return { unitary: someUnitary(random, own, Math.max(0, depth)), qubits: someQubits(random, width, own) };
  });
  return { kind: 'sequence', steps };
}

export function someMatrix(random: SeededRandom, width: number): Float64Array {
  let product = embedded(
    standardMatrix('u', [random.next() * 6, random.next() * 6, random.next() * 6]),
    [0],
    width,
  );
  for (let i = 0; i < 6; i++) {
    const [a = 0, b] = someQubits(random, width, Math.min(width, 2));
    const one = standardMatrix('u', [random.next() * 6, random.next() * 6, random.next() * 6]);
    product = multiply(embedded(one, [a], width), product);
    if (b !== undefined)
      product = multiply(embedded(standardMatrix('rxx', [random.next() * 6]), [a, b], width), product);
  }
  return product;
}

/** Common gates, as circuits mostly have them, with now and then something odd. */
export function randomCircuit(seed: number | string, qubits: number, length: number): CircuitBuilder {
  const random = new SeededRandom(seed);
  const builder = circuit(qubits);
  for (let i = 0; i < length; i++) addRandomGate(builder, random, qubits);
  return builder;
}

export function addRandomGate(builder: CircuitBuilder, random: SeededRandom, qubits: number): void {
  const angle = random.next() * 7 - 3.5;
  const kind = random.int(12);
  const [a = 0, b = 0] = someQubits(random, qubits, Math.min(2, qubits));
  if (qubits < 2 || kind < 3) {
    const gate = random.pick(gates.filter((name) => standardShapes[name].qubits === 1));
    builder.unitary(gate, standard(random, gate), [a]);
  } else if (kind < 6) builder.cx(a, b);
  else if (kind === 6) builder.cp(angle, a, b);
  else if (kind === 7) builder.rzz(angle, a, b);
  else if (kind === 8) builder.swap(a, b);
  else if (kind === 9) builder.cz(a, b);
  else {
    const width = random.int(Math.min(qubits, 4) + 1);
    builder.unitary('odd', someUnitary(random, width), someQubits(random, qubits, width));
  }
}

/** Layers of random rotations and of CX between neighbours, pairs shifting by one from layer to layer. */
export function brickwork(qubits: number, layers: number, seed: number | string): Circuit {
  const random = new SeededRandom(seed);
  const builder = circuit(qubits);
  for (let layer = 0; layer < layers; layer++) {
    for (let qubit = 0; qubit < qubits; qubit++)
      builder.u(random.next() * 6, random.next() * 6, random.next() * 6, qubit);
    for (let qubit = layer % 2; qubit + 1 < qubits; qubit += 2) builder.cx(qubit, qubit + 1);
  }
  return builder.build();
}
