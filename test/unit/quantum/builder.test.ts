/** The builder makes the circuits that texts make, and refuses what texts cannot say. */
import { describe, expect, it } from 'vitest';
import { circuit } from '../../../src/quantum/builder.js';
import { CircuitError } from '../../../src/quantum/circuit-error.js';
import type { Circuit } from '../../../src/quantum/circuit.js';
import { matrixUnitary } from '../../../src/quantum/gates/custom-gate.js';
import { qelib1 } from '../../../src/quantum/gates/gate-library.js';
import { parseCircuit } from '../../../src/quantum/qasm/read.js';
import { standardMatrix } from '../../../src/quantum/gates/standard.js';
import { difference, wholeMatrix } from './whole-matrix.js';

/** Without the places that only a text has. */
function placeless(one: Circuit): Circuit {
  const strip = ({ name, start, size }: Circuit['qubitRegisters'][number]) => ({ name, start, size });
  return { ...one, qubitRegisters: one.qubitRegisters.map(strip), bitRegisters: one.bitRegisters.map(strip) };
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof CircuitError) return error.code;
    throw error;
  }
  return 'none';
}

describe('the builder', () => {
  it('makes the value that the parser makes of the same text', () => {
    const text = `OPENQASM 2.0; include "qelib1.inc"; qreg q[3]; creg c[3];
      h q[0]; cx q[0], q[1]; rz(0.5) q[2]; u(1, 2, 3) q[1]; ccx q[2], q[0], q[1]; barrier q[0], q[1]; reset q[2];
      measure q[0] -> c[0]; if (c == 1) x q[1]; measure q[2] -> c[2];`;
    const built = circuit(3)
      .h(0)
      .cx(0, 1)
      .rz(0.5, 2)
      .u(1, 2, 3, 1)
      .ccx(2, 0, 1)
      .barrier(0, 1)
      .reset(2)
      .measure(0)
      .when({ start: 0, size: 3 }, 1, (on) => on.x(1))
      .measure(2)
      .build();
    expect(built).toEqual(placeless(parseCircuit(text)));
  });

  it('has every gate of qelib1.inc by its name', () => {
    for (const { name, parameters, qubits } of qelib1.values()) {
      const angles = Array.from({ length: parameters }, (_, index) => index + 0.5);
      const on = Array.from({ length: qubits }, (_, index) => index);
      const text = `OPENQASM 2.0; include "qelib1.inc"; qreg q[5]; ${name}${parameters === 0 ? '' : `(${angles.join(',')})`} ${on.map((q) => `q[${q}]`).join(',')};`;
      expect(
        circuit(5)
          .apply(name, angles, ...on)
          .build(),
      ).toEqual(placeless(parseCircuit(text)));
    }
  });

  it('takes parameters, the same one for the same name', () => {
    const builder = circuit(1);
    const built = builder
      .rx(builder.parameter('a'), 0)
      .ry(builder.parameter('b'), 0)
      .rz(builder.parameter('a'), 0)
      .build();
    expect(built.parameters).toEqual(['a', 'b']);
    const written = circuit(1).rx(0.1, 0).ry(0.2, 0).rz(0.1, 0).build();
    expect(difference(wholeMatrix(built, [0.1, 0.2]), wholeMatrix(written))).toBe(0);
  });

  it('takes unitary matrices on up to three qubits, the first of them being the least significant', () => {
    const cx = [
      1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0,
    ];
    const built = circuit(3)
      .gate(cx, [2, 0])
      .gate(standardMatrix('rxx', [0.3]), [1, 2], 'own')
      .build();
    const written = circuit(3).cx(2, 0).rxx(0.3, 1, 2).build();
    expect(difference(wholeMatrix(built), wholeMatrix(written))).toBeLessThan(1e-15);
    expect(built.operations.map((one) => one.kind === 'gate' && one.name)).toEqual(['unitary', 'own']);
  });

  it('has one call for each of its gates', () => {
    const all = circuit(3)
      .id(0)
      .x(0)
      .y(0)
      .z(0)
      .h(0)
      .s(0)
      .sdg(0)
      .t(0)
      .tdg(0)
      .sx(0)
      .rx(1, 0)
      .ry(1, 0)
      .rz(1, 0)
      .p(1, 0)
      .u(1, 1, 1, 0)
      .cx(0, 1)
      .cy(0, 1)
      .cz(0, 1)
      .ch(0, 1)
      .cp(1, 0, 1)
      .crx(1, 0, 1)
      .cry(1, 0, 1)
      .crz(1, 0, 1)
      .swap(0, 1)
      .ccx(0, 1, 2)
      .cswap(0, 1, 2)
      .rxx(1, 0, 1)
      .ryy(1, 0, 1)
      .rzz(1, 0, 1)
      .barrier()
      .measureAll()
      .build();
    const names = all.operations.map((one) => (one.kind === 'gate' ? one.name : one.kind));
    expect(names.join(' ')).toBe(
      'id x y z h s sdg t tdg sx rx ry rz p u cx cy cz ch cp crx cry crz swap ccx cswap rxx ryy rzz barrier measure measure measure',
    );
  });

  it.each<[string, () => unknown, string]>([
    ['no qubits', () => circuit(0), 'BAD_VALUE'],
    ['half a qubit', () => circuit(1.5), 'BAD_VALUE'],
    ['a qubit that does not exist', () => circuit(2).h(2), 'INDEX_OUT_OF_RANGE'],
    ['a negative qubit', () => circuit(2).measure(-1), 'INDEX_OUT_OF_RANGE'],
    ['a negative bit', () => circuit(2).measure(0, -1), 'INDEX_OUT_OF_RANGE'],
    ['one qubit twice', () => circuit(2).cx(1, 1), 'REPEATED_QUBIT'],
    ['a gate that is not known', () => circuit(2).apply('hh', [], 0), 'UNKNOWN_GATE'],
    ['too few qubits', () => circuit(2).apply('cx', [], 0), 'WRONG_ARITY'],
    ['too many angles', () => circuit(2).apply('rx', [1, 2], 0), 'WRONG_PARAMETER_COUNT'],
    ['an angle that is not finite', () => circuit(2).rx(Number.NaN, 0), 'BAD_VALUE'],
    ['a matrix of the wrong size', () => circuit(2).gate([1, 0, 0, 1], [0]), 'WRONG_ARITY'],
    ['a matrix on four qubits', () => circuit(4).gate(new Float64Array(512), [0, 1, 2, 3]), 'WRONG_ARITY'],
    ['a matrix on no qubits', () => circuit(4).gate([1, 0], []), 'WRONG_ARITY'],
    [
      'a condition in a condition',
      () => circuit(1).when({ start: 0, size: 1 }, 1, (a) => a.when({ start: 1, size: 1 }, 1, (b) => b.x(0))),
      'UNSUPPORTED',
    ],
    [
      'a condition that changes under way',
      () => circuit(1).when({ start: 0, size: 1 }, 1, (a) => a.measure(0).x(0)),
      'UNSUPPORTED',
    ],
  ])('refuses %s', (_, work, code) => {
    expect(codeOf(work)).toBe(code);
  });
});

describe('a matrix', () => {
  it.each<[string, number[]]>([
    ['scaled', [1 + 1e-9, 0, 0, 0, 0, 0, 1, 0]],
    ['a projection', [1, 0, 0, 0, 0, 0, 0, 0]],
    [
      'with columns that are not orthogonal',
      [Math.SQRT1_2, 0, Math.SQRT1_2, 0, Math.SQRT1_2, 0, Math.SQRT1_2, 0],
    ],
    [
      'orthogonal in its real parts only',
      [Math.SQRT1_2, 0, 0, Math.SQRT1_2, Math.SQRT1_2, 0, 0, Math.SQRT1_2],
    ],
    ['with a NaN', [1, 0, 0, 0, 0, Number.NaN, 1, 0]],
  ])('that is %s is no gate', (_, matrix) => {
    expect(codeOf(() => matrixUnitary(matrix, 1))).toBe('NOT_UNITARY');
  });

  it('may be a rounding error away from unitary', () => {
    expect(matrixUnitary([1 + 1e-12, 0, 0, 0, 0, 0, 0, 1], 1)).toMatchObject({ kind: 'matrix', qubits: 1 });
  });
});
