/** Noise: the closed form of every channel, where it attaches, what is refused, and trajectories against the density matrix. */
import { describe, expect, it } from 'vitest';
import { circuit } from '../../../src/quantum/builder.js';
import type { CircuitBuilder } from '../../../src/quantum/builder.js';
import type { Channel, NoiseModel } from '../../../src/quantum/noise/noise-model.js';
import { NoisePlan } from '../../../src/quantum/noise/noise-plan.js';
import { readNoiseModel } from '../../../src/quantum/noise/read-noise-model.js';
import { randomCircuit } from '../../support/quantum/circuits.js';
import { chiSquarePerDegree, probabilitiesOf, simulated } from '../../support/quantum/simulation.js';

function times(count: number, gate: (to: CircuitBuilder) => void, to: CircuitBuilder): CircuitBuilder {
  for (let i = 0; i < count; i++) gate(to);
  return to;
}

/** The probability of 1 after X and k noisy identities. */
function decayed(channel: Channel, k: number): number {
  const made = times(k, (to) => to.id(0), circuit(1).x(0))
    .measure(0, 0)
    .build();
  return probabilitiesOf(made, { noise: { gates: { id: [channel] } } }).get('1') ?? 0;
}

/** The probability of 0 after H, k noisy identities, and H: what is left of the coherence. */
function coherent(channel: Channel, k: number): number {
  const made = times(k, (to) => to.id(0), circuit(1).h(0))
    .h(0)
    .measure(0, 0)
    .build();
  return probabilitiesOf(made, { noise: { gates: { id: [channel] } } }).get('0') ?? 0;
}

const reset = (zero: number, one: number): Channel => ({ type: 'reset', zero, one });
const half = Math.SQRT1_2;

describe('closed forms', () => {
  it.each<[string, Channel, (k: number) => number, (k: number) => number]>([
    [
      'amplitude damping',
      { type: 'amplitudeDamping', gamma: 0.2 },
      (k) => 0.8 ** k,
      (k) => (1 + 0.8 ** (k / 2)) / 2,
    ],
    ['phase damping', { type: 'phaseDamping', lambda: 0.3 }, () => 1, (k) => (1 + 0.7 ** (k / 2)) / 2],
    [
      'depolarizing',
      { type: 'depolarizing', p: 0.15 },
      (k) => (1 + 0.85 ** k) / 2,
      (k) => (1 + 0.85 ** k) / 2,
    ],
    ['Pauli X', { type: 'pauli', x: 0.1 }, (k) => (1 + 0.8 ** k) / 2, () => 1],
    ['Pauli Y', { type: 'pauli', y: 0.1 }, (k) => (1 + 0.8 ** k) / 2, (k) => (1 + 0.8 ** k) / 2],
    ['Pauli Z', { type: 'pauli', z: 0.1 }, () => 1, (k) => (1 + 0.8 ** k) / 2],
    [
      'thermal relaxation, t2 < t1',
      { type: 'thermalRelaxation', t1: 50, t2: 30, time: 4 },
      (k) => Math.exp((-4 * k) / 50),
      (k) => (1 + Math.exp((-4 * k) / 30)) / 2,
    ],
    [
      'thermal relaxation, t2 > t1, warm',
      { type: 'thermalRelaxation', t1: 50, t2: 90, time: 4, excitedPopulation: 0.25 },
      (k) => 0.25 + 0.75 * Math.exp((-4 * k) / 50),
      (k) => (1 + Math.exp((-4 * k) / 90)) / 2,
    ],
    ['reset to 0', reset(0.2, 0), (k) => 0.8 ** k, (k) => (1 + 0.8 ** k) / 2],
    ['reset to 1', reset(0, 0.2), () => 1, (k) => (1 + 0.8 ** k) / 2],
    [
      'mixed unitary',
      {
        type: 'mixedUnitary',
        terms: [
          {
            probability: 0.75,
            matrix: [
              [1, 0],
              [0, 1],
            ],
          },
          {
            probability: 0.25,
            matrix: [
              [0, [0, -1]],
              [[0, 1], 0],
            ],
          },
        ],
      },
      (k) => (1 + 0.5 ** k) / 2,
      (k) => (1 + 0.5 ** k) / 2,
    ],
    [
      'Kraus',
      {
        type: 'kraus',
        operators: [
          [
            [1, 0],
            [0, half],
          ],
          [
            [0, half],
            [0, 0],
          ],
        ],
      },
      (k) => 0.5 ** k,
      (k) => (1 + half ** k) / 2,
    ],
  ])('of %s', (_name, channel, population, coherence) => {
    for (const k of [0, 1, 3, 7]) {
      expect(decayed(channel, k)).toBeCloseTo(population(k), 12);
      expect(coherent(channel, k)).toBeCloseTo(coherence(k), 12);
    }
  });

  it('of depolarizing on two qubits', () => {
    const made = circuit(2).x(0).cx(0, 1).measureAll().build();
    const noise: NoiseModel = { gates: { cx: [{ type: 'depolarizing', p: 0.32, qubits: 2 }] } };
    const probabilities = probabilitiesOf(made, { noise });
    expect(probabilities.get('11')).toBeCloseTo(0.68 + 0.08, 12);
    for (const bits of ['00', '01', '10']) expect(probabilities.get(bits)).toBeCloseTo(0.08, 12);
  });

  it('of readout errors, also of bits that are read by conditions', () => {
    const readout = [
      [0.9, 0.1],
      [0.2, 0.8],
    ] as const;
    const made = circuit(2).x(0).measure(0, 0);
    made.when({ start: 0, size: 1 }, 1, (to) => to.x(1)).measure(1, 1);
    const probabilities = probabilitiesOf(made.build(), { noise: { readout } });
    expect(probabilities.get('11')).toBeCloseTo(0.8 * 0.8, 12);
    expect(probabilities.get('01')).toBeCloseTo(0.8 * 0.2, 12);
    expect(probabilities.get('00')).toBeCloseTo(0.2 * 0.9, 12);
    expect(probabilities.get('10')).toBeCloseTo(0.2 * 0.1, 12);
  });
});

