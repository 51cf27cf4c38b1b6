/** The engine against the plain one: whatever the circuit, fused or not, the state is the same. */
import { describe, expect, it } from 'vitest';
import { LocalMachine } from '../../../src/quantum/engine/local-machine.js';
import { defaultLimits } from '../../../src/quantum/engine/request.js';
import type { SimulationRequest } from '../../../src/quantum/engine/request.js';
import { simulate } from '../../../src/quantum/engine/simulate.js';
import type { Circuit } from '../../../src/quantum/circuit.js';
import { brickwork, randomCircuit } from '../../support/quantum/circuits.js';
import { largestDifference, referenceState } from '../../support/quantum/reference.js';

const local = new LocalMachine();

function state(circuit: Circuit, request: SimulationRequest = {}): Float64Array {
  const result = simulate({
    circuit,
    request: { ...request, want: { statevector: true } },
    limits: defaultLimits,
    machineOf: local.of,
  });
  return result.statevector as Float64Array;
}

describe('the engine', () => {
  it.each([1, 2, 3, 4, 5, 6])('agrees with the plain one on random circuits of %i qubits', (qubits) => {
    for (let seed = 0; seed < 120; seed++) {
      const circuit = randomCircuit(`${qubits}/${seed}`, qubits, 1 + (seed % 40)).build();
      const expected = referenceState(circuit);
      for (const fusion of [true, false])
        expect(
          largestDifference(state(circuit, { fusion }), expected),
          `seed ${qubits}/${seed}, fusion ${fusion}`,
        ).toBeLessThan(1e-12);
    }
  });

  it.each([2, 5, 9])('agrees on brickwork of %i qubits', (qubits) => {
    const circuit = brickwork(qubits, 9, qubits);
    expect(largestDifference(state(circuit), referenceState(circuit))).toBeLessThan(1e-12);
  });
});
