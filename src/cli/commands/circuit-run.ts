/**
 * `taskmesh circuit run FILE... [--probabilities | --shots N --seed S] [--noise MODEL.json]`: the outcomes of circuits, exact
 * or counted; no server is asked. With --json one line for each file, also for a faulty one.
 */
import { resolve } from 'node:path';
import type { Circuit } from '../../quantum/circuit.js';
import { histogramSvg, histogramText } from '../../quantum/draw/histogram.js';
import type { QuantumEngine } from '../../quantum/engine/quantum-engine.js';
import { methodOf } from '../../quantum/engine/simulate.js';
import type { Outcome, SimulationRequest, SimulationResult } from '../../quantum/engine/request.js';
import {
  type CircuitFile,
  type ShownFault,
  faultOfRun,
  readCircuitFile,
  showCircuitFault,
  writeText,
} from '../circuit/circuit-file.js';
import { readNoise } from '../circuit/noise-file.js';
import { withQuantumEngine } from '../circuit/simulation.js';
import { EXIT, usageError } from '../cli-error.js';
import { counted } from '../output/counted.js';
import { plainText } from '../output/plain-text.js';
import type { Verb } from '../verb.js';

export interface RunCircuitOptions {
  readonly probabilities?: boolean;
  readonly shots?: number;
  readonly seed?: string;
  readonly noise?: string;
  readonly method?: 'auto' | 'statevector' | 'density-matrix' | 'trajectory';
  readonly set?: Readonly<Record<string, number>>;
  readonly top?: number;
  readonly svg?: string;
}

const defaultShots = 1024;
const defaultTop = 16;
const outcomesInPiece = 10_000;

function byBits(outcomes: readonly Outcome[]): Record<string, number> {
  return Object.fromEntries(outcomes.map(({ bits, probability }) => [bits, probability]));
}

async function requestOf(verb: Verb, options: RunCircuitOptions): Promise<SimulationRequest> {
  const { probabilities = false, shots, seed, noise, method, set } = options;
  if (probabilities && shots !== undefined)
    throw usageError('--probabilities is exact and takes no --shots', 'leave one of the two out');
  if (probabilities && method === 'trajectory')
    throw usageError('--probabilities is exact, and trajectories are not', 'leave --method out');
  const wanted = {
    AUTO: 'auto',
    STATEVECTOR: 'statevector',
    DENSITY_MATRIX: 'density-matrix',
    TRAJECTORY: 'trajectory',
  };
  const found = Object.entries(wanted).find(([, word]) => word === method)?.[0];
  return {
    parameters: set,
    seed,
    noise: noise === undefined ? undefined : await readNoise(noise, verb.shell.cwd),
    method: found as SimulationRequest['method'],
    ...(probabilities ? { want: { probabilities: 'ALL' } } : { shots: shots ?? defaultShots }),
  };
}

/** Trajectories would only come near to probabilities: where those are asked for, noise is exact or refused as too large. */
function exactly(circuit: Circuit, request: SimulationRequest): SimulationRequest {
  return request.want?.probabilities !== undefined && methodOf(circuit, request) === 'TRAJECTORY'
    ? { ...request, method: 'DENSITY_MATRIX' }
    : request;
}

interface Ran {
  readonly file: string;
  readonly circuit: Circuit;
  readonly result: SimulationResult;
}

class CircuitRuns {
  #exitCode: number = EXIT.ok;

  constructor(
    private readonly engine: QuantumEngine,
    private readonly verb: Verb,
    private readonly options: RunCircuitOptions,
    private readonly request: SimulationRequest,
  ) {}

  async all(files: readonly string[]): Promise<number> {
    for (const file of files) await this.#one(await readCircuitFile(file, this.verb.shell.cwd));
    return this.#exitCode;
  }

  async #one(read: CircuitFile): Promise<void> {
    const { file } = read;
    if (!read.ok) return this.#failed(file, read.faults, EXIT.usage);
    const { circuit } = read;
    let result: SimulationResult;
    try {
      result = await this.engine.run(circuit, exactly(circuit, this.request));
    } catch (error) {
      const fault = faultOfRun(error);
      return this.#failed(
        file,
        [fault],
        fault.code === 'UNKNOWN_PARAMETER' || fault.code === 'MISSING_PARAMETER' ? EXIT.usage : EXIT.failed,
      );
    }
    await this.#show({ file, circuit, result });
  }

  #failed(file: string, faults: readonly ShownFault[], exitCode: number): void {
    this.#exitCode = Math.max(this.#exitCode, exitCode);
    const [{ code, message, line, column } = { code: '', message: '', line: null, column: null }] = faults;
    if (this.verb.json) this.verb.line({ file, error: { code, message, line, column } });
    else for (const fault of faults) this.verb.note(plainText(showCircuitFault(file, fault)));
  }

  async #show(ran: Ran): Promise<void> {
    const { svg, top = defaultTop } = this.options;
    if (this.verb.json) this.#line(ran);
    if (this.verb.json && svg === undefined) return;
    const { file, circuit, result } = ran;
    const values = result.counts ?? byBits(result.probabilities ?? []);
    if (svg !== undefined)
      await writeText(resolve(this.verb.shell.cwd, svg), histogramSvg(values, { top }, file));
    if (this.verb.json) return;
    const how =
      result.counts === undefined
        ? 'exact'
        : `${counted(this.request.shots ?? 0, 'shot')}, seed ${result.meta.seed}`;
    const bars = histogramText(values, { top, width: this.verb.shell.stdout.columns ?? 80 });
    const head = plainText(`${file}: ${counted(circuit.qubits, 'qubit')}, ${how}`);
    this.verb.shell.stdout.write(`${head}\n${bars}`);
  }

  #line({ file, circuit: { qubits }, result: { counts, probabilities = [], meta } }: Ran): void {
    if (counts !== undefined)
      return this.verb.line({ file, qubits, shots: this.request.shots, seed: meta.seed, counts });
    const { stdout } = this.verb.shell;
    stdout.write(`{"file":${JSON.stringify(file)},"qubits":${qubits},"probabilities":{`);
    // In pieces: all outcomes of 22 qubits are 190 MB, and an object with so many keys takes as long as the circuit.
    for (let from = 0; from < probabilities.length; from += outcomesInPiece) {
      const piece = probabilities.slice(from, from + outcomesInPiece);
      const entries = piece.map(({ bits, probability }) => `"${bits}":${probability}`);
      stdout.write(`${from === 0 ? '' : ','}${entries.join(',')}`);
    }
    stdout.write('}}\n');
  }
}

export async function runCircuits(
  verb: Verb,
  files: readonly string[],
  options: RunCircuitOptions,
): Promise<number> {
  if (options.svg !== undefined && files.length > 1)
    throw usageError('--svg takes one file only', 'run the files one by one');
  const request = await requestOf(verb, options);
  return withQuantumEngine((engine) => new CircuitRuns(engine, verb, options, request).all(files));
}