describe('noise attaches', () => {
  const certain: Channel = { type: 'pauli', x: 1 };

  it('to the name first, then to the number of qubits, and to given qubits before both', () => {
    const made = circuit(3).id(0).id(1).h(2).h(2).measureAll().build();
    const model: NoiseModel = {
      gates: { '*1': [certain], h: [] },
      local: [{ gate: 'id', qubits: [1], channels: [] }],
    };
    expect([...probabilitiesOf(made, { noise: model }).keys()]).toEqual(['001']);
  });

  it('to a gate as written, once, whatever it is made of', () => {
    const made = circuit(2).swap(0, 1).measureAll().build();
    expect([...probabilitiesOf(made, { noise: { gates: { '*2': [certain] } } }).keys()]).toEqual(['11']);
    expect([...probabilitiesOf(made, { noise: { gates: { cx: [certain] } } }).keys()]).toEqual(['00']);
  });
});

describe('what is no noise is refused', () => {
  it.each<[string, Channel, string]>([
    ['a probability above 1', { type: 'amplitudeDamping', gamma: 1.2 }, 'gamma is 1.2'],
    ['no number', { type: 'phaseDamping', lambda: Number.NaN }, 'lambda is NaN'],
    ['t2 above 2 t1', { type: 'thermalRelaxation', t1: 10, t2: 21, time: 1 }, 'more than 2 t1 = 20'],
    ['too many errors', { type: 'pauli', x: 0.5, y: 0.4, z: 0.2 }, 'sum to more than 1'],
    [
      'operators that lose probability',
      {
        type: 'kraus',
        operators: [
          [
            [1, 0],
            [0, 0.9],
          ],
        ],
      },
      'preserve the trace',
    ],
    [
      'a matrix that is not unitary',
      {
        type: 'mixedUnitary',
        terms: [
          {
            probability: 1,
            matrix: [
              [1, 1],
              [0, 1],
            ],
          },
        ],
      },
      'not unitary',
    ],
    [
      'probabilities that do not sum to 1',
      {
        type: 'mixedUnitary',
        terms: [
          {
            probability: 0.5,
            matrix: [
              [1, 0],
              [0, 1],
            ],
          },
        ],
      },
      'preserve the trace',
    ],
    [
      'a channel that nobody knows',
      { type: 'gremlins' } as unknown as Channel,
      'gremlins: no channel has this type',
    ],
  ])('%s', (_name, channel, message) => {
    expect(() => new NoisePlan({ gates: { cx: [channel] } })).toThrow(message);
    expect(() => new NoisePlan({ gates: { cx: [channel] } })).toThrow("noise of 'cx'");
  });

  it('readout that is no probability', () => {
    expect(
      () =>
        new NoisePlan({
          readout: [
            [0.9, 0.2],
            [0, 1],
          ],
        }),
    ).toThrow('each row must sum to 1');
  });
});

