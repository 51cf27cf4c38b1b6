/** Outcomes of large states: only what is answered becomes text, whatever the state could show. */
import { afterAll, describe, expect, it } from 'vitest';
import { circuit } from '../../../src/quantum/builder.js';
import { QuantumEngine } from '../../../src/quantum/engine/quantum-engine.js';

const engine = new QuantumEngine({ threads: 2 });
const narrow = new QuantumEngine({ threads: 1, limits: { outcomesMax: 4 } });
afterAll(() => Promise.all([engine.close(), narrow.close()]));

function dense(qubits: number, bits = 0) {
  const made = circuit(qubits, bits);
  for (let qubit = 0; qubit < qubits; qubit++) made.ry(0.3 + qubit / 10, qubit);
  return made;
}

const chance = (qubit: number, value: number): number =>
  (value === 1 ? Math.sin : Math.cos)((0.3 + qubit / 10) / 2) ** 2;

/** Of a product state: every outcome, the most probable first. */
function expected(qubits: number): { bits: string; probability: number }[] {
  const all = Array.from({ length: 2 ** qubits }, (_, index) => {
    const bits = index.toString(2).padStart(qubits, '0');
    const probability = [...bits].reduce((p, bit, k) => p * chance(qubits - 1 - k, Number(bit)), 1);
    return { bits, probability };
  });
  return all.sort((a, b) => b.probability - a.probability);
}

describe('the most probable outcomes', () => {
  it('are those of all of them, in their order', async () => {
    const all = expected(12);
    for (const count of [1, 7, 700, 5_000]) {
      const { probabilities = [] } = await engine.run(dense(12).build(), { want: { probabilities: count } });
      expect(probabilities.map(({ bits }) => bits)).toEqual(all.slice(0, count).map(({ bits }) => bits));
      for (const [k, { probability }] of probabilities.entries())
        expect(probability).toBeCloseTo(all[k]?.probability ?? Number.NaN, 12);
    }
  });

  it('of equals are those with the smallest bits', async () => {
    const made = circuit(20);
    for (let qubit = 0; qubit < 20; qubit++) made.h(qubit);
    const { probabilities = [] } = await engine.run(made.build(), { want: { probabilities: 3 } });
    expect(probabilities.map(({ bits }) => Number.parseInt(bits, 2))).toEqual([0, 1, 2]);
  });

  it('of 22 qubits in superposition are found without naming the four million others', async () => {
    const { probabilities = [] } = await engine.run(dense(22).build(), { want: { probabilities: 2 } });
    const best = Array.from({ length: 22 }, (_, k) =>
      chance(21 - k, 1) > chance(21 - k, 0) ? '1' : '0',
    ).join('');
    expect(probabilities[0]?.bits).toBe(best);
    expect(probabilities).toHaveLength(2);
  });

  it('have the bits of wide registers too', async () => {
    const made = dense(3, 40).measure(0, 0).measure(1, 25).measure(2, 39);
    const { probabilities = [], counts = {} } = await engine.run(made.build(), {
      shots: 100,
      seed: 1,
      want: { probabilities: 'ALL' },
    });
    expect(probabilities).toHaveLength(8);
    expect(probabilities.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
    expect(probabilities[0]?.bits).toBe('0'.repeat(40));
    for (const bits of Object.keys(counts)) expect(bits).toMatch(/^[01]0{13}[01]0{24}[01]$/);
  });

  it('of few qubits in a wide register take no table of it: 24 bits would be 128 MiB in the thread that asks', async () => {
    const before = process.memoryUsage().arrayBuffers;
    const made = dense(2, 24).measure(0, 0).measure(1, 23);
    const { probabilities = [] } = await engine.run(made.build(), { want: { probabilities: 'ALL' } });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
    expect(probabilities.map(({ bits }) => bits)).toHaveLength(4);
    expect(probabilities[0]?.bits).toBe('0'.repeat(24));
  });

  it('pass through readout errors and measurements in the middle', async () => {
    const made = circuit(2, 2).h(0).measure(0, 0).reset(0).measure(1, 1);
    const readout = [
      [0.9, 0.1],
      [0.2, 0.8],
    ] as const;
    const { probabilities = [] } = await engine.run(made.build(), {
      noise: { readout },
      want: { probabilities: 'ALL' },
    });
    const found = Object.fromEntries(probabilities.map(({ bits, probability }) => [bits, probability]));
    const one = 0.5 * 0.1 + 0.5 * 0.8;
    expect(found['00']).toBeCloseTo((1 - one) * 0.9, 12);
    expect(found['01']).toBeCloseTo(one * 0.9, 12);
    expect(found['10']).toBeCloseTo((1 - one) * 0.1, 12);
    expect(found['11']).toBeCloseTo(one * 0.1, 12);
  });
});

describe('more outcomes than may be answered', () => {
  it.each([{ want: { probabilities: 'ALL' as const } }, { shots: 1000 }])(
    'are refused: %j',
    async (request) => {
      await expect(narrow.run(dense(3).build(), request)).rejects.toMatchObject({ code: 'RESULT_TOO_LARGE' });
      const { probabilities } = await narrow.run(dense(2).build(), { want: { probabilities: 'ALL' } });
      expect(probabilities).toHaveLength(4);
    },
  );
});
