/** Circuits as attempts on the quantum layer, and at once at its desk. */
import { afterAll, describe, expect, it } from 'vitest';
import { SystemClock } from '../../../src/kit/clock.js';
import { openQuantumLayer } from '../../../src/layers/quantum-sim/open-quantum-layer.js';
import type { JsonObject } from '../../../src/kit/json.js';
import type { Outcome } from '../../../src/lifecycle/task.js';
import type { CircuitWork } from '../../../src/lifecycle/work.js';
import { namedModel } from '../../../src/quantum/noise/named-models.js';
import { abortable, attemptOf, RecordingSink, silent, neverAborted } from '../../support/work/fixtures.js';

const defaults = { qubits: 3, seed: 11, noise: namedModel('ideal') };
const options = {
  node: 'host:1:a',
  slots: 4,
  threads: 2,
  qubitsMax: 22,
  memoryBytesMax: 2 ** 26,
  clock: new SystemClock(),
};
const { layer, circuits } = openQuantumLayer({ ...options, defaults });
afterAll(() => Promise.all([layer.close(), circuits.close()]));

const head = 'OPENQASM 3; include "stdgates.inc";';
const bell = `${head} qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;`;
/** Seconds of work: layers of rotations on that many qubits. */
const heavy = (qubits: number, layers: number): string =>
  `${head} qubit[${qubits}] q; for int i in [1:${layers}] { h q; rx(0.1) q; ${Array.from({ length: qubits - 1 }, (_, k) => `cx q[${k}], q[${k + 1}];`).join(' ')} }`;

function run(circuit: CircuitWork, inputs: JsonObject = {}): Promise<Outcome> {
  return layer.start(attemptOf({ circuit }, { inputs }), neverAborted, silent);
}

async function outputOf(circuit: CircuitWork, inputs: JsonObject = {}): Promise<JsonObject> {
  const outcome = await run(circuit, inputs);
  if (outcome.kind !== 'COMPLETED') throw new Error(JSON.stringify(outcome));
  return outcome.output as JsonObject;
}

