/** The closed form of the feature map is what the engine makes of its circuit, and one observable stands for all landmarks. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseColumns } from '../../../../src/learning/kernel/column-choice.js';
import {
  ANGLES,
  featureMap,
  MappedState,
  QUBITS,
  writeAngles,
} from '../../../../src/learning/kernel/feature-map.js';
import { ridge, sharesOf } from '../../../../src/learning/kernel/nystrom.js';
import { expectation, observableOf } from '../../../../src/learning/kernel/state-observable.js';
import { solvePositive } from '../../../../src/learning/dense.js';
import { SeededRandom } from '../../../../src/kit/random.js';
import { LocalMachine } from '../../../../src/quantum/engine/local-machine.js';
import { defaultLimits } from '../../../../src/quantum/engine/request.js';
import { runBatch } from '../../../../src/quantum/gradient/batch.js';
import { Differentiator } from '../../../../src/quantum/gradient/differentiator.js';
import { largestDifference } from '../../../support/quantum/reference.js';

const machineOf = new LocalMachine().of;
const engine = new Differentiator(featureMap(), [{ coefficient: 1, pauli: 'IIIIII' }], machineOf);
const numbers = fc.array(fc.double({ min: -7, max: 7, noNaN: true }), {
  minLength: QUBITS,
  maxLength: QUBITS,
});

function anglesOf(of: readonly number[]): number[] {
  const angles = new Float64Array(ANGLES);
  writeAngles(Float64Array.from(of), angles);
  return [...angles];
}

const stateOf = (of: readonly number[]): Float64Array => engine.stateOf(anglesOf(of)).slice();

describe('the feature map', () => {
  it('has the same amplitudes in closed form as the engine finds for its circuit', () => {
    const state = new MappedState();
    fc.assert(
      fc.property(numbers, (of) => {
        const wanted = stateOf(of);
        state.map(Float64Array.from(of));
        const found = [...state.re].flatMap((re, z) => [re, state.im[z] as number]);
        expect(largestDifference(found, wanted)).toBeLessThan(1e-11);
      }),
    );
  });

  it('turns the phase of a qubit by 2x and of a pair by 2(π − x)(π − y)', () => {
    const angles = anglesOf([0.1, 0.2, 0, 0, 0, Math.PI]);
    expect(angles.slice(0, 2)).toEqual([0.2, 0.4]);
    expect(angles[QUBITS]).toBeCloseTo(2 * (Math.PI - 0.1) * (Math.PI - 0.2), 12);
    expect(angles.at(-1)).toBe(0);
  });
});

describe('an observable', () => {
  it('has as its expectation value the weighted fidelities that the engine finds one by one', () => {
    const state = new MappedState();
    const landmarkSets = fc.array(numbers, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(landmarkSets, numbers, fc.integer(), (landmarks, of, seed) => {
        const random = new SeededRandom(seed);
        const weights = Float64Array.from(landmarks, () => 2 * random.next() - 1);
        const request = {
          kind: 'FIDELITIES',
          sets: [anglesOf(of)],
          others: landmarks.map(anglesOf),
        } as const;
        const { fidelities } = runBatch({ circuit: featureMap(), request, limits: defaultLimits, machineOf });
        const wanted = weights.reduce((sum, weight, m) => sum + weight * (fidelities?.[m] as number), 0);
        state.map(Float64Array.from(of));
        expect(expectation(observableOf(landmarks.map(stateOf), weights), state)).toBeCloseTo(wanted, 10);
      }),
      { numRuns: 30 },
    );
  });
});

describe('ridge regression over landmarks', () => {
  it('solves what it says: matrix times answer is the right side', () => {
    const matrix = Float64Array.of(4, 1, 0, 1, 3, -1, 0, -1, 2);
    const x = solvePositive(matrix, Float64Array.of(1, 2, 3)) as Float64Array;
    expect(4 * (x[0] as number) + (x[1] as number)).toBeCloseTo(1, 12);
    expect((x[0] as number) + 3 * (x[1] as number) - (x[2] as number)).toBeCloseTo(2, 12);
    expect(-(x[1] as number) + 2 * (x[2] as number)).toBeCloseTo(3, 12);
    expect(solvePositive(Float64Array.of(1, 2, 2, 1), Float64Array.of(1, 1))).toBeNull();
  });

  it('finds weights that made the targets, and lets them shrink as the ridge grows', () => {
    const random = new SeededRandom('ridge');
    const some = (count: number): Float64Array[] =>
      Array.from({ length: count }, () => stateOf(Array.from({ length: QUBITS }, () => random.next())));
    const landmarks = some(4);
    const shares = sharesOf(some(40), landmarks);
    const made = Float64Array.of(1, -2, 0.5, 3);
    const found = ridge(shares, shares.times(made), landmarks, 1e-12) as Float64Array;
    for (const [m, weight] of made.entries()) expect(found[m]).toBeCloseTo(weight, 5);
    const shrunk = ridge(shares, shares.times(made), landmarks, 100) as Float64Array;
    expect(Math.hypot(...shrunk)).toBeLessThan(Math.hypot(...made) / 10);
  });
});

describe('the choice of columns', () => {
  it('takes the one that explains most, then what explains the rest, and no copy of either', () => {
    const random = new SeededRandom('columns');
    const table: number[] = [];
    const targets: number[] = [];
    for (let i = 0; i < 200; i++) {
      const [a, b, c] = [random.next() - 0.5, random.next() - 0.5, random.next() - 0.5];
      table.push(c, a, a, 2 * a, b);
      targets.push(3 * a + b);
    }
    const chosen = chooseColumns(Float64Array.from(table), 5, Float64Array.from(targets), 3);
    expect([[1, 2, 3].includes(chosen[0] as number), chosen[1]]).toEqual([true, 4]);
    expect(chosen.length === 2 || chosen[2] === 0).toBe(true);
  });

  it('takes none where all columns are constant', () => {
    expect(chooseColumns(new Float64Array(12), 3, Float64Array.of(1, 2, 3, 4), 2)).toEqual([]);
  });
});