describe('a model from outside', () => {
  it('is read as it stands', () => {
    const model = {
      gates: { '*1': [{ type: 'depolarizing', p: 0.01, qubits: 1 }], cx: [{ type: 'pauli', x: 0.02 }] },
      local: [
        {
          gate: 'cx',
          qubits: [0, 1],
          channels: [
            {
              type: 'kraus',
              operators: [
                [
                  [1, 0],
                  [0, [0, 1]],
                ],
              ],
            },
          ],
        },
      ],
      readout: [
        [0.9, 0.1],
        [0.2, 0.8],
      ],
    };
    expect(readNoiseModel(JSON.parse(JSON.stringify(model)))).toEqual(model);
  });

  it.each<[string, unknown, string]>([
    ['no object', [], 'the noise model'],
    ['an unknown key', { gate: {} }, 'gate'],
    ['an unknown channel', { gates: { x: [{ type: 'gremlins' }] } }, 'gates.x.0.type'],
    ['a misspelt field', { gates: { x: [{ type: 'amplitudeDamping', gama: 0.1 }] } }, 'gates.x.0'],
    ['a text for a number', { gates: { x: [{ type: 'phaseDamping', lambda: '0.1' }] } }, 'gates.x.0.lambda'],
    ['no channel', { gates: { x: [{ type: 'amplitudeDamping', gamma: 2 }] } }, "noise of 'x'"],
    ['no readout', { readout: [[1, 0]] }, 'readout'],
  ])('is refused where it is %s, by its path', (_name, value, path) => {
    expect(() => readNoiseModel(value)).toThrow(path);
  });
});

describe('trajectories', () => {
  it.each<[string, NoiseModel]>([
    [
      'errors that are drawn first',
      {
        gates: {
          '*1': [{ type: 'depolarizing', p: 0.05 }],
          '*2': [{ type: 'depolarizing', p: 0.1, qubits: 2 }],
        },
      },
    ],
    [
      'errors that depend on the state',
      {
        gates: {
          '*1': [{ type: 'amplitudeDamping', gamma: 0.1 }],
          '*2': [{ type: 'thermalRelaxation', t1: 30, t2: 20, time: 2 }],
        },
      },
    ],
    [
      'both, with readout',
      {
        gates: {
          '*1': [{ type: 'pauli', x: 0.02, z: 0.03 }],
          cx: [{ type: 'phaseDamping', lambda: 0.2 }, reset(0.05, 0.05)],
        },
        readout: [
          [0.95, 0.05],
          [0.1, 0.9],
        ],
      },
    ],
  ])('are distributed as the density matrix says: %s', (_name, noise) => {
    const made = randomCircuit('trajectories', 3, 14).measureAll().build();
    const exact = probabilitiesOf(made, { noise, method: 'DENSITY_MATRIX' });
    let total = 0;
    for (const probability of exact.values()) total += probability;
    expect(total).toBeCloseTo(1, 10);
    const { counts = {}, meta } = simulated(made, { noise, method: 'TRAJECTORY', shots: 3000, seed: 7 });
    expect(meta.method).toBe('TRAJECTORY');
    expect(chiSquarePerDegree(counts, exact)).toBeLessThan(2.6);
    const again = simulated(made, { noise, method: 'TRAJECTORY', shots: 3000, seed: 7 });
    expect(again.counts).toEqual(counts);
  });

  it('share one run where they share their errors', () => {
    const made = circuit(4).h(0).cx(0, 1).cx(1, 2).cx(2, 3).measureAll().build();
    const noise: NoiseModel = { gates: { cx: [{ type: 'pauli', x: 0.01 }] } };
    const { meta } = simulated(made, { noise, method: 'TRAJECTORY', shots: 2000, seed: 5 });
    expect(meta.branches).toBeLessThan(40);
  });
});
