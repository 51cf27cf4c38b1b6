/** Gradients: shifted angles, the adjoint method and small differences agree; fidelity kernels are what they say. */
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../src/kit/random.js';
import { circuit } from '../../../src/quantum/builder.js';
import type { CircuitBuilder } from '../../../src/quantum/builder.js';
import type { Angle, Circuit, Unitary } from '../../../src/quantum/circuit.js';
import { defaultLimits } from '../../../src/quantum/engine/request.js';
import { runBatch } from '../../../src/quantum/gradient/batch.js';
import { Differentiator } from '../../../src/quantum/gradient/differentiator.js';
import type { Observable } from '../../../src/quantum/gradient/observable.js';
import { Machine, newMemory } from '../../../src/quantum/kernels/machine.js';
import { addRandomGate, someQubits } from '../../support/quantum/circuits.js';
import { largestDifference } from '../../support/quantum/reference.js';

const machineOf = (bytes: number): Machine => new Machine(newMemory(bytes));
const PARAMETERS = 4;

function someAngle(random: SeededRandom, builder: CircuitBuilder): Angle {
  const parameter = builder.parameter(`p${random.int(PARAMETERS)}`);
  switch (random.int(4)) {
    case 0:
      return parameter;
    case 1:
      return { kind: 'negate', of: parameter };
    case 2:
      return { kind: 'binary', operator: '*', left: 1.7, right: parameter };
    default:
      return {
        kind: 'binary',
        operator: '+',
        left: { kind: 'call', name: 'sin', argument: parameter },
        right: builder.parameter(`p${random.int(PARAMETERS)}`),
      };
  }
}

function someTurn(random: SeededRandom, builder: CircuitBuilder): Unitary {
  const gate = random.pick(['rx', 'ry', 'rz', 'p', 'u'] as const);
  const angles = Array.from({ length: gate === 'u' ? 3 : 1 }, () => someAngle(random, builder));
  return { kind: 'standard', gate, angles };
}

/** Turns with parameters, controlled and not, forwards and back, between gates of any kind. */
function variational(seed: number, qubits: number): Circuit {
  const random = new SeededRandom(`variational ${seed}`);
  const builder = circuit(qubits);
  for (let i = 0; i < PARAMETERS; i++) builder.ry(builder.parameter(`p${i}`), i % qubits);
  for (let i = 0; i < 14; i++) {
    addRandomGate(builder, random, qubits);
    const turn = someTurn(random, builder);
    const [a = 0, b = 0] = someQubits(random, qubits, 2);
    const kind = random.int(6);
    if (kind < 2) builder.unitary('turn', turn, [a]);
    else if (kind === 2) builder.unitary('back', { kind: 'inverse', of: turn }, [a]);
    else if (kind === 3)
      builder.unitary('cturn', { kind: 'controlled', controls: [random.next() < 0.5], of: turn }, [a, b]);
    else if (kind === 4) builder.unitary('thrice', { kind: 'power', exponent: -3, of: turn }, [a]);
    else
      builder.unitary(
        'two',
        { kind: 'standard', gate: random.pick(['rxx', 'ryy', 'rzz']), angles: [someAngle(random, builder)] },
        [a, b],
      );
  }
  return builder.build();
}

function someObservable(random: SeededRandom, qubits: number): Observable {
  return Array.from({ length: 4 }, () => ({
    coefficient: random.next() * 2 - 1,
    pauli: Array.from({ length: qubits }, () => random.pick(['I', 'X', 'Y', 'Z'])).join(''),
  }));
}

describe('gradients', () => {
  it('agree by shift, by adjoint and by small differences, whatever the circuit', () => {
    for (let seed = 0; seed < 40; seed++) {
      const random = new SeededRandom(seed);
      const qubits = 2 + (seed % 4);
      const differentiator = new Differentiator(
        variational(seed, qubits),
        someObservable(random, qubits),
        machineOf,
      );
      const at = Array.from({ length: PARAMETERS }, () => random.next() * 6 - 3);
      const shift = differentiator.gradient(at, 'SHIFT');
      const adjoint = differentiator.gradient(at, 'ADJOINT');
      expect(adjoint.value, `seed ${seed}`).toBeCloseTo(shift.value, 12);
      expect(largestDifference(adjoint.gradient, shift.gradient), `seed ${seed}`).toBeLessThan(1e-11);
      const small = at.map((_, k) => {
        const moved = (by: number): number =>
          differentiator.value(at.map((value, index) => (index === k ? value + by : value)));
        return (moved(1e-5) - moved(-1e-5)) / 2e-5;
      });
      expect(largestDifference(adjoint.gradient, small), `seed ${seed}`).toBeLessThan(1e-7);
      expect(adjoint.gradient.some((slope) => Math.abs(slope) > 1e-3)).toBe(true);
    }
  });

  it('have the closed form of one turn', () => {
    const builder = circuit(1);
    const differentiator = new Differentiator(
      builder.ry(builder.parameter('t'), 0).build(),
      [{ coefficient: 2, pauli: 'Z' }],
      machineOf,
    );
    for (const method of ['SHIFT', 'ADJOINT'] as const) {
      const { value, gradient } = differentiator.gradient([0.7], method);
      expect(value).toBeCloseTo(2 * Math.cos(0.7), 14);
      expect(gradient[0]).toBeCloseTo(-2 * Math.sin(0.7), 14);
    }
  });

  it('agree where states are large enough for many chunks and terms share their slots', () => {
    const builder = circuit(13);
    for (let qubit = 0; qubit < 13; qubit++) builder.ry(builder.parameter(`p${qubit % 3}`), qubit);
    for (let qubit = 1; qubit < 13; qubit++) builder.cx(qubit - 1, qubit);
    const terms = Array.from({ length: 40 }, (_, k) => ({
      coefficient: 1 + k,
      pauli: `${'IXYZ'[k % 4]}${'ZXIY'[k % 4]}`.padStart(13, 'Z'),
    }));
    const differentiator = new Differentiator(builder.build(), terms, machineOf);
    const shift = differentiator.gradient([0.3, 1.1, -0.4], 'SHIFT');
    const adjoint = differentiator.gradient([0.3, 1.1, -0.4], 'ADJOINT');
    expect(adjoint.value).toBeCloseTo(shift.value, 9);
    expect(largestDifference(adjoint.gradient, shift.gradient)).toBeLessThan(1e-9);
  });

  it.each([
    ['reset', (): Circuit => circuit(1).reset(0).build()],
    ['measurements at the end only', (): Circuit => circuit(1).measure(0, 0).h(0).build()],
    [
      'conditions',
      (): Circuit =>
        circuit(1, 1)
          .when({ start: 0, size: 1 }, 1, (to) => to.x(0))
          .build(),
    ],
  ])('are refused where there are none: %s', (word, made) => {
    expect(() => new Differentiator(made(), [{ coefficient: 1, pauli: 'Z' }], machineOf)).toThrow(word);
  });
});

describe('fidelity kernels', () => {
  it('are the squares of the overlaps: 1 on the diagonal, symmetric, cos^2 of half the difference for one turn', () => {
    const builder = circuit(1);
    const turned = builder.ry(builder.parameter('t'), 0).build();
    const sets = [[0], [0.4], [2.5]];
    const { fidelities } = runBatch({
      circuit: turned,
      request: { kind: 'FIDELITIES', sets },
      limits: defaultLimits,
      machineOf,
    });
    const expected = sets.flatMap(([a = 0]) => sets.map(([b = 0]) => Math.cos((a - b) / 2) ** 2));
    expect(largestDifference(fidelities as Float64Array, expected)).toBeLessThan(1e-14);
  });
});
