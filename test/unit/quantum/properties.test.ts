/** What holds for every circuit: norm, inverses, commuting gates in any order, seeds, measurements in the middle. */
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../src/kit/random.js';
import { circuit } from '../../../src/quantum/builder.js';
import type { Circuit, Operation } from '../../../src/quantum/circuit.js';
import { adjoint, distance, identity, multiply, unitaryFault } from '../../../src/quantum/gates/matrix.js';
import { unitaryPower } from '../../../src/quantum/gates/eigen.js';
import { standardMatrix, standardShapes } from '../../../src/quantum/gates/standard.js';
import { randomCircuit, someMatrix } from '../../support/quantum/circuits.js';
import { largestDifference } from '../../support/quantum/reference.js';
import { chiSquarePerDegree, probabilitiesOf, simulated, stateOf } from '../../support/quantum/simulation.js';

function norm(state: Float64Array): number {
  return state.reduce((sum, part) => sum + part * part, 0);
}

function inverted({ operations, ...rest }: Circuit): Circuit {
  const back = operations
    .toReversed()
    .map(
      (operation): Operation =>
        operation.kind === 'gate'
          ? { ...operation, unitary: { kind: 'inverse', of: operation.unitary } }
          : operation,
    );
  return { ...rest, operations: [...operations, ...back] };
}

function overlap(a: readonly number[], b: readonly number[]): boolean {
  return a.some((qubit) => b.includes(qubit));
}

/** Neighbours on different qubits change places, as often as chance will have it. */
function shuffled({ operations, ...rest }: Circuit, random: SeededRandom): Circuit {
  const order = [...operations];
  for (let i = 0; i < 10 * order.length; i++) {
    const k = random.int(order.length - 1);
    const [a, b] = [order[k], order[k + 1]] as [Operation, Operation];
    if (a.kind === 'gate' && b.kind === 'gate' && !overlap(a.qubits, b.qubits))
      [order[k], order[k + 1]] = [b, a];
  }
  return { ...rest, operations: order };
}

describe('gates', () => {
  it('are unitary', () => {
    for (const gate of Object.keys(standardShapes) as (keyof typeof standardShapes)[])
      expect(unitaryFault(standardMatrix(gate, [0.3, 1.2, -2.1])), gate).toBeLessThan(1e-15);
  });

  it('have powers that multiply', () => {
    const random = new SeededRandom('powers');
    for (let i = 0; i < 60; i++) {
      const matrix = someMatrix(random, 1 + (i % 3));
      const [a, b] = [0.37, 0.63];
      expect(distance(multiply(unitaryPower(matrix, a), unitaryPower(matrix, b)), matrix)).toBeLessThan(1e-9);
      const back = multiply(unitaryPower(matrix, -1), matrix);
      expect(distance(back, identity(2 ** (1 + (i % 3))))).toBeLessThan(1e-9);
      expect(distance(unitaryPower(matrix, -1), adjoint(matrix))).toBeLessThan(1e-9);
    }
  });

  it.each(['x', 'y', 'z', 'h', 'swap'] as const)('that undo themselves have a square root: %s', (gate) => {
    const root = unitaryPower(standardMatrix(gate, []), 0.5);
    expect(distance(multiply(root, root), standardMatrix(gate, []))).toBeLessThan(1e-12);
  });
});

describe('circuits', () => {
  it('keep the norm, and their inverses lead back', () => {
    for (let seed = 0; seed < 80; seed++) {
      const made = randomCircuit(`inverse ${seed}`, 2 + (seed % 5), 25).build();
      expect(Math.abs(norm(stateOf(made)) - 1), `seed ${seed}`).toBeLessThan(1e-12);
      const back = stateOf(inverted(made));
      expect(Math.abs(back[0] as number), `seed ${seed}`).toBeCloseTo(
        Math.sqrt(norm(back.subarray(0, 2))),
        11,
      );
      expect(norm(back.subarray(2)), `seed ${seed}`).toBeLessThan(1e-20);
    }
  });

  it('do not mind when gates on different qubits change places', () => {
    for (let seed = 0; seed < 60; seed++) {
      const made = randomCircuit(`order ${seed}`, 3 + (seed % 4), 30).build();
      const other = shuffled(made, new SeededRandom(seed));
      expect(largestDifference(stateOf(made), stateOf(other)), `seed ${seed}`).toBeLessThan(1e-12);
    }
  });
});

