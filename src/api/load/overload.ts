/**
 * Refuses what this process could not answer in time, before anything is done for it: too many requests at once, or requests that
 * wait too long for their turn. What was accepted goes on undisturbed; probes and scrapes are always answered. Asked for every
 * request and every operation of a socket. (Too many commands before their commit are refused by the orchestrator.)
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../../kit/clock.js';
import { DoorRefusal } from '../errors.js';
import { answerRefusal } from '../server-hooks.js';
import { Turns } from './turns.js';

export interface OverloadOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** That are being answered at the same time. */
  readonly requestsMax: number;
  /** How late a request may get its turn. */
  readonly lagMsMax: number;
  readonly refused: (reason: 'requests' | 'lag') => void;
}

const SMALL_BYTES = 64 * 1024;
const ALWAYS = /^\/(health|metrics\/prometheus)/;

export class Overload {
  readonly #options: OverloadOptions;
  readonly #turns: Turns;
  /** Said thousands of times a second: made once. */
  readonly #tooMany: DoorRefusal;
  readonly #tooLate: DoorRefusal;
  #open = 0;

  constructor(options: OverloadOptions) {
    const { clock, requestsMax, lagMsMax } = options;
    this.#options = options;
    this.#turns = new Turns(clock);
    this.#tooMany = new DoorRefusal(
      'OVERLOADED',
      `${requestsMax} requests are being answered already ([server] requests_max); try again in a moment`,
    );
    this.#tooLate = new DoorRefusal(
      'UNAVAILABLE',
      `this server is overloaded: requests wait for more than ${lagMsMax} ms until they begin ([server] overload_lag_ms); try again in a moment`,
    );
  }

  /** Undefined: it may come in. */
  refusal(): DoorRefusal | undefined {
    const { requestsMax, lagMsMax, refused } = this.#options;
    if (this.#open >= requestsMax) {
      refused('requests');
      return this.#tooMany;
    }
    if (this.#turns.waitMs() <= lagMsMax) return undefined;
    refused('lag');
    return this.#tooLate;
  }

  /** Runs it when it is its turn. */
  take(run: () => void): void {
    this.#turns.take(run);
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
}

/** A body that nobody reads is thrown away to keep its connection: a new one costs both sides more than a small body. */
function isSmall({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) <= SMALL_BYTES;
}

/** A stream leaves when its answer begins: how long it stays open is bounded by the number of subscriptions. */
export function mountOverload(fastify: FastifyInstance, overload: Overload): void {
  const leaves = new WeakMap<object, () => void>();
  fastify.addHook('onRequest', (request, reply, done) => {
    if (ALWAYS.test(request.url)) return done();
    const refusal = overload.refusal();
    if (refusal !== undefined) {
      if (!isSmall(request)) reply.header('connection', 'close');
      answerRefusal(request, reply, refusal);
      return undefined;
    }
    const leave = overload.enter();
    leaves.set(request, leave);
    reply.raw.once('close', leave);
    return overload.take(done);
  });
  fastify.addHook('onSend', (request, _reply, _payload, done) => {
    leaves.get(request)?.();
    done();
  });
}
