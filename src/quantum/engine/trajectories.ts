/**
 * Noise by samples: every shot draws its errors. Those that do not depend on the state are drawn first, and shots with the
 * same errors share one program, fused across them, and one run where nothing else is left to chance.
 */
import type { Circuit } from '../circuit.js';
import { makeProgram } from '../compile/program-maker.js';
import type { ProgramOptions } from '../compile/program-maker.js';
import { isDynamic } from '../compile/program.js';
import type { Program } from '../compile/program.js';
import type { NoisePlan } from '../noise/noise-plan.js';
import type { Collector } from '../results/collector.js';
import { Execution } from './execution.js';
import { loaded } from './loading.js';
import type { MachineOf } from './loading.js';
import { pick } from './shot-random.js';
import type { ShotRandom } from './shot-random.js';

/** Draws of a shot: the outcome, what the state leaves open, and from here on the errors. */
const ERROR_DRAWS = 1 << 24;

export interface TrajectoryOptions {
  readonly circuit: Circuit;
  readonly options: ProgramOptions;
  readonly plan: NoisePlan;
  readonly random: ShotRandom;
  readonly shots: number;
  readonly machineOf: MachineOf;
}

/** What was run, whatever the method. */
export interface Seen {
  /** Bits that a measurement at the end reads. */
  readonly finalBits: readonly number[];
  readonly passes: number;
  readonly size: number;
  readonly branches: number;
}

/** Of a circuit that measures nothing all qubits are shown, but nothing reads them. */
export function measuredBits(circuit: Circuit, program: Program): number[] {
  const measures = circuit.operations.some((operation) => operation.kind === 'measure');
  return measures ? program.finalBits.map(({ bit }) => bit) : [];
}

interface Pattern {
  readonly choices: readonly number[];
  readonly shots: number[];
}

export class Trajectories {
  readonly #of: TrajectoryOptions;

  constructor(of: TrajectoryOptions) {
    this.#of = of;
  }

  run(collector: Collector): Seen {
    let seen: Seen = { finalBits: [], passes: 0, size: 0, branches: 0 };
    for (const pattern of this.#patterns()) {
      const program = this.#program(pattern);
      const { machine, state } = loaded(
        program,
        this.#of.machineOf,
        isDynamic(program) ? pattern.shots.length : 1,
      );
      const execution = new Execution(machine, program, state, this.#of.plan.readoutOf);
      const runs = this.#runPattern(execution, pattern, collector);
      seen = seenWith(seen, program, runs, measuredBits(this.#of.circuit, program));
    }
    return seen;
  }

  #patterns(): Iterable<Pattern> {
    const { plan, circuit, shots, random } = this.#of;
    const mixtures = plan
      .mixtures(circuit.operations)
      .map((mixture) => mixture.map(({ probability }) => probability));
    const patterns = new Map<string, Pattern>();
    for (let shot = 0; shot < shots; shot++) {
      const choices = mixtures.map((weights, k) => pick(weights, random.at(shot, ERROR_DRAWS + k)));
      const key = choices.join();
      const pattern = patterns.get(key);
      if (pattern === undefined) patterns.set(key, { choices, shots: [shot] });
      else pattern.shots.push(shot);
    }
    return patterns.values();
  }

  #program({ choices }: Pattern): Program {
    const { circuit, options, plan } = this.#of;
    let next = 0;
    return makeProgram(circuit, { ...options, noise: plan.drawn(() => choices[next++] as number) });
  }

  #runPattern(execution: Execution, { shots }: Pattern, collector: Collector): number {
    const { circuit, random } = this.#of;
    if (!isDynamic(execution.program)) {
      execution.run(circuit.bits, () => 0);
      collector.visit(execution, shots.length / this.#of.shots, false);
      collector.sample(
        execution,
        Float64Array.from(shots, (shot) => random.at(shot, 0)),
      );
      return 1;
    }
    for (const shot of shots) {
      let draw = 1;
      execution.run(circuit.bits, (probabilities) => pick(probabilities, random.at(shot, draw++)));
      collector.visit(execution, 1 / this.#of.shots, false);
      collector.sample(execution, Float64Array.of(random.at(shot, 0)));
    }
    return shots.length;
  }
}

function seenWith(seen: Seen, program: Program, runs: number, finalBits: readonly number[]): Seen {
  return {
    finalBits,
    passes: Math.max(seen.passes, program.tape.count),
    size: Math.max(seen.size, program.size),
    branches: seen.branches + runs,
  };
}
