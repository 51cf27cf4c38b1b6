/**
 * The server's line to one incarnation of a node: its queue, and the attempts that run there. Made by the layer with the
 * first attempt for it, closed when the incarnation is dead.
 */
import type { Clock } from '../../kit/clock.js';
import type { AttemptKey } from '../../lifecycle/task.js';
import type { AbortReason, AttemptStart } from '../../work/attempt.js';
import { CANCEL, jobIdOf, pack, queueOf, START } from './messages.js';
import type { MessageQueue } from './queue-backend.js';
import { type Job, Sender } from './sender.js';

/**
 * Ended jobs that stay, so that an attempt which a new leader sends again is known as done. Its report is in the queue of
 * reports until it is recorded, and only then is its slot given away: no more than the slots of a node can be in doubt.
 */
const KEPT_MIN = 64;
/** Inputs may be large. */
const BULK_MAX = 100;

export class NodeLine {
  readonly ref: string;
  readonly tokens = new Set<number>();
  readonly #queue: MessageQueue;
  readonly #sender: Sender;
  readonly #incarnation: number;
  readonly #kept: number;
  #pending: Job[] = [];

  constructor(
    node: { ref: string; incarnation: number; slots: number },
    options: { queue: (name: string) => MessageQueue; clock: Clock; onError: (error: Error) => void },
  ) {
    this.ref = node.ref;
    this.#incarnation = node.incarnation;
    this.#kept = Math.max(KEPT_MIN, 4 * node.slots);
    this.#queue = options.queue(queueOf(node.ref));
    this.#sender = new Sender({
      queue: this.#queue,
      clock: options.clock,
      onError: options.onError,
      gather: () => this.#pending.splice(0, BULK_MAX),
    });
  }

  start(attempt: AttemptStart): void {
    this.tokens.add(attempt.token);
    const data = pack({ incarnation: this.#incarnation, attempt });
    const opts = { jobId: jobIdOf(attempt), removeOnComplete: { count: this.#kept }, removeOnFail: true };
    this.#add({ name: START, data, opts });
  }

  cancel(key: AttemptKey, reason: AbortReason): void {
    const data = pack({ incarnation: this.#incarnation, key, reason });
    this.#add({ name: CANCEL, data, opts: { removeOnComplete: true, removeOnFail: true } });
  }

  /** The incarnation is dead: nobody reads what is in its queue. */
  async bury(): Promise<void> {
    this.#sender.close();
    await this.#queue.obliterate({ force: true });
    await this.#queue.close();
  }

  async close(): Promise<void> {
    this.#sender.close();
    await this.#queue.close();
  }

  #add(job: Job): void {
    this.#pending.push(job);
    this.#sender.kick();
  }
}