describe('known values', () => {
  it('let reversible circuits of a hundred qubits run without a state', () => {
    const builder = circuit(100);
    builder.x(0);
    for (let qubit = 1; qubit < 100; qubit++) builder.cx(qubit - 1, qubit);
    builder.swap(3, 99).x(3).cp(0.3, 5, 6);
    const { probabilities, meta } = simulated(builder.build(), { want: { probabilities: 'ALL' } });
    const bits = `${'1'.repeat(96)}0111`;
    expect(probabilities).toEqual([{ bits, probability: 1 }]);
    expect(meta.size).toBe(0);
  });
});

describe('samples', () => {
  const noisy = randomCircuit('samples', 5, 40).measureAll().build();

  it('depend on the seed only', () => {
    const first = simulated(noisy, { shots: 500, seed: 'a' }).counts;
    expect(simulated(noisy, { shots: 500, seed: 'a', fusion: false }).counts).toEqual(first);
    expect(simulated(noisy, { shots: 500, seed: 'b' }).counts).not.toEqual(first);
  });

  it('are distributed as the probabilities are', () => {
    const counts = simulated(noisy, { shots: 20_000, seed: 1 }).counts ?? {};
    expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(20_000);
    expect(chiSquarePerDegree(counts, probabilitiesOf(noisy))).toBeLessThan(1.8);
  });
});

function teleport(theta: number): Circuit {
  const builder = circuit(3, 3).u(theta, 0.4, 0.9, 0).h(1).cx(1, 2).cx(0, 1).h(0).measure(0, 0).measure(1, 1);
  builder.when({ start: 1, size: 1 }, 1, (to) => to.x(2)).when({ start: 0, size: 1 }, 1, (to) => to.z(2));
  return builder.u(-theta, -0.9, -0.4, 2).measure(2, 2).build();
}

describe('measurements in the middle', () => {
  it('teleport a state, in four paths', () => {
    const made = teleport(1.1);
    const { probabilities, meta } = simulated(made, { want: { probabilities: 'ALL' } });
    expect(meta.branches).toBe(4);
    expect(probabilities).toHaveLength(4);
    for (const { bits, probability } of probabilities ?? []) {
      expect(bits[0]).toBe('0');
      expect(probability).toBeCloseTo(0.25, 12);
    }
  });

  it('reset, and measure again what was measured', () => {
    const made = circuit(2).h(0).cx(0, 1).measure(0, 0).reset(0).measure(0, 1).measure(1, 2).build();
    expect([...probabilitiesOf(made).keys()].toSorted()).toEqual(['000', '101']);
  });

  it('keep an answered bit that a later gate on the qubit does not change', () => {
    const made = circuit(1).h(0).measure(0, 0).h(0).measure(0, 1).build();
    for (const probability of probabilitiesOf(made).values()) expect(probability).toBeCloseTo(0.25, 12);
  });

  it('are drawn for each shot where there are more than 64 paths', () => {
    const builder = circuit(1, 8);
    for (let bit = 0; bit < 8; bit++) builder.h(0).measure(0, bit);
    const made = builder.build();
    const { counts = {}, meta } = simulated(made, { shots: 4000, seed: 3 });
    expect(meta.branches).toBe(4000);
    const uniform = new Map(
      Array.from({ length: 256 }, (_, k) => [k.toString(2).padStart(8, '0'), 1 / 256] as const),
    );
    expect(chiSquarePerDegree(counts, uniform)).toBeLessThan(1.5);
    expect(chiSquarePerDegree(counts, probabilitiesOf(made))).toBeLessThan(1.5);
  });
});

describe('expectation values', () => {
  it('are those of the state', () => {
    const made = circuit(3).h(0).cx(0, 1).ry(0.8, 2).build();
    const want = { expectations: ['IXX', 'IYY', 'IZZ', 'ZII', 'XII', 'YII', 'IIZ'] };
    const { expectations } = simulated(made, { want });
    const expected = [1, -1, 1, Math.cos(0.8), Math.sin(0.8), 0, 0];
    for (const [k, text] of want.expectations.entries())
      expect(expectations?.[text], text).toBeCloseTo(expected[k] as number, 13);
    const density = simulated(made, { want, method: 'DENSITY_MATRIX' });
    for (const text of want.expectations)
      expect(density.expectations?.[text], text).toBeCloseTo(expectations?.[text] as number, 13);
  });
});
