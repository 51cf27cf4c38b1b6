/** The rules of circuit work: what is accepted, and every fault at its place and with its words. */
import { describe, expect, it } from 'vitest';
import { checkCircuit, checkMesh } from '../../../src/orchestrator/definition/check-mesh.js';
import { readMeshFile } from '../../../src/orchestrator/definition/mesh-file.js';

const bell = 'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[2];\nh q[0];\ncx q[0], q[1];';

function faultsOf(work: object): string[] {
  const checked = checkCircuit(work);
  return checked.ok ? [] : (checked.refusal.faults ?? []).map(({ path, message }) => `${path}: ${message}`);
}

describe('circuit work', () => {
  it.each([
    { source: bell },
    { source: bell, shots: 100, seed: 7, method: 'TRAJECTORY', noise: 'depolarizing' },
    {
      source: bell,
      want: { counts: true, probabilities: true, top: 3, statevector: true, expectations: ['ZZ'] },
    },
    {
      source: bell,
      noise: {
        gates: { '*1': [{ type: 'depolarizing', p: 0.1 }] },
        readout: [
          [0.9, 0.1],
          [0, 1],
        ],
      },
    },
    { source: '${inputs.make.text}', parameters: '${inputs.tune}' },
    { source: bell, parameters: { theta: 0.5, phi: '${inputs.tune.phi}' } },
    {
      qubits: 2,
      operations: [
        { gate: 'h', qubits: [0] },
        { gate: 'rx', qubits: [1], angles: ['theta'] },
        { measure: 0 },
      ],
    },
    { operations: [{ gate: 'h', qubits: [0], angles: null, when: null }] },
    // Takes longer to read than others should wait: it is read when it runs.
    { source: `${bell}\n${'x q[0];'.repeat(3_000)} nonsense` },
  ])('may be %j', (work) => {
    expect(faultsOf(work)).toEqual([]);
  });

  it.each([
    [{}, ': must have a source or operations; write source: the text in OpenQASM 2 or 3'],
    [{ source: bell, operations: [] }, ': must be a source or operations, not both'],
    [{ source: bell, qubits: 2 }, 'qubits: must be left out with a source'],
    [{ source: bell.replace('h ', 'hh ') }, 'source: is no circuit: line 4, column 1: UNKNOWN_GATE: '],
    [{ source: `${bell}\ncx q[0];` }, 'source: is no circuit: line 6, column 1: WRONG_ARITY: '],
    [{ qasm: bell, source: bell }, 'qasm: is not a field of circuit work; write source'],
    [
      { qubits: 2, operations: [{ gate: 'cx', qubits: [0, 0] }] },
      ': cannot be used: operations[0]: one qubit is named twice',
    ],
    [{ operations: [{ gate: 'h', qubits: ['0'] }] }, 'operations[0].qubits[0]: must be a whole number'],
    [
      { operations: [{ gate: 'h', qubit: 0 }] },
      'operations[0].qubit: is not a field of a step of a circuit; write qubits: [0]',
    ],
    [
      { operations: [{ gate: 'rx', qubits: [0], angles: ['pi/2'] }] },
      'operations[0].angles[0]: must be a number of radians or the name',
    ],
    [
      { operations: [{ qubits: [0], matrix: [[1, [0]]] }] },
      'operations[0].matrix[0][1]: must be a number, or [real part',
    ],
    [{ source: bell, shots: 0 }, 'shots: must be a whole number of shots from 1 to 10000000'],
    [{ source: bell, seed: -1 }, 'seed: must be a whole number'],
    [{ source: bell, noise: 'loud' }, 'noise: cannot be used: there is no noise model "loud"'],
    [
      { source: bell, noise: { gates: { h: [{ type: 'depolarizing', p: 3 }] } } },
      "noise: cannot be used: noise of 'h'",
    ],
    [{ source: bell, noise: 3 }, 'noise: must be the name of a noise model, or a model'],
    [{ source: bell, method: 'FAST' }, 'method: must be one of AUTO, STATEVECTOR'],
    [
      { source: bell, want: { expectations: ['ZQ'] } },
      'want.expectations[0]: must be a text of I, X, Y and Z',
    ],
    [{ source: bell, want: { top: 0 } }, 'want.top: must be a whole number of outcomes from 1'],
    [{ source: bell, parameters: { theta: 'x' } }, 'parameters.theta: must be a number'],
    [{ source: bell, parameters: [1] }, 'parameters: must be an object'],
  ])('is refused as %j', (work, fault) => {
    expect(faultsOf(work)).toEqual([expect.stringContaining(fault)]);
  });

  it('tells every fault of a text', () => {
    expect(faultsOf({ source: `${bell}\nfoo q[0];\nx q[9];` })).toHaveLength(2);
  });

  it('is of the shape of the API in a file, or its text alone', () => {
    const text = `name: m\ntasks:\n  bell:\n    circuit: |\n${bell.replace(/^/gm, '      ')}\n  shot:\n    circuit: { source: "OPENQASM 3; qubit q; bit c = measure q;", shots: 3 }\n`;
    const file = readMeshFile(Buffer.from(text), {
      fileName: 'm.mesh.yaml',
      defaults: { maxAttempts: 3, executionTimeoutMs: 1000 },
    });
    expect(file).toMatchObject({ ok: true });
    const works = file.ok ? file.mesh.tasks.map(({ spec }) => spec.work) : [];
    expect(works).toEqual([
      { circuit: { source: expect.stringContaining('cx q[0]') } },
      { circuit: { source: expect.any(String), shots: 3 } },
    ]);
  });

  it('needs a DATA dependency for each output it names', () => {
    const circuit = { source: bell, parameters: { theta: '${inputs.tune.theta}' } };
    const checked = checkMesh(
      {
        name: 'm',
        tasks: [{ key: 'tune' }, { key: 'run', work: { circuit }, dependsOn: [{ task: 'tune' }] }],
      },
      { maxAttempts: 3, executionTimeoutMs: 1000 },
    );
    expect(checked).toMatchObject({
      ok: false,
      refusal: { message: expect.stringContaining('no DATA dependency') },
    });
  });
});
