/** What a simulation is going to cost, roughly and quickly. Decides what runs in the caller's thread; also told to users. */
import type { Circuit, Unitary } from '../circuit.js';
import { evaluateAngle } from '../angle.js';
import type { BatchRequest } from '../gradient/batch.js';
import { stateBytes } from './limits.js';
import type { SimulationRequest } from './request.js';
import { methodOf } from './simulate.js';

/** Nanoseconds for an amplitude in one pass, in one thread; the plain part of a pass is about 50. */
const NS_PER_AMPLITUDE = 0.5;
const NS_PER_GATE = 2_000;

export interface Estimate {
  /** Elementary gates, definitions opened. */
  readonly gates: number;
  readonly bytes: number;
  readonly ms: number;
}

const weights = new WeakMap<Unitary, number>();

/** Definitions that use each other many times stay cheap to count: every one is counted once. */
function weightOf(unitary: Unitary): number {
  const known = weights.get(unitary);
  if (known !== undefined) return known;
  const weight = countedWeight(unitary);
  weights.set(unitary, weight);
  return weight;
}

function countedWeight(unitary: Unitary): number {
  switch (unitary.kind) {
    case 'standard':
    case 'matrix':
      return 1;
    case 'sequence':
      return unitary.steps.reduce((sum, step) => sum + weightOf(step.unitary), 0);
    case 'power': {
      const times = typeof unitary.exponent === 'number' ? Math.abs(evaluateAngle(unitary.exponent, [])) : 1;
      return Math.max(1, times) * weightOf(unitary.of);
    }
    default:
      return weightOf(unitary.of);
  }
}

export function gatesOf(circuit: Circuit): number {
  return circuit.operations.reduce(
    (sum, operation) => sum + (operation.kind === 'gate' ? weightOf(operation.unitary) : 1),
    0,
  );
}

export function estimate(circuit: Circuit, request: SimulationRequest = {}): Estimate {
  const method = methodOf(circuit, request);
  const size = method === 'DENSITY_MATRIX' ? 2 * circuit.qubits : circuit.qubits;
  const gates = gatesOf(circuit);
  const runs = method === 'TRAJECTORY' ? (request.shots ?? 1024) : pathsOf(circuit);
  const ns = gates * NS_PER_GATE + runs * (gates + 1) * (50 + 2 ** size * NS_PER_AMPLITUDE);
  return { gates, bytes: stateBytes(size), ms: ns / 1e6 };
}

/** An upper bound for the time of a batch: gradients run the circuit for each parameter. */
export function batchMs(circuit: Circuit, request: BatchRequest): number {
  const gates = gatesOf(circuit);
  const once = gates * NS_PER_GATE + (gates + 1) * (50 + 2 ** circuit.qubits * NS_PER_AMPLITUDE);
  const sets = request.sets.length + (request.kind === 'FIDELITIES' ? (request.others?.length ?? 0) : 0);
  const runs = request.kind === 'GRADIENTS' ? 2 * gates : 1;
  const pairs = request.kind === 'FIDELITIES' ? request.sets.length * sets * 2 ** circuit.qubits : 0;
  return (sets * runs * once + pairs) / 1e6;
}

/** Conditions mean measurements in the middle, of which up to 64 paths are run. */
function pathsOf(circuit: Circuit): number {
  const isBranching = circuit.operations.some(
    (operation) =>
      operation.kind === 'reset' || (operation.kind !== 'barrier' && operation.condition !== null),
  );
  return isBranching ? 64 : 1;
}