describe('an attempt', () => {
  it('is sampled when it wishes nothing, with the configured seed', async () => {
    const output = await outputOf({ source: bell });
    expect(output).toMatchObject({ qubits: 2, method: 'STATEVECTOR', seed: 11, shots: 1024 });
    const { '00': zeros = 0, '11': ones = 0 } = output.counts as Record<string, number>;
    expect(zeros + ones).toBe(1024);
    expect(Math.abs(zeros - 512)).toBeLessThan(100);
    expect(await outputOf({ source: bell, shots: 1024, seed: 11 })).toEqual(output);
    expect(await outputOf({ source: bell, seed: 12 })).not.toEqual(output);
  });

  it('answers what it is asked', async () => {
    const want = { top: 1, statevector: true, expectations: ['ZZ', 'XX', 'ZI'] };
    const output = await outputOf({ source: bell.replace('c = measure q;', ''), want });
    expect(output.counts).toBeUndefined();
    expect(output.probabilities).toEqual([{ bits: '00', probability: expect.closeTo(0.5, 12) }]);
    expect(output.statevector).toEqual([
      [expect.closeTo(Math.SQRT1_2, 12), 0],
      [0, 0],
      [0, 0],
      [expect.closeTo(Math.SQRT1_2, 12), 0],
    ]);
    expect(output.expectations).toEqual({
      ZZ: expect.closeTo(1, 12),
      XX: expect.closeTo(1, 12),
      ZI: expect.closeTo(0, 12),
    });
  });

  it('runs operations on the configured number of qubits', async () => {
    const output = await outputOf({
      operations: [{ gate: 'x', qubits: [2] }],
      want: { probabilities: true },
    });
    expect(output.probabilities).toEqual([{ bits: '100', probability: 1 }]);
  });

  it('is bound to the outputs of its sources: by templates, by name, and by its task', async () => {
    const source = `${head} input float a; input float b; input float c; qubit q; rx(a + b + c) q; bit m = measure q;`;
    const inputs = { tune: { a: Math.PI / 2, c: 'text' }, b: Math.PI / 4, other: { value: Math.PI / 4 } };
    const parameters = { c: '${inputs.other.value}' };
    expect(await outputOf({ source, parameters, shots: 8 }, inputs)).toMatchObject({ counts: { '1': 8 } });
    const ambiguous = { one: { a: 1 }, two: { a: 2 }, b: 0, other: { value: 0 } };
    expect(await run({ source, parameters }, ambiguous)).toMatchObject({
      failure: { code: 'MISSING_PARAMETER', message: expect.stringContaining('parameter a has no value') },
    });
  });

  it('is noisy when it says so, by name or by model', async () => {
    const flip = { gates: { id: [{ type: 'pauli', x: 1 }] } };
    const output = await outputOf({
      operations: [{ gate: 'id', qubits: [0] }],
      noise: flip,
      want: { probabilities: true },
    });
    expect(output).toMatchObject({
      method: 'DENSITY_MATRIX',
      probabilities: [{ bits: '001', probability: 1 }],
    });
    const named = await outputOf({ source: bell, noise: 'superconducting', want: { probabilities: true } });
    expect(named.probabilities).toHaveLength(4);
  });

  it.each<[string, CircuitWork, string, string]>([
    ['a wrong text', { source: `${head}\nqubit q; foo q;` }, 'UNKNOWN_GATE', 'line 2, column 10: '],
    [
      'too many qubits',
      { source: `${head} qubit[24] q; h q;` },
      'CIRCUIT_TOO_LARGE',
      '24 qubits need 256 MiB, the limit is 64 MiB',
    ],
    [
      'no number',
      { source: bell, parameters: { theta: '${inputs.t}' } },
      'REQUEST_INVALID',
      'parameters.theta must be a number, got "x"',
    ],
    [
      'a parameter it does not have',
      { source: bell, parameters: { theta: 1 } },
      'UNKNOWN_PARAMETER',
      'no parameter theta',
    ],
    [
      'operations beyond its qubits',
      { operations: [{ gate: 'h', qubits: [9] }] },
      'INDEX_OUT_OF_RANGE',
      'operations[0]: ',
    ],
  ])('with %s is refused for good', async (_, circuit, code, message) => {
    const outcome = await run(circuit, { t: 'x' });
    expect(outcome).toMatchObject({ kind: 'FAILED', failure: { kind: 'REJECTED', code } });
    expect(outcome.kind === 'FAILED' && outcome.failure.message).toContain(message);
  });

  it.each<[string, CircuitWork]>([
    ['probabilities', { source: `${head} qubit[16] q; h q;`, want: { probabilities: true } }],
    ['counts', { source: `${head} qubit[20] q; h q;`, shots: 100_000 }],
    ['amplitudes', { source: `${head} qubit[15] q; h q;`, want: { statevector: true } }],
  ])(
    'with more %s to answer than an output holds is refused before they are answered',
    async (_, circuit) => {
      const outcome = await run(circuit);
      expect(outcome).toMatchObject({
        kind: 'FAILED',
        failure: { kind: 'REJECTED', code: 'RESULT_TOO_LARGE' },
      });
    },
  );

  it('says how far it is, and ends soon when it is told to', async () => {
    const sink = new RecordingSink();
    const { signal, abort } = abortable();
    const outcome = layer.start(attemptOf({ circuit: { source: heavy(20, 200) } }), signal, sink);
    while (sink.progressed.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    abort('CANCELLED');
    expect(await outcome).toMatchObject({ kind: 'CANCELLED' });
    const [[first] = [0], [second] = [0]] = sink.progressed;
    expect(second).toBeGreaterThan(first);
    expect(sink.progressed[0]?.[1]).toMatch(/^pass \d+ of \d+$/);
  });

  it('of other kinds is refused in words', () => {
    expect(layer.refusal({ wait: { durationMs: 1 } })).toContain(
      'the quantum simulation layer runs circuit work',
    );
    expect(layer.refusal({ circuit: { source: bell } })).toBeUndefined();
  });
});

describe('a circuit at once', () => {
  it('is answered while an attempt computes', async () => {
    const { signal, abort } = abortable();
    const running = layer.start(attemptOf({ circuit: { source: heavy(20, 400) } }), signal, silent);
    const answer = await circuits.simulate({ source: heavy(14, 1), want: { top: 2 } });
    expect(answer.probabilities).toHaveLength(2);
    abort('CANCELLED');
    expect(await running).toMatchObject({ kind: 'CANCELLED' });
  });

  it('has at most 20 qubits', async () => {
    await expect(circuits.simulate({ source: `${head} qubit[21] q; h q;` })).rejects.toMatchObject({
      code: 'CIRCUIT_TOO_LARGE',
      message: expect.stringContaining('21 qubits need 32 MiB, the limit is 16 MiB'),
    });
  });

  it('ends when nobody waits for it', async () => {
    const control = new AbortController();
    const answer = circuits.simulate({ source: heavy(20, 400) }, control.signal);
    setTimeout(() => control.abort(), 50);
    await expect(answer).rejects.toMatchObject({ code: 'CIRCUIT_CANCELLED' });
  });

  it('counts, as attempts do', async () => {
    const before = circuits.statistics();
    await circuits.simulate({ source: bell, shots: 10 });
    await run({ source: bell, shots: 5 });
    const after = circuits.statistics();
    expect(after.circuits - before.circuits).toBe(2);
    expect(after.shots - before.shots).toBe(15);
    expect(after.passes).toBeGreaterThan(before.passes);
    expect(after).toMatchObject({ qubitsMax: 14, threads: 2, memoryLimitBytes: 2 ** 26, qubitsLimit: 22 });
  });
});
