/**
 * Refuses what this process could not answer in time, before anything is done for it: too many requests at once, or an event
 * loop that is late again and again. What was accepted goes on undisturbed; probes and scrapes are always answered. Asked for
 * every request and every operation of a socket. (Too many commands before their commit are refused by the orchestrator.)
 *
 * States of the lateness: measured → stopped.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock, Timer } from '../kit/clock.js';
import { DoorRefusal } from './errors.js';
import { answerRefusal } from './server-hooks.js';

export interface OverloadOptions {
  readonly clock: Clock;
  /** That are being answered at the same time. */
  readonly requestsMax: number;
  readonly lagMsMax: number;
  readonly refused: (reason: 'requests' | 'lag') => void;
}

const LOOK_MS = 100;
/** Of the newest measure, at least: one that is late by 5 s counts for half a second, twenty in a row for nearly all. */
const WEIGHT = 0.1;
const SMALL_BYTES = 64 * 1024;
const ALWAYS = /^\/(health|metrics\/prometheus)/;

export class Overload {
  readonly #options: OverloadOptions;
  #timer: Timer | undefined;
  #lagMs = 0;
  #open = 0;

  constructor(options: OverloadOptions) {
    this.#options = options;
    this.#measure();
  }

  /** Undefined: it may come in. */
  refusal(): DoorRefusal | undefined {
    const { requestsMax, lagMsMax, refused } = this.#options;
    if (this.#open >= requestsMax) {
      refused('requests');
      const message = `${requestsMax} requests are being answered already ([server] requests_max); try again in a moment`;
      return new DoorRefusal('OVERLOADED', message);
    }
    if (this.#lagMs <= lagMsMax) return undefined;
    refused('lag');
    const message = `this server is overloaded: late by ${Math.round(this.#lagMs)} ms ([server] overload_lag_ms); try again in a moment`;
    return new DoorRefusal('UNAVAILABLE', message);
  }

  /** Answers how it leaves; harmless when called twice. */
  enter(): () => void {
    this.#open++;
    let isIn = true;
    return () => {
      if (isIn) this.#open--;
      isIn = false;
    };
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #measure(): void {
    const { clock } = this.#options;
    const dueAt = clock.monotonic() + LOOK_MS;
    this.#timer = clock.setTimer(LOOK_MS, () => {
      const lateMs = Math.max(0, clock.monotonic() - dueAt);
      this.#lagMs += WEIGHT * (lateMs - this.#lagMs);
      this.#measure();
    });
  }
}

/** A body that nobody reads is thrown away to keep its connection: a new one costs both sides more than a small body. */
function isSmall({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) <= SMALL_BYTES;
}

/** A stream leaves when its answer begins: how long it stays open is bounded by the number of subscriptions. */
export function mountOverload(fastify: FastifyInstance, overload: Overload): void {
  const leaves = new WeakMap<object, () => void>();
  fastify.addHook('onRequest', async (request, reply) => {
    if (ALWAYS.test(request.url)) return undefined;
    const refusal = overload.refusal();
    if (refusal !== undefined) {
      if (!isSmall(request)) reply.header('connection', 'close');
      return answerRefusal(request, reply, refusal);
    }
    const leave = overload.enter();
    leaves.set(request, leave);
    reply.raw.once('close', leave);
    return undefined;
  });
  fastify.addHook('onSend', async (request) => leaves.get(request)?.());
  fastify.addHook('onClose', async () => overload.stop());
}
