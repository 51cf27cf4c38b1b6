/**
 * Runs `circuit` work on the quantum engine: never in the server's thread when it takes longer than some milliseconds. Called
 * by the layer of the quantum simulation. What is wrong with a circuit is wrong for good: it is not tried again.
 */
import type { Clock } from '../../kit/clock.js';
import type { StopSignal } from '../../kit/stop.js';
import type { Measured, Outcome } from '../../lifecycle/task.js';
import type { CircuitWork } from '../../lifecycle/work.js';
import { CircuitError } from '../../quantum/circuit-error.js';
import { stateBytes } from '../../quantum/engine/limits.js';
import type { Progress, QuantumEngine } from '../../quantum/engine/quantum-engine.js';
import type { SimulationResult } from '../../quantum/engine/request.js';
import { QuantumFault } from '../../quantum/quantum-fault.js';
import type { AttemptSink, AttemptStart } from '../attempt.js';
import { answerOf } from '../circuit-answer.js';
import type { Executor } from '../executor.js';
import { completed, crashed, failed, ranFor, rejected, stopped } from '../outcome.js';
import { checkOutput } from '../output.js';
import { type CircuitDefaults, simulationOf } from './simulation-of.js';

export interface CircuitOptions {
  readonly defaults: CircuitDefaults;
  readonly outputBytesMax: number;
  /** Told of every circuit that was simulated, for statistics. */
  readonly ran?: (result: SimulationResult) => void;
}

/** What the fault says and where: `line 3, column 5: …`. */
function placed({ message, line, column }: QuantumFault | CircuitError): string {
  return line === undefined ? message : `line ${line}, column ${column ?? 1}: ${message}`;
}

export class CircuitExecutor implements Executor {
  readonly kind = 'circuit';
  readonly #engine: QuantumEngine;
  readonly #options: CircuitOptions;
  readonly #clock: Clock;

  constructor(engine: QuantumEngine, options: CircuitOptions, clock: Clock) {
    this.#engine = engine;
    this.#options = options;
    this.#clock = clock;
  }

  async execute(attempt: AttemptStart, signal: StopSignal, sink: AttemptSink): Promise<Outcome> {
    if (!('circuit' in attempt.work)) return crashed('EXECUTOR_FAULT', 'not circuit work', ranFor(0));
    const beganAt = this.#clock.monotonic();
    const took = (): Measured => ranFor(this.#clock.monotonic() - beganAt);
    try {
      return await this.#run(attempt.work.circuit, attempt, { signal, sink, took });
    } catch (error) {
      if (signal.aborted) return stopped(signal.reason, took());
      if (error instanceof CircuitError || error instanceof QuantumFault)
        return rejected(error.code, placed(error), took());
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#engine.close();
  }

  async #run(
    work: CircuitWork,
    { inputs }: AttemptStart,
    { signal, sink, took }: { signal: StopSignal; sink: AttemptSink; took: () => Measured },
  ): Promise<Outcome> {
    const { defaults, outputBytesMax, ran } = this.#options;
    const { source, request } = simulationOf(work, inputs, defaults);
    const onProgress = ({ passesDone, passesTotal }: Progress): void =>
      sink.progress(passesDone / passesTotal, `pass ${passesDone} of ${passesTotal}`);
    const result = await this.#engine.run(source, request, { signal, onProgress });
    ran?.(result);
    const output = checkOutput(answerOf(result), outputBytesMax);
    const measured = { ...took(), memoryPeakBytes: stateBytes(result.meta.size) };
    return output.ok ? completed(output.output, measured) : failed(output.code, output.message, measured);
  }
}
