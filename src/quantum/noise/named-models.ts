/**
 * Noise models by name, for those who want errors of a known kind without writing a model. Orders of magnitude of machines,
 * not the calibration of any one of them. Called for work, requests and configuration that name one.
 */
import { didYouMean } from '../../kit/nearest-word.js';
import { QuantumFault } from '../quantum-fault.js';
import type { Channel, NoiseModel } from './noise-model.js';

const depolarizing = (p: number, qubits: 1 | 2): Channel => ({ type: 'depolarizing', p, qubits });

/** Relaxation of times in microseconds. */
const relaxation = (t1: number, t2: number, time: number): Channel => ({
  type: 'thermalRelaxation',
  t1,
  t2,
  time,
});

export const namedModels = {
  /** No errors at all. */
  ideal: {},
  /** Every gate scrambles its qubits: 0.1 % of the time on one, 1 % on two. */
  depolarizing: { gates: { '*1': [depolarizing(0.001, 1)], '*2': [depolarizing(0.01, 2)] } },
  /** T1 100 and T2 80 microseconds; gates of 35 and 300 ns; 1 and 2 % of the bits are misread. */
  superconducting: {
    gates: {
      '*1': [depolarizing(0.0003, 1), relaxation(100, 80, 0.035)],
      '*2': [depolarizing(0.006, 2), relaxation(100, 80, 0.3)],
    },
    readout: [
      [0.99, 0.01],
      [0.02, 0.98],
    ],
  },
  /** Qubits that keep their state for seconds; gates of 10 and 200 microseconds. */
  'trapped-ion': {
    gates: {
      '*1': [depolarizing(0.0002, 1), relaxation(10_000_000, 1_000_000, 10)],
      '*2': [depolarizing(0.004, 2), relaxation(10_000_000, 1_000_000, 200)],
    },
    readout: [
      [0.998, 0.002],
      [0.004, 0.996],
    ],
  },
} as const satisfies Readonly<Record<string, NoiseModel>>;

export const NOISE_MODEL_NAMES = Object.keys(namedModels) as readonly (keyof typeof namedModels)[];

/** Throws NOISE_INVALID. */
export function namedModel(name: string): NoiseModel {
  if (Object.hasOwn(namedModels, name)) return namedModels[name as keyof typeof namedModels];
  const hint = didYouMean(name, NOISE_MODEL_NAMES) ?? `there are ${NOISE_MODEL_NAMES.join(', ')}`;
  throw new QuantumFault('NOISE_INVALID', `there is no noise model ${JSON.stringify(name)}: ${hint}`);
}
