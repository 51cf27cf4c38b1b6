/**
 * One simulation from circuit to result, in the thread that calls it: the method is chosen, the program made, its paths run.
 * Called by the engine for small circuits and by the coordinator thread for all others; the machine comes from the caller.
 */
import { bindParameters } from '../angle.js';
import type { Circuit } from '../circuit.js';
import { makeProgram } from '../compile/program-maker.js';
import type { ProgramOptions } from '../compile/program-maker.js';
import { isDynamic } from '../compile/program.js';
import { NoisePlan } from '../noise/noise-plan.js';
import { QuantumFault } from '../quantum-fault.js';
import { Collector } from '../results/collector.js';
import { Execution } from './execution.js';
import { checkSize } from './limits.js';
import { loaded } from './loading.js';
import type { MachineOf } from './loading.js';
import { forEachPath } from './paths.js';
import type { Limits, Method, SimulationRequest, SimulationResult } from './request.js';
import { ShotRandom } from './shot-random.js';
import { measuredBits, Trajectories } from './trajectories.js';
import type { Seen } from './trajectories.js';

/** Sampling goes through all paths up to this many, and draws one for each shot above. */
const SAMPLED_PATHS_MAX = 64;
const EXACT_PATHS_MAX = 2 ** 14;
/** Exact noise up to here: 2^24 entries, 256 MiB. */
const DENSITY_QUBITS_MAX = 12;
export const SHOTS_MAX = 10_000_000;
const TRAJECTORY_SHOTS = 1024;

export interface Simulation {
  readonly circuit: Circuit;
  readonly request: SimulationRequest;
  readonly limits: Limits;
  readonly machineOf: MachineOf;
}

export function simulate(simulation: Simulation): SimulationResult {
  return new Simulator(simulation).run();
}

export function methodOf(
  { qubits }: Circuit,
  { method = 'AUTO', noise }: SimulationRequest,
): Exclude<Method, 'AUTO'> {
  const isNoisy = Object.keys(noise?.gates ?? {}).length > 0 || (noise?.local ?? []).length > 0;
  if (method === 'STATEVECTOR' && isNoisy)
    throw new QuantumFault(
      'REQUEST_INVALID',
      'a state vector knows no noise of gates: use DENSITY_MATRIX or TRAJECTORY',
    );
  if (method !== 'AUTO') return method;
  if (!isNoisy) return 'STATEVECTOR';
  return qubits <= DENSITY_QUBITS_MAX ? 'DENSITY_MATRIX' : 'TRAJECTORY';
}

class Simulator {
  readonly #simulation: Simulation;
  readonly #method: Exclude<Method, 'AUTO'>;
  readonly #shots: number;
  readonly #seed: number | string;
  readonly #random: ShotRandom;
  readonly #plan: NoisePlan;
  readonly #options: ProgramOptions;
  readonly #collector: Collector;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
    const { circuit, request, limits } = simulation;
    this.#method = methodOf(circuit, request);
    this.#shots = request.shots ?? (this.#method === 'TRAJECTORY' ? TRAJECTORY_SHOTS : 0);
    if (!Number.isInteger(this.#shots) || this.#shots < 0 || this.#shots > SHOTS_MAX)
      throw new QuantumFault('REQUEST_INVALID', `shots must be a whole number from 0 to ${SHOTS_MAX}`);
    this.#seed = request.seed ?? Math.floor(performance.timeOrigin + performance.now() * 1000) % 2 ** 32;
    this.#random = new ShotRandom(this.#seed);
    this.#plan = new NoisePlan(request.noise ?? {});
    this.#checkStatevector();
    const isDensity = this.#method === 'DENSITY_MATRIX';
    this.#options = {
      values: bindParameters(circuit.parameters, request.parameters ?? {}, request.offered),
      isFusing: request.fusion ?? true,
      isDensity,
      allow: (size) => checkSize(size, circuit, isDensity, limits),
    };
    this.#collector = new Collector(circuit, request, {
      readout: this.#plan.readoutOf,
      random: this.#random,
      outcomesMax: limits.outcomesMax,
    });
  }

  run(): SimulationResult {
    const start = performance.now();
    const seen = this.#method === 'TRAJECTORY' ? this.#trajectories() : this.#exact();
    const { request, circuit } = this.#simulation;
    const counts = this.#shots > 0 ? this.#collector.counts() : undefined;
    const probabilities = this.#collector.probabilities(seen.finalBits);
    return {
      counts,
      probabilities,
      statevector: this.#collector.statevector,
      expectations: request.want?.expectations && this.#collector.expectations(),
      meta: {
        qubits: circuit.qubits,
        shots: this.#shots,
        method: this.#method,
        passes: seen.passes,
        size: seen.size,
        branches: seen.branches,
        ms: performance.now() - start,
        seed: this.#seed,
      },
    };
  }

  #checkStatevector(): void {
    const { circuit, request, limits } = this.#simulation;
    if (request.want?.statevector !== true) return;
    if (this.#method !== 'STATEVECTOR')
      throw new QuantumFault('REQUEST_INVALID', 'only the method STATEVECTOR has a statevector to answer');
    if (2 ** circuit.qubits > limits.statevectorMax)
      throw new QuantumFault(
        'RESULT_TOO_LARGE',
        `a statevector of ${circuit.qubits} qubits is more than the ${limits.statevectorMax} amplitudes that are answered`,
      );
  }

  #exact(): Seen {
    const { circuit, machineOf, request } = this.#simulation;
    const program = makeProgram(circuit, { ...this.#options, noise: this.#plan.exact });
    const { machine, state } = loaded(program, machineOf);
    const execution = new Execution(machine, program, state, this.#plan.readoutOf);
    const isBranching = isDynamic(program);
    const want = request.want ?? {};
    const isExact =
      want.probabilities !== undefined || (want.expectations ?? []).length > 0 || want.statevector === true;
    const samplesVisited = this.#shots > 0 && (isBranching || program.isDensity);
    const branches = forEachPath(
      execution,
      circuit.bits,
      isExact ? EXACT_PATHS_MAX : SAMPLED_PATHS_MAX,
      (weight) => this.#collector.visit(execution, weight, samplesVisited),
    );
    if (branches === false) return this.#manyPaths(isExact);
    if (want.statevector === true && branches > 1)
      throw new QuantumFault('REQUEST_INVALID', 'measurements in the middle leave more than one statevector');
    const finalBits = measuredBits(circuit, program);
    const uniforms = Float64Array.from({ length: this.#shots }, (_, shot) => this.#random.at(shot, 0));
    if (samplesVisited) this.#collector.sampleVisited(uniforms, finalBits);
    else if (this.#shots > 0) this.#collector.sample(execution, uniforms);
    return { finalBits, passes: program.tape.count, size: program.size, branches };
  }

  #manyPaths(isExact: boolean): Seen {
    if (isExact || this.#method === 'DENSITY_MATRIX')
      throw new QuantumFault(
        'REQUEST_INVALID',
        `measurements in the middle leave more than ${isExact ? EXACT_PATHS_MAX : SAMPLED_PATHS_MAX} paths: ask for counts of a state vector only`,
      );
    return this.#trajectories();
  }

  #trajectories(): Seen {
    const { circuit, machineOf } = this.#simulation;
    const trajectories = new Trajectories({
      circuit,
      options: this.#options,
      plan: this.#plan,
      random: this.#random,
      shots: this.#shots,
      machineOf,
    });
    return trajectories.run(this.#collector);
  }
}
