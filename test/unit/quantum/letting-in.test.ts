/** Qubits that a CX lets into the state: their half of the memory is written, whatever stood there. */
import { afterAll, describe, expect, it } from 'vitest';
import { circuit } from '../../../src/quantum/builder.js';
import { QuantumEngine } from '../../../src/quantum/engine/quantum-engine.js';
import type { Outcome } from '../../../src/quantum/engine/request.js';

const engines = [new QuantumEngine({ threads: 1 }), new QuantumEngine({ threads: 2 })];
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

/** Leaves a state of so many qubits without zeros in the memory that the next circuit gets. */
async function soil(engine: QuantumEngine, qubits: number): Promise<void> {
  const dense = circuit(qubits);
  for (let qubit = 0; qubit < qubits; qubit++) dense.h(qubit);
  await engine.run(dense.build());
}

function ghz(entangled: number, qubits = entangled) {
  const made = circuit(qubits).h(0);
  for (let qubit = 1; qubit < entangled; qubit++) made.cx(qubit - 1, qubit);
  return made;
}

const half = (bits: string): Outcome => ({ bits, probability: expect.closeTo(0.5, 12) as number });

describe.each(engines.map((engine, k) => ({ engine, threads: k + 1 })))('$threads threads', ({ engine }) => {
  it.each([2, 3, 8, 14, 17])('make a chain of CX over %i qubits a state of two outcomes', async (qubits) => {
    await soil(engine, qubits);
    const { probabilities } = await engine.run(ghz(qubits).build(), { want: { probabilities: 'ALL' } });
    expect(probabilities).toEqual([half('0'.repeat(qubits)), half('1'.repeat(qubits))]);
  });

  it('let qubits in from low and high controls, and after others have entered by themselves', async () => {
    await soil(engine, 16);
    const made = circuit(16);
    for (let qubit = 0; qubit < 8; qubit++) made.h(qubit);
    for (let qubit = 8; qubit < 16; qubit++) made.cx(qubit - 8, qubit);
    for (let qubit = 8; qubit < 16; qubit++) made.cx(qubit - 8, qubit);
    for (let qubit = 0; qubit < 8; qubit++) made.h(qubit);
    const { probabilities } = await engine.run(made.build(), { want: { probabilities: 'ALL' } });
    expect(probabilities).toEqual([{ bits: '0'.repeat(16), probability: expect.closeTo(1, 12) }]);
  });

  it('clear all where measurements in the middle look at the state before it is whole', async () => {
    await soil(engine, 12);
    const made = ghz(6, 12).measure(5, 0).reset(5);
    for (let qubit = 6; qubit < 12; qubit++) made.cx(qubit - 1, qubit);
    made.measureAll();
    const { probabilities } = await engine.run(made.build(), { want: { probabilities: 'ALL' } });
    expect(probabilities).toEqual([half('000000000000'), half('000000011111')]);
  });
});
