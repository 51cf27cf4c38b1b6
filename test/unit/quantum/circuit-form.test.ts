/** Circuits as JSON are the circuits of the builder, and their faults name the operation. */
import { describe, expect, it } from 'vitest';
import { circuit } from '../../../src/quantum/builder.js';
import { CircuitError } from '../../../src/quantum/circuit-error.js';
import { circuitOfForm, type CircuitStep } from '../../../src/quantum/circuit-form.js';

const root = Math.SQRT1_2;

describe('operations', () => {
  it('are the calls of the builder', () => {
    const built = circuit(3)
      .h(0)
      .rx(0.5, 1)
      .gate([0, 0, 1, 0, 1, 0, 0, 0], [2], 'flip')
      .barrier()
      .barrier(0, 1)
      .measure(0, 2)
      .measure(1)
      .reset(2)
      .when({ start: 2, size: 1 }, 1, (on) => on.x(1));
    const operations: CircuitStep[] = [
      { gate: 'h', qubits: [0] },
      { gate: 'rx', qubits: [1], angles: [0.5] },
      {
        gate: 'flip',
        qubits: [2],
        matrix: [
          [0, [1, 0]],
          [[1, 0], 0],
        ],
      },
      { barrier: [] },
      { barrier: [0, 1] },
      { measure: 0, bit: 2 },
      { measure: 1 },
      { reset: 2 },
      { gate: 'x', qubits: [1], when: { start: 2, value: 1 } },
    ];
    expect(circuitOfForm({ qubits: 3, operations })).toEqual(built.build());
  });

  it('name the parameters of the circuit in their angles', () => {
    const made = circuitOfForm({
      qubits: 1,
      operations: [
        { gate: 'rz', qubits: [0], angles: ['theta'] },
        { gate: 'u', qubits: [0], angles: ['phi', 0, 'theta'] },
      ],
    });
    expect(made.parameters).toEqual(['theta', 'phi']);
  });

  it.each<[CircuitStep, string, string]>([
    [{ gate: 'hh', qubits: [0] }, 'UNKNOWN_GATE', 'there is no gate hh'],
    [{ gate: 'cx', qubits: [0] }, 'WRONG_ARITY', 'cx acts on 2 qubits and is given 1'],
    [{ gate: 'cx', qubits: [1, 1] }, 'REPEATED_QUBIT', 'one qubit is named twice'],
    [{ gate: 'x', qubits: [2] }, 'INDEX_OUT_OF_RANGE', 'the circuit has the qubits 0 to 1, not 2'],
    [{ gate: 'rx', qubits: [0] }, 'WRONG_PARAMETER_COUNT', 'rx takes 1 parameters'],
    [
      {
        qubits: [0],
        matrix: [
          [1, 0],
          [0, 2],
        ],
      },
      'NOT_UNITARY',
      'the matrix is not unitary',
    ],
    [
      {
        qubits: [0, 1],
        matrix: [
          [root, root],
          [root, -root],
        ],
      },
      'WRONG_ARITY',
      'a matrix on 2 qubits has 32',
    ],
    [{}, 'BAD_VALUE', 'exactly one of gate, measure, reset and barrier'],
    [{ gate: 'h', qubits: [0], measure: 0 }, 'BAD_VALUE', 'exactly one of'],
  ])('refuse %j as %s', (step, code, message) => {
    const make = (): unknown => circuitOfForm({ qubits: 2, operations: [{ gate: 'h', qubits: [0] }, step] });
    expect(make).toThrow(CircuitError);
    expect(make).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
    expect(make).toThrow('operations[1]: ');
  });
});
