/** The numbers that are told of a circuit before it runs. */
import { describe, expect, it } from 'vitest';
import type { Circuit } from '../../../src/quantum/circuit.js';
import { circuit } from '../../../src/quantum/builder.js';
import { parseCircuit } from '../../../src/quantum/qasm/read.js';
import { summarizeCircuit } from '../../../src/quantum/summary.js';

const head = 'OPENQASM 2.0; include "qelib1.inc";';

describe('the summary of a circuit', () => {
  it('counts what is in it', () => {
    const text = `${head} qreg q[3]; creg c[2]; h q; cx q[0], q[1]; cx q[1], q[2]; ccx q[0], q[1], q[2]; barrier q;
      measure q[0] -> c[0]; if (c == 1) x q[2]; reset q[0];`;
    expect(summarizeCircuit(parseCircuit(text))).toMatchObject({
      qubits: 3,
      bits: 2,
      operations: 10,
      gates: { h: 3, cx: 2, ccx: 1, x: 1 },
      twoQubitGates: 2,
      measurements: 1,
      resets: 1,
      conditions: 1,
      parameters: [],
    });
  });

  it.each<[string, number]>([
    ['qreg q[3]; h q;', 1],
    ['qreg q[3]; h q[0]; cx q[0], q[1]; cx q[1], q[2];', 3],
    ['qreg q[3]; h q[0]; x q[0]; barrier q; x q[2];', 3],
    ['qreg q[2]; barrier q; barrier q;', 0],
    ['qreg q[2]; creg c[1]; measure q[0] -> c[0]; measure q[1] -> c[0];', 2],
    ['qreg q[2]; creg c[1]; measure q[0] -> c[0]; if (c == 1) x q[1];', 2],
  ])('has the depth that Qiskit gives: %s', (text, depth) => {
    expect(summarizeCircuit(parseCircuit(head + text)).depth).toBe(depth);
  });

  it('tells the bytes of a state vector and of a density matrix', () => {
    expect(summarizeCircuit(circuit(24).h(0).build()).memory).toEqual({
      statevector: 256 * 1024 * 1024,
      density: 16 * 2 ** 48,
    });
  });

  it('estimates more time for more gates, as much for a gate that is made of two, and twice as much for a qubit more', () => {
    const timeOf = (one: Circuit): number => summarizeCircuit(one).estimatedMs;
    const twice = timeOf(circuit(20).h(0).x(0).build());
    expect(twice).toBeGreaterThan(timeOf(circuit(20).h(0).build()));
    expect(timeOf(parseCircuit(`${head} qreg q[20]; gate g a { h a; x a; } g q[0];`))).toBe(twice);
    expect(timeOf(circuit(21).h(0).x(0).build()) / twice).toBeCloseTo(2, 1);
  });
});
