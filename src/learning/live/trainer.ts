/**
 * Trains models in a thread of its own, one after the other, so that the server's is never kept busy. The thread is started
 * for the first training and ends when it has been idle for a while: it costs memory. Called by the consumer.
 */
import { Worker } from 'node:worker_threads';
import type { Clock, Timer } from '../../kit/clock.js';
import type { Json } from '../../kit/json.js';
import { ownProgram } from '../../kit/own-program.js';
import type { TrainingOptions, TrainingProgress, TrainingRows } from '../batch.js';
import type { FromTrainer, TrainingRequest } from './training-messages.js';

export type TrainingEnd =
  | { readonly kind: 'trained'; readonly parameters: Json }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly reason: string };

export interface Training {
  readonly end: Promise<TrainingEnd>;
  cancel(): void;
}

interface Waiting {
  readonly request: TrainingRequest;
  readonly progress: (progress: TrainingProgress) => void;
  readonly settle: (end: TrainingEnd) => void;
}

const IDLE_MS = 60_000;

export class Trainer {
  readonly #clock: Clock;
  readonly #waiting: Waiting[] = [];
  #running: Waiting | undefined;
  #worker: Worker | undefined;
  #idle: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  train(
    what: { readonly model: string; readonly rows: TrainingRows; readonly options: TrainingOptions },
    progress: (progress: TrainingProgress) => void,
  ): Training {
    const stop = new SharedArrayBuffer(4);
    let settle: (end: TrainingEnd) => void = () => undefined;
    const end = new Promise<TrainingEnd>((resolve) => (settle = resolve));
    const one = { request: { ...what, stop }, progress, settle };
    this.#waiting.push(one);
    this.#next();
    return { end, cancel: () => this.#cancel(one) };
  }

  async close(): Promise<void> {
    this.#idle?.cancel();
    for (const one of this.#waiting.splice(0)) one.settle({ kind: 'cancelled' });
    this.#running?.settle({ kind: 'cancelled' });
    this.#running = undefined;
    await this.#worker?.terminate();
  }

  #cancel(one: Waiting): void {
    Atomics.store(new Int32Array(one.request.stop), 0, 1);
    const at = this.#waiting.indexOf(one);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    one.settle({ kind: 'cancelled' });
  }

  #next(): void {
    if (this.#running !== undefined) return;
    this.#running = this.#waiting.shift();
    if (this.#running === undefined) return;
    this.#idle?.cancel();
    const { request } = this.#running;
    const { features, prior, actual } = request.rows;
    const transfer = [features.buffer, prior.buffer, actual.buffer] as ArrayBuffer[];
    (this.#worker ??= this.#start()).postMessage(request, transfer);
  }

  #start(): Worker {
    const worker = new Worker(ownProgram('./training-thread', import.meta.url), {
      env: {},
      argv: [],
      execArgv: [],
    });
    worker.unref();
    worker.on('message', (message: FromTrainer) => {
      if (message.kind === 'progress') this.#running?.progress(message.progress);
      else this.#finish(message);
    });
    worker.on('error', (error: Error) => {
      this.#worker = undefined;
      this.#finish({ kind: 'failed', reason: error.message });
    });
    return worker;
  }

  #finish(end: TrainingEnd): void {
    const one = this.#running;
    this.#running = undefined;
    one?.settle(end);
    this.#next();
    if (this.#running !== undefined) return;
    this.#idle = this.#clock.setTimer(IDLE_MS, () => {
      void this.#worker?.terminate();
      this.#worker = undefined;
    });
  }
}
