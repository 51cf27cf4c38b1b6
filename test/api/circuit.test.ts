/** Circuits over the API: simulated at once, judged, counted, and refused with line and column. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningApi, startApi } from './graphql-server.js';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const head = 'OPENQASM 3; include "stdgates.inc";';
const bell = `${head} qubit[2] q; h q[0]; cx q[0], q[1];`;

const SIMULATE = `query ($input: CircuitWorkInput!) {
  simulateCircuit(input: $input) {
    qubits method seed shots counts probabilities { bits probability } statevector expectations
  }
}`;
const VALIDATE = `query ($source: String!) {
  validateCircuit(source: $source) {
    valid errors { code message line column }
    qubits bits depth operations gateCounts twoQubitGates measurements parameters memoryBytes densityMatrixBytes estimatedMs fits
  }
}`;

describe('simulateCircuit', () => {
  it('answers what it is asked', async () => {
    const input = {
      source: bell,
      seed: 3,
      shots: 100,
      want: { counts: true, top: 1, statevector: true, expectations: ['ZZ'] },
    };
    const { body } = await api.post(SIMULATE, { input });
    expect(body.errors).toBeUndefined();
    expect(body.data?.simulateCircuit).toMatchObject({
      qubits: 2,
      method: 'STATEVECTOR',
      seed: 3,
      shots: 100,
      probabilities: [{ bits: '00', probability: expect.closeTo(0.5, 12) }],
      statevector: [
        [expect.closeTo(Math.SQRT1_2, 12), 0],
        [0, 0],
        [0, 0],
        [expect.closeTo(Math.SQRT1_2, 12), 0],
      ],
      expectations: { ZZ: expect.closeTo(1, 12) },
    });
    const again = await api.post(SIMULATE, { input });
    expect(again.body).toEqual(body);
  });

  it('takes operations, parameters and noise', async () => {
    const operations = [{ gate: 'rx', qubits: [0], angles: ['theta'] }, { measure: 0 }];
    const input = { operations, parameters: { theta: Math.PI }, shots: 7, noise: 'ideal' };
    const { body } = await api.post(SIMULATE, { input });
    expect(body.data?.simulateCircuit).toMatchObject({ qubits: 2, counts: { '1': 7 }, probabilities: null });
  });

  it.each<[string, object, string, object]>([
    [
      'a short text with a fault',
      { source: `${head}\nqubit q;\nfoo q;` },
      'INVALID_INPUT',
      { field: 'input.source' },
    ],
    [
      'a long text with a fault',
      { source: `${head}\nqubit q;\n${'x q;\n'.repeat(10_000)}foo q;` },
      'INVALID_INPUT',
      { reason: 'UNKNOWN_GATE', line: 10_003, column: 1 },
    ],
    [
      'too many qubits',
      { source: `${head} qubit[21] q; h q;` },
      'LIMIT_EXCEEDED',
      { reason: 'CIRCUIT_TOO_LARGE' },
    ],
    [
      'a parameter too few',
      { source: `${head} input float a; qubit q; rx(a) q;` },
      'INVALID_INPUT',
      { reason: 'MISSING_PARAMETER' },
    ],
    ['no circuit', { shots: 5 }, 'INVALID_INPUT', { field: 'input' }],
  ])('refuses %s', async (_, input, code, extensions) => {
    const { body } = await api.post(SIMULATE, { input });
    expect(body.errors).toHaveLength(1);
    expect(body.errors?.[0]?.extensions).toMatchObject({ code, ...extensions });
  });

  it('is counted by its layer', async () => {
    const layers = await api.post(
      '{ layer(name: QUANTUM_SIM) { quantum { circuits qubitsMax qubitsLimit threads } } layers { name quantum { threads } } }',
    );
    expect(layers.body.data).toMatchObject({
      layer: { quantum: { circuits: expect.any(Number), qubitsLimit: 26, threads: 1 } },
      layers: [{ name: 'QUANTUM_SIM' }],
    });
  });
});

describe('validateCircuit', () => {
  it('says what a circuit is and costs', async () => {
    const source = `${head} input float a; qubit[30] q; bit[2] c; h q[0]; cx q[0], q[1]; rx(a) q[2]; c[0] = measure q[0];`;
    const { body } = await api.post(VALIDATE, { source });
    expect(body.data?.validateCircuit).toEqual({
      valid: true,
      errors: [],
      qubits: 30,
      bits: 2,
      depth: 3,
      operations: 4,
      gateCounts: { h: 1, cx: 1, rx: 1 },
      twoQubitGates: 1,
      measurements: 1,
      parameters: ['a'],
      memoryBytes: 2 ** 34,
      densityMatrixBytes: 2 ** 64,
      estimatedMs: expect.any(Number),
      fits: false,
    });
  });

  it('says where everything of its picture stands', async () => {
    const query = `query ($source: String!) {
      validateCircuit(source: $source) {
        picture { columns left wires { label classical } drawn { column from to classicalFrom marks { wire kind label } } }
      }
    }`;
    const { body } = await api.post(query, { source: `${bell} bit c; c = measure q[1];` });
    expect(body.data?.validateCircuit).toEqual({
      picture: {
        columns: 3,
        left: 0,
        wires: [
          { label: 'q[0]', classical: false },
          { label: 'q[1]', classical: false },
          { label: 'c', classical: true },
        ],
        drawn: [
          { column: 0, from: 0, to: 0, classicalFrom: -1, marks: [{ wire: 0, kind: 'box', label: 'h' }] },
          {
            column: 1,
            from: 0,
            to: 1,
            classicalFrom: -1,
            marks: [
              { wire: 0, kind: 'control', label: '' },
              { wire: 1, kind: 'target', label: '' },
            ],
          },
          {
            column: 2,
            from: 1,
            to: 2,
            classicalFrom: 1,
            marks: [
              { wire: 1, kind: 'measure', label: 'M' },
              { wire: 2, kind: 'bit', label: '' },
            ],
          },
        ],
      },
    });
  });

  it('tells every fault with line and column', async () => {
    const source =
      'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[2];\nhh q[0];\ncx q[0];\ncx q[1], q[1];\nopaque magic a;\nmagic q[0];';
    const { body } = await api.post(VALIDATE, { source });
    const { valid, errors, qubits } = (body.data as { validateCircuit: Record<string, unknown> })
      .validateCircuit;
    expect({ valid, qubits }).toEqual({ valid: false, qubits: null });
    expect(
      (errors as { code: string; line: number; column: number }[]).map(({ code, line, column }) => [
        code,
        line,
        column,
      ]),
    ).toEqual([
      ['UNKNOWN_GATE', 4, 1],
      ['WRONG_ARITY', 5, 1],
      ['REPEATED_QUBIT', 6, 10],
      ['OPAQUE_GATE', 8, 1],
    ]);
  });

  it('refuses a text that is far too long', async () => {
    const { body } = await api.post(VALIDATE, { source: ' '.repeat(1_048_577) });
    expect(body.error?.code ?? body.errors?.[0]?.extensions.code).toMatch(/PAYLOAD_TOO_LARGE|INVALID_INPUT/);
  });
});
