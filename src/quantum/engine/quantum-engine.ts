/**
 * The engine as the rest of the program sees it: small simulations run at once in the caller's thread, all others one after
 * another in the coordinator thread and its crew, which are started on first use. `close` ends the threads.
 */
import { Worker } from 'node:worker_threads';
import { assert } from '../../kit/assert.js';
import { ownProgram } from '../../kit/own-program.js';
import { CircuitError } from '../circuit-error.js';
import type { Circuit } from '../circuit.js';
import type { BatchRequest, BatchResult } from '../gradient/batch.js';
import { header } from '../kernels/machine.js';
import { QuantumFault } from '../quantum-fault.js';
import { carryOut } from './carry-out.js';
import type { Answer, FromCoordinator, Order } from './coordinator-messages.js';
import { batchMs, estimate, gatesOf } from './estimate.js';
import { LocalMachine } from './local-machine.js';
import { defaultLimits } from './request.js';
import type { Limits, SimulationRequest, SimulationResult } from './request.js';

/** What the caller's thread may be kept busy with. */
const LOCAL_MS_MAX = 4;
/** Drawing and counting one outcome. */
const MS_PER_SHOT = 0.001;
/** More elementary gates than this are a mistake, or an attack: definitions double with every level. */
const GATES_MAX = 20_000_000;
/** Between two looks at the progress. */
const PROGRESS_MS = 100;
/** A cancelled simulation that has not stopped by then (it was compiling, or sampling) loses its thread. */
const CANCEL_PATIENCE_MS = 1_000;

export interface Progress {
  readonly passesDone: number;
  readonly passesTotal: number;
}

export interface Watch {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface EngineOptions {
  readonly threads: number;
  readonly limits?: Partial<Limits>;
}

interface Job {
  readonly order: Order;
  readonly watch: Watch;
  readonly resolve: (result: Answer) => void;
  readonly reject: (fault: Error) => void;
  readonly cancel: () => void;
}

function cancelled(): QuantumFault {
  return new QuantumFault('CIRCUIT_CANCELLED', 'the simulation was cancelled');
}

export class QuantumEngine {
  readonly #threads: number;
  readonly #limits: Limits;
  readonly #local = new LocalMachine();
  readonly #queue: Job[] = [];
  #running: Job | undefined;
  #coordinator: Worker | undefined;
  #words: Int32Array | undefined;
  #progress: NodeJS.Timeout | undefined;
  #patience: NodeJS.Timeout | undefined;

  constructor({ threads, limits }: EngineOptions) {
    assert(Number.isInteger(threads) && threads >= 1 && threads <= 64, 'the engine has 1 to 64 threads');
    this.#threads = threads;
    this.#limits = { ...defaultLimits, ...limits };
  }

  /** Rejects with a QuantumFault, or with a CircuitError where the parameters do not fit the circuit. */
  async run(circuit: Circuit, request: SimulationRequest = {}, watch: Watch = {}): Promise<SimulationResult> {
    const ms = estimate(circuit, request).ms + (request.shots ?? 0) * MS_PER_SHOT;
    const order: Order = { kind: 'simulate', circuit, request, limits: this.#limits };
    return (await this.#carryOut(order, ms, watch)) as SimulationResult;
  }

  /** Values, gradients or fidelities for many sets of parameters. */
  async batch(circuit: Circuit, request: BatchRequest, watch: Watch = {}): Promise<BatchResult> {
    const order: Order = { kind: 'batch', circuit, request, limits: this.#limits };
    return (await this.#carryOut(order, batchMs(circuit, request), watch)) as BatchResult;
  }

  async #carryOut(order: Order, ms: number, watch: Watch): Promise<Answer> {
    if (watch.signal?.aborted === true) throw cancelled();
    if (gatesOf(order.circuit) > GATES_MAX)
      throw new QuantumFault('CIRCUIT_TOO_LARGE', `the circuit has more than ${GATES_MAX} elementary gates`);
    if (ms <= LOCAL_MS_MAX) return carryOut(order, this.#local.of);
    return new Promise<Answer>((resolve, reject) => {
      const job: Job = { order, watch, resolve, reject, cancel: () => this.#cancel(job) };
      watch.signal?.addEventListener('abort', job.cancel, { once: true });
      this.#queue.push(job);
      this.#next();
    });
  }

  async close(): Promise<void> {
    for (const job of this.#queue.splice(0)) job.reject(cancelled());
    await this.#end(cancelled());
  }

  #next(): void {
    if (this.#running !== undefined) return;
    const job = this.#queue.shift();
    if (job === undefined) return this.#rest();
    this.#running = job;
    const coordinator = this.#started();
    coordinator.ref();
    coordinator.postMessage(job.order);
    const { onProgress } = job.watch;
    if (onProgress !== undefined)
      this.#progress = setInterval(() => this.#tellProgress(onProgress), PROGRESS_MS).unref();
  }

  /** Idle threads do not keep the process alive. */
  #rest(): void {
    this.#coordinator?.unref();
  }

  #started(): Worker {
    if (this.#coordinator !== undefined) return this.#coordinator;
    const worker = new Worker(ownProgram('./coordinator-thread', import.meta.url), {
      execArgv: [],
      workerData: { threads: this.#threads },
    });
    worker.on('message', (message: FromCoordinator) => this.#receive(message));
    worker.on('error', (error) => void this.#end(error));
    this.#coordinator = worker;
    return worker;
  }

  #receive(message: FromCoordinator): void {
    switch (message.kind) {
      case 'memory':
        this.#words = new Int32Array(message.buffer);
        if (this.#running?.watch.signal?.aborted === true) Atomics.store(this.#words, header.cancelled, 1);
        return;
      case 'result':
        return this.#settle((job) => job.resolve(message.result));
      case 'fault':
        return this.#settle((job) =>
          job.reject(new QuantumFault(message.code, message.message, message.place)),
        );
      case 'circuitFault':
        return this.#settle((job) => job.reject(new CircuitError(message.fault)));
      case 'crash':
        return this.#settle((job) => job.reject(new Error(message.message)));
    }
  }

  #settle(how: (job: Job) => void): void {
    clearInterval(this.#progress);
    clearTimeout(this.#patience);
    const job = this.#running;
    this.#running = undefined;
    job?.watch.signal?.removeEventListener('abort', job.cancel);
    if (job !== undefined) how(job);
    this.#next();
  }

  #cancel(job: Job): void {
    const waiting = this.#queue.indexOf(job);
    if (waiting >= 0) {
      this.#queue.splice(waiting, 1);
      job.reject(cancelled());
    } else if (this.#running === job) {
      if (this.#words !== undefined) Atomics.store(this.#words, header.cancelled, 1);
      this.#patience = setTimeout(() => void this.#end(cancelled()), CANCEL_PATIENCE_MS).unref();
    }
  }

  #tellProgress(onProgress: (progress: Progress) => void): void {
    if (this.#words === undefined) return;
    const passesDone = Atomics.load(this.#words, header.passesDone);
    const passesTotal = Atomics.load(this.#words, header.passesTotal);
    if (passesTotal > 0) onProgress({ passesDone, passesTotal });
  }

  /** Ends the threads; what ran fails with this, and what waits runs in new ones. */
  async #end(error: Error): Promise<void> {
    const coordinator = this.#coordinator;
    this.#coordinator = undefined;
    this.#words = undefined;
    coordinator?.removeAllListeners();
    this.#settle((job) => job.reject(error));
    await coordinator?.terminate();
  }
}
