/** Simulations in the test's own thread. */
import type { Circuit } from '../../../src/quantum/circuit.js';
import { LocalMachine } from '../../../src/quantum/engine/local-machine.js';
import { defaultLimits } from '../../../src/quantum/engine/request.js';
import type { Limits, SimulationRequest, SimulationResult } from '../../../src/quantum/engine/request.js';
import { simulate } from '../../../src/quantum/engine/simulate.js';

const local = new LocalMachine();

export function simulated(
  circuit: Circuit,
  request: SimulationRequest = {},
  limits: Partial<Limits> = {},
): SimulationResult {
  return simulate({ circuit, request, limits: { ...defaultLimits, ...limits }, machineOf: local.of });
}

export function stateOf(circuit: Circuit, request: SimulationRequest = {}): Float64Array {
  return simulated(circuit, { ...request, want: { statevector: true } }).statevector as Float64Array;
}

export function probabilitiesOf(circuit: Circuit, request: SimulationRequest = {}): Map<string, number> {
  const { probabilities = [] } = simulated(circuit, { ...request, want: { probabilities: 'ALL' } });
  return new Map(probabilities.map(({ bits, probability }) => [bits, probability]));
}

/** Pearson's statistic, divided by its degrees of freedom, of the outcomes that are expected at least five times. */
export function chiSquarePerDegree(
  counts: Readonly<Record<string, number>>,
  expected: ReadonlyMap<string, number>,
): number {
  const shots = Object.values(counts).reduce((sum, count) => sum + count, 0);
  let [statistic, cells, restCount, restExpected] = [0, 0, shots, shots];
  for (const [bits, probability] of expected) {
    const mean = probability * shots;
    if (mean < 5) continue;
    const count = counts[bits] ?? 0;
    statistic += (count - mean) ** 2 / mean;
    cells++;
    restCount -= count;
    restExpected -= mean;
  }
  if (restExpected >= 5) {
    statistic += (restCount - restExpected) ** 2 / restExpected;
    cells++;
  }
  return statistic / Math.max(1, cells - 1);
}
