/**
 * The engine as the rest of the program sees it: small simulations run at once in the caller's thread, all others one after
 * another in the coordinator thread and its crew, which are started on first use. `close` ends the threads.
 */
import { Worker } from 'node:worker_threads';
import { assert } from '../../kit/assert.js';
import { ownProgram } from '../../kit/own-program.js';
import type { StopSignal } from '../../kit/stop.js';
import { CircuitError } from '../circuit-error.js';
import type { Circuit, CircuitSource } from '../circuit.js';
import type { BatchRequest, BatchResult } from '../gradient/batch.js';
import { header } from '../kernels/machine.js';
import { QuantumFault } from '../quantum-fault.js';
import { carryOut } from './carry-out.js';
import { readBriefly } from '../qasm/read-briefly.js';
import { circuitOf } from '../qasm/read.js';
import type { Answer, Answers, FromCoordinator, Order } from './coordinator-messages.js';
import { batchMs, estimate } from './estimate.js';
import { LocalMachine } from './local-machine.js';
import { defaultLimits } from './request.js';
import type { CircuitDescription } from '../summary.js';
import type { Limits, SimulationRequest, SimulationResult } from './request.js';

/** What the caller's thread may be kept busy with. */
const LOCAL_MS_MAX = 4;
/** Looking at one operation of a circuit. */
const MS_PER_OPERATION = 0.002;
/** Drawing and counting one outcome, or ranking it. */
const MS_PER_OUTCOME = 0.001;
/** One amplitude for one expectation value. */
const MS_PER_TERM = 1e-5;
/** Between two looks at the progress. */
const PROGRESS_MS = 100;
/** A cancelled simulation that has not stopped by then (it was compiling, or sampling) loses its thread. */
const CANCEL_PATIENCE_MS = 1_000;

/** Short texts are read at once; others stay as they are, for the coordinator to read. */
function readHere(source: CircuitSource): CircuitSource {
  const reading = typeof source === 'string' ? readBriefly(source) : undefined;
  return reading === undefined ? source : circuitOf(reading);
}

/** What it takes to answer from a state that is there. */
function answerMs({ qubits }: Circuit, { shots = 0, want = {} }: SimulationRequest): number {
  const ranked = want.probabilities === undefined ? 0 : 2 ** qubits;
  const terms = (want.expectations?.length ?? 0) * 2 ** qubits;
  return (shots + ranked) * MS_PER_OUTCOME + terms * MS_PER_TERM;
}

function msOf(circuit: CircuitSource, estimated: (circuit: Circuit) => number): number {
  return typeof circuit === 'string' ? Number.POSITIVE_INFINITY : estimated(circuit);
}

export interface Progress {
  readonly passesDone: number;
  readonly passesTotal: number;
}

export interface Watch {
  readonly signal?: StopSignal;
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
  async run(
    source: CircuitSource,
    request: SimulationRequest = {},
    watch: Watch = {},
  ): Promise<SimulationResult> {
    const circuit = readHere(source);
    const ms = msOf(circuit, (known) => estimate(known, request).ms + answerMs(known, request));
    return this.#carryOut({ kind: 'simulate', circuit, request, limits: this.#limits }, ms, watch);
  }

  /** Rejects with a CircuitError that has all faults of the text. */
  async summarize(source: CircuitSource, watch: Watch = {}): Promise<CircuitDescription> {
    const circuit = readHere(source);
    const ms = msOf(circuit, ({ operations }) => operations.length * MS_PER_OPERATION);
    return this.#carryOut({ kind: 'summarize', circuit }, ms, watch);
  }

  /** Values, gradients or fidelities for many sets of parameters. */
  async batch(source: CircuitSource, request: BatchRequest, watch: Watch = {}): Promise<BatchResult> {
    const circuit = readHere(source);
    const ms = msOf(circuit, (known) => batchMs(known, request));
    return this.#carryOut({ kind: 'batch', circuit, request, limits: this.#limits }, ms, watch);
  }

  async #carryOut<Kind extends Order['kind']>(
    order: Order & { readonly kind: Kind },
    ms: number,
    watch: Watch,
  ): Promise<Answers[Kind]> {
    if (watch.signal?.aborted === true) throw cancelled();
    if (ms <= LOCAL_MS_MAX) return carryOut(order, this.#local.of) as Answers[Kind];
    return new Promise<Answers[Kind]>((resolve, reject) => {
      const answer = resolve as (result: Answer) => void;
      const job: Job = { order, watch, resolve: answer, reject, cancel: () => this.#cancel(job) };
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
        return this.#settle((job) =>
          job.reject(new CircuitError(message.faults[0], message.faults.slice(1))),
        );
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
