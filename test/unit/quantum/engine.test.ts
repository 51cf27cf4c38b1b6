/** The engine with its threads: the same results with any number of them, cancelling, limits, and a free event loop. */
import { performance } from 'node:perf_hooks';
import { afterAll, describe, expect, it } from 'vitest';
import { circuit } from '../../../src/quantum/builder.js';
import type { Circuit } from '../../../src/quantum/circuit.js';
import { QuantumEngine } from '../../../src/quantum/engine/quantum-engine.js';
import { brickwork, randomCircuit } from '../../support/quantum/circuits.js';
import { largestDifference, referenceState } from '../../support/quantum/reference.js';

const one = new QuantumEngine({ threads: 1 });
const two = new QuantumEngine({ threads: 2 });
const three = new QuantumEngine({ threads: 3 });
afterAll(() => Promise.all([one, two, three].map((engine) => engine.close())));

function deep(qubits: number, layers: number): Circuit {
  return brickwork(qubits, layers, 'deep');
}

describe('threads', () => {
  it.each([
    ['brickwork', brickwork(15, 6, 'threads')],
    ['a random circuit', randomCircuit('threads', 14, 60).build()],
  ])('make no difference to %s, and all agree with the plain engine', async (_name, made) => {
    const want = { statevector: true };
    const states = await Promise.all([one, two, three].map((engine) => engine.run(made, { want })));
    const expected = referenceState(made);
    for (const { statevector } of states) {
      expect(statevector).toEqual(states[0]?.statevector);
      expect(largestDifference(statevector as Float64Array, expected)).toBeLessThan(1e-12);
    }
  });

  it('make no difference to samples, paths and expectations', async () => {
    const builder = randomCircuit('paths', 14, 40);
    builder.measure(0, 0).h(0).measure(1, 1).reset(1);
    builder
      .when({ start: 0, size: 2 }, 2, (to) => to.x(2))
      .measure(2, 2)
      .measure(5, 3);
    const request = { shots: 300, seed: 9, want: { expectations: [`${'I'.repeat(8)}XYZZIX`] } };
    const [a, b] = await Promise.all([one.run(builder.build(), request), two.run(builder.build(), request)]);
    expect(b.counts).toEqual(a.counts);
    expect(b.expectations).toEqual(a.expectations);
    expect(a.meta.branches).toBeGreaterThan(1);
  });

  it('run small circuits after large ones and large ones again', async () => {
    for (const qubits of [14, 3, 16, 14, 17]) {
      const { probabilities } = await two.run(
        circuit(qubits)
          .h(0)
          .cx(0, qubits - 1)
          .measureAll()
          .build(),
        {
          want: { probabilities: 5 },
        },
      );
      expect(probabilities?.map(({ probability }) => probability)).toEqual([
        expect.closeTo(0.5, 14),
        expect.closeTo(0.5, 14),
      ]);
    }
  });
});

describe('limits', () => {
  it('refuse before anything is allocated, and say what it would have taken', async () => {
    const engine = new QuantumEngine({ threads: 2, limits: { memoryBytesMax: 128 * 2 ** 20 } });
    const before = process.memoryUsage().rss;
    await expect(engine.run(deep(24, 2))).rejects.toMatchObject({
      code: 'CIRCUIT_TOO_LARGE',
      message: '24 qubits need 256 MiB, the limit is 128 MiB',
    });
    await expect(
      engine.run(deep(12, 2), { method: 'DENSITY_MATRIX', want: { probabilities: 1 } }),
    ).rejects.toMatchObject({
      message:
        'a density matrix of 12 qubits needs 256 MiB, the limit is 128 MiB; the method TRAJECTORY needs less',
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(120 * 2 ** 20);
    await engine.close();
  });

  it('hold for 60 qubits as for 28', async () => {
    await expect(two.run(deep(60, 2))).rejects.toMatchObject({
      message: '60 qubits need 16 EiB, the limit is 1 GiB',
    });
  });

  it.each([
    [{ shots: -1 }, 'shots must be a whole number'],
    [{ shots: 1.5 }, 'shots must be a whole number'],
    [{ parameters: { alpha: 1 } }, 'no parameter alpha'],
    [{ want: { expectations: ['XQ'] } }, "the Pauli string 'XQ'"],
    [
      { method: 'STATEVECTOR', noise: { gates: { h: [{ type: 'phaseDamping', lambda: 0.1 }] } } },
      'knows no noise',
    ],
  ] as const)('refuse %j', async (request, message) => {
    await expect(two.run(circuit(2).h(0).build(), request)).rejects.toThrow(message);
  });
});

describe('a long simulation', () => {
  it('is cancelled between two passes, and the next one runs', async () => {
    const control = new AbortController();
    const seen: number[] = [];
    const long = two.run(
      deep(20, 400),
      {},
      {
        signal: control.signal,
        onProgress: ({ passesDone, passesTotal }) => {
          seen.push(passesDone / passesTotal);
          control.abort();
        },
      },
    );
    await expect(long).rejects.toMatchObject({ code: 'CIRCUIT_CANCELLED' });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.at(-1)).toBeLessThan(1);
    const { probabilities } = await two.run(deep(14, 3), { want: { probabilities: 3 } });
    expect(probabilities).toHaveLength(3);
  });

  it('is cancelled while it waits', async () => {
    const control = new AbortController();
    const first = two.run(deep(18, 20));
    const second = two.run(deep(18, 20), {}, { signal: control.signal });
    control.abort();
    await expect(second).rejects.toMatchObject({ code: 'CIRCUIT_CANCELLED' });
    await expect(first).resolves.toMatchObject({ meta: { size: 18 } });
  });

  it('leaves the event loop free: less than 20 ms of it in all while 24 qubits are simulated', async () => {
    const made = deep(24, 2);
    await one.run(deep(14, 1));
    const actives: number[] = [];
    // A loaded machine takes the processor away for longer than that; what blocks would block every time.
    while (actives.length < 6 && !actives.some((active) => active < 20)) {
      const before = performance.eventLoopUtilization();
      const { meta } = await one.run(made);
      actives.push(performance.eventLoopUtilization(before).active);
      expect(meta).toMatchObject({ size: 24, method: 'STATEVECTOR' });
      expect(meta.ms).toBeGreaterThan(50);
    }
    expect(Math.min(...actives)).toBeLessThan(20);
  });

  it('ends with its engine', async () => {
    const engine = new QuantumEngine({ threads: 2 });
    const [running] = await Promise.allSettled([engine.run(deep(20, 200)), engine.close()]);
    expect(running).toMatchObject({ status: 'rejected', reason: { code: 'CIRCUIT_CANCELLED' } });
  });
});
