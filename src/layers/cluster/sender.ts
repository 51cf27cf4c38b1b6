/**
 * Adds jobs to one queue in their order: what gathers while one is on its way is the next one, so a busy sender pays one
 * round trip for many messages. While the backend is away it tries again; a job with an id is added once, however often it is sent. Used by servers for the queue of each node and by nodes for their reports.
 *
 * States: idle ⇄ sending; closed for good (what was not sent by then is dropped).
 */
import { backoffMs } from '../../kit/backoff.js';
import type { Clock } from '../../kit/clock.js';
import type { MessageQueue } from './queue-backend.js';

/** As BullMQ adds it. */
export type Job = Parameters<MessageQueue['addBulk']>[0][number];

const AGAIN = { initialIntervalMs: 50, backoffCoefficient: 2, maxIntervalMs: 1000, jitter: false };

export class Sender {
  readonly #queue: MessageQueue;
  readonly #clock: Clock;
  readonly #onError: (error: Error) => void;
  /** What there is to send now; asked again when that is added, until there is nothing. */
  readonly #gather: () => Job | undefined;
  #sending: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: {
    queue: MessageQueue;
    clock: Clock;
    onError: (error: Error) => void;
    gather: () => Job | undefined;
  }) {
    this.#queue = options.queue;
    this.#clock = options.clock;
    this.#onError = options.onError;
    this.#gather = options.gather;
  }

  /** There is something to send. It leaves when this turn of the event loop has said all it has to say. */
  kick(): void {
    if (this.#isClosed) return;
    this.#sending ??= new Promise<void>((resolve) => process.nextTick(resolve)).then(() => this.#run());
  }

  /** Resolves when nothing is left to send, or when it is closed. */
  async idle(): Promise<void> {
    while (this.#sending !== undefined) await this.#sending;
  }

  close(): void {
    this.#isClosed = true;
  }

  async #run(): Promise<void> {
    for (let job = this.#gather(); job !== undefined; job = this.#gather()) {
      await this.#send(job);
      if (this.#isClosed) break;
    }
    this.#sending = undefined;
  }

  async #send({ name, data, opts }: Job): Promise<void> {
    for (let attempt = 1; !this.#isClosed; attempt++) {
      try {
        await this.#queue.add(name, data, opts);
        return;
      } catch (error) {
        this.#onError(error instanceof Error ? error : new Error(String(error)));
        await new Promise<void>((resolve) => this.#clock.setTimer(backoffMs(AGAIN, attempt, 0), resolve));
      }
    }
  }
}
