/**
 * From circuit work to what the engine is asked. Called by the executor and by the desk that simulates small circuits at once.
 */
import type { Json, JsonObject } from '../../kit/json.js';
import type { CircuitWork } from '../../lifecycle/work.js';
import type { CircuitSource } from '../../quantum/circuit.js';
import { type CircuitStep, circuitOfForm } from '../../quantum/circuit-form.js';
import type { SimulationRequest } from '../../quantum/engine/request.js';
import { namedModel } from '../../quantum/noise/named-models.js';
import type { NoiseModel } from '../../quantum/noise/noise-model.js';
import { readNoiseModel } from '../../quantum/noise/read-noise-model.js';
import { QuantumFault } from '../../quantum/quantum-fault.js';

/** What configuration gives to what a circuit leaves out. */
export interface CircuitDefaults {
  readonly qubits: number;
  /** Undefined: every run draws its own. */
  readonly seed: number | undefined;
  readonly noise: NoiseModel;
}

export interface Simulation {
  readonly source: CircuitSource;
  readonly request: SimulationRequest;
}

const DEFAULT_SHOTS = 1024;
const OFFERED_MAX = 10_000;

function noiseOf(noise: CircuitWork['noise'], defaults: CircuitDefaults): NoiseModel {
  if (noise === undefined) return defaults.noise;
  return typeof noise === 'string' ? namedModel(noise) : readNoiseModel(noise);
}

/** Templates have put anything into their places. */
function parametersOf(given: Json | undefined): Readonly<Record<string, number>> {
  if (given === undefined) return {};
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new QuantumFault('REQUEST_INVALID', 'parameters must be an object of numbers by name');
  for (const [name, value] of Object.entries(given))
    if (typeof value !== 'number')
      throw new QuantumFault(
        'REQUEST_INVALID',
        `parameters.${name} must be a number, got ${JSON.stringify(value).slice(0, 60)}`,
      );
  return given as Readonly<Record<string, number>>;
}

/**
 * Numbers of the DATA sources by name: an output that is a number by its task's key, members of an object by their own.
 * A name that two sources give differently is given by none.
 */
function offeredBy(inputs: JsonObject): Readonly<Record<string, number>> {
  const offered = new Map<string, number>();
  const offer = (name: string, value: Json): void => {
    if (typeof value !== 'number' || offered.size >= OFFERED_MAX) return;
    const known = offered.get(name);
    offered.set(name, known === undefined || known === value ? value : Number.NaN);
  };
  for (const [key, output] of Object.entries(inputs)) {
    offer(key, output);
    if (typeof output === 'object' && output !== null && !Array.isArray(output))
      for (const [name, value] of Object.entries(output)) offer(name, value);
  }
  return Object.fromEntries([...offered].filter(([, value]) => Number.isFinite(value)));
}

function wantOf({ want = {}, shots }: CircuitWork): Pick<SimulationRequest, 'want' | 'shots'> {
  const { counts, probabilities, top, statevector, expectations } = want;
  const asksElse =
    probabilities === true || top !== undefined || statevector === true || expectations !== undefined;
  return {
    shots: (counts ?? !asksElse) ? (shots ?? DEFAULT_SHOTS) : shots,
    want: {
      ...(top !== undefined && { probabilities: top }),
      ...(probabilities === true && { probabilities: 'ALL' as const }),
      ...(statevector === true && { statevector }),
      ...(expectations !== undefined && { expectations }),
    },
  };
}

/** Throws QuantumFault or CircuitError; `work` has passed its check and its templates are filled. */
export function simulationOf(work: CircuitWork, inputs: JsonObject, defaults: CircuitDefaults): Simulation {
  const { source, operations = [], qubits = defaults.qubits, parameters, seed, noise, method } = work;
  return {
    source: source ?? circuitOfForm({ qubits, operations: operations as readonly CircuitStep[] }),
    request: {
      parameters: parametersOf(parameters),
      offered: offeredBy(inputs),
      seed: seed ?? defaults.seed,
      noise: noiseOf(noise, defaults),
      method,
      ...wantOf(work),
    },
  };
}
