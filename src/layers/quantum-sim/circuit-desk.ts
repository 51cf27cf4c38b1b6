/**
 * Circuits at once, for callers who wait: on an engine of its own with one thread, so that nobody waits for the circuits of
 * tasks, and small enough that nobody waits long for each other. Made with the layer.
 */
import type { StopSignal } from '../../kit/stop.js';
import type { CircuitWork } from '../../lifecycle/work.js';
import { stateBytes } from '../../quantum/engine/limits.js';
import { QuantumEngine } from '../../quantum/engine/quantum-engine.js';
import type { Limits } from '../../quantum/engine/request.js';
import { QuantumFault } from '../../quantum/quantum-fault.js';
import type { CircuitDescription } from '../../quantum/summary.js';
import { type CircuitDefaults, simulationOf } from '../../work/circuit/simulation-of.js';
import { type CircuitAnswer, answerOf } from '../../work/circuit-answer.js';
import type { CircuitStatistics, Circuits } from '../circuits.js';
import type { QuantumStatistics } from './quantum-statistics.js';

/** A state vector of 16 MiB, which a pass goes through in a few milliseconds. */
const QUBITS_AT_ONCE = 20;
const MS_AT_ONCE = 5_000;
/** Callers who wait; more are told to come back. */
const WAITING_MAX = 100;

export interface CircuitDeskOptions {
  readonly defaults: CircuitDefaults;
  readonly limits: Limits;
  readonly threads: number;
  readonly statistics: QuantumStatistics;
}

export class CircuitDesk implements Circuits {
  readonly #options: CircuitDeskOptions;
  readonly #engine: QuantumEngine;
  #waiting = 0;

  constructor(options: CircuitDeskOptions) {
    this.#options = options;
    const { limits } = options;
    this.#engine = new QuantumEngine({
      threads: 1,
      limits: {
        ...limits,
        qubitsMax: Math.min(limits.qubitsMax, QUBITS_AT_ONCE),
        memoryBytesMax: Math.min(limits.memoryBytesMax, stateBytes(QUBITS_AT_ONCE)),
      },
    });
  }

  async simulate(work: CircuitWork, signal?: StopSignal): Promise<CircuitAnswer> {
    const { source, request } = simulationOf(work, {}, this.#options.defaults);
    return this.#inTime(signal, async (within) => {
      const result = await this.#engine.run(source, request, { signal: within });
      this.#options.statistics.count(result);
      return answerOf(result);
    });
  }

  summarize(source: string): Promise<CircuitDescription> {
    return this.#inTime(undefined, (within) => this.#engine.summarize(source, { signal: within }));
  }

  statistics(): CircuitStatistics {
    const { statistics, limits, threads } = this.#options;
    const { circuits, shots, passes, ms, qubitsMax } = statistics;
    const qubitsLimit = Math.min(
      limits.qubitsMax,
      Math.floor(Math.log2(limits.memoryBytesMax / stateBytes(0))),
    );
    return {
      circuits,
      shots,
      passes,
      ms,
      qubitsMax,
      threads,
      memoryLimitBytes: limits.memoryBytesMax,
      qubitsLimit,
    };
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  /** Ends what takes too long, with the advice to make it a task. */
  async #inTime<Answer>(
    signal: StopSignal | undefined,
    ask: (within: StopSignal) => Promise<Answer>,
  ): Promise<Answer> {
    if (this.#waiting >= WAITING_MAX)
      throw new QuantumFault(
        'BUSY',
        `${WAITING_MAX} circuits are waiting already: try again, or submit a task`,
      );
    const controller = new AbortController();
    const stop = (): void => controller.abort();
    const timer = setTimeout(stop, MS_AT_ONCE);
    signal?.addEventListener('abort', stop, { once: true });
    this.#waiting++;
    try {
      return await ask(controller.signal);
    } catch (error) {
      if (!controller.signal.aborted || signal?.aborted === true) throw error;
      const advice = `submit it as a task, work: { circuit: … }`;
      throw new QuantumFault('CIRCUIT_TOO_LARGE', `it takes longer than ${MS_AT_ONCE / 1000} s: ${advice}`);
    } finally {
      this.#waiting--;
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    }
  }
}
