/** The engine reads texts itself: short ones at once, long ones in its thread, and tells every fault of both. */
import { performance } from 'node:perf_hooks';
import { afterAll, describe, expect, it } from 'vitest';
import { QuantumEngine } from '../../../src/quantum/engine/quantum-engine.js';

const engine = new QuantumEngine({ threads: 1 });
afterAll(() => engine.close());

const head = 'OPENQASM 3; include "stdgates.inc"; qubit[2] q; bit[2] c;';
const long = (body: string): string => `${head}\n${'h q[0]; h q[0];\n'.repeat(20_000)}${body}`;
/** Short, and yet more operations than anybody else should wait for. */
const doubling = `${head}\n${Array.from({ length: 18 }, (_, n) => `gate g${n} a { ${n === 0 ? 'x a; x a;' : `g${n - 1} a; g${n - 1} a;`} }`).join('\n')}\ng17 q[0];`;

describe('a text', () => {
  it.each([
    ['short', `${head} x q[1]; c = measure q;`],
    ['long', long('x q[1]; c = measure q;')],
    ['that unfolds', `${doubling} x q[1]; c = measure q;`],
  ])('that is %s is run', async (_, text) => {
    const { counts, meta } = await engine.run(text, { shots: 10, seed: 1 });
    expect(counts).toEqual({ '10': 10 });
    expect(meta).toMatchObject({ qubits: 2, shots: 10, seed: 1 });
  });

  it.each([
    ['short', `${head}\nfoo q[0];\nx q[5];`, 2],
    ['long', long('\nfoo q[0];\nx q[5];'), 20_003],
  ])('that is %s and wrong is refused with all that is wrong', async (_, text, line) => {
    const faults = [
      { code: 'UNKNOWN_GATE', line, column: 1 },
      { code: 'INDEX_OUT_OF_RANGE', line: line + 1, column: 5 },
    ];
    const refused = {
      name: 'CircuitError',
      code: 'UNKNOWN_GATE',
      line,
      faults: faults.map((one) => expect.objectContaining(one)),
    };
    await expect(engine.run(text)).rejects.toMatchObject(refused);
    await expect(engine.summarize(text)).rejects.toMatchObject(refused);
  });

  it('is summarized', async () => {
    const short = await engine.summarize(`${head} h q[0]; cx q[0], q[1]; c = measure q;`);
    expect(short).toMatchObject({ qubits: 2, bits: 2, depth: 3, gates: { h: 1, cx: 1 }, measurements: 2 });
    expect(await engine.summarize(long(''))).toMatchObject({ gates: { h: 40_000 }, depth: 40_000 });
  });

  it('of a megabyte is read beside the event loop', async () => {
    const text = `${head}\n${'cx q[0], q[1];\n'.repeat(70_000)}`;
    const shares: number[] = [];
    // What blocks would keep the loop busy all the time, every time.
    while (shares.length < 6 && !shares.some((share) => share < 0.25)) {
      const before = performance.eventLoopUtilization();
      await engine.summarize(text);
      shares.push(performance.eventLoopUtilization(before).utilization);
    }
    expect(Math.min(...shares)).toBeLessThan(0.25);
  });
});

describe('parameters', () => {
  const text = `${head} input float theta; input float phi; rx(theta) q[0]; rx(phi) q[1]; c = measure q;`;

  it('that are not given are taken from what is offered', async () => {
    const { counts } = await engine.run(text, {
      shots: 5,
      parameters: { phi: Math.PI },
      offered: { theta: 0, phi: 0, energy: 3 },
    });
    expect(counts).toEqual({ '10': 5 });
  });

  it('that nobody gives are missed', async () => {
    await expect(engine.run(text, { offered: { theta: 0 } })).rejects.toMatchObject({
      code: 'MISSING_PARAMETER',
      message: expect.stringContaining('phi has no value'),
    });
  });
});
