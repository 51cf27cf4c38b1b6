/**
 * The server's line to one incarnation of a node: its queue, and the attempts that run there. Made by the layer with the
 * first attempt for it, closed when the incarnation is dead.
 */
import type { Clock } from '../../kit/clock.js';
import type { AttemptKey } from '../../lifecycle/task.js';
import type { AbortReason, AttemptStart } from '../../work/attempt.js';
import { type Order, packOrders, queueOf } from './messages.js';
import { Pending } from './pending.js';
import type { MessageQueue } from './queue-backend.js';
import type { NodeKey } from './seal.js';
import { type Job, Sender } from './sender.js';

export class NodeLine {
  readonly tokens = new Set<number>();
  readonly #queue: MessageQueue;
  readonly #sender: Sender;
  readonly #node: NodeKey;
  readonly #pending = new Pending();

  constructor(
    node: NodeKey,
    options: { queue: (name: string) => MessageQueue; clock: Clock; onError: (error: Error) => void },
  ) {
    this.#node = node;
    this.#queue = options.queue(queueOf(node.ref));
    this.#sender = new Sender({
      queue: this.#queue,
      clock: options.clock,
      onError: options.onError,
      gather: () => this.#gather(),
    });
  }

  start(attempt: AttemptStart): void {
    this.tokens.add(attempt.token);
    this.#order({ kind: 'start', attempt });
  }

  cancel(key: AttemptKey, reason: AbortReason): void {
    this.#order({ kind: 'cancel', key, reason });
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

  #order(order: Order): void {
    this.#pending.add(JSON.stringify(order));
    this.#sender.kick();
  }

  /** Without an id: what is sent twice because an answer was lost is begun once, by its tokens. */
  #gather(): Job | undefined {
    const orders = this.#pending.take();
    if (orders.length === 0) return undefined;
    const data = packOrders(this.#node, orders);
    return { name: 'orders', data, opts: { removeOnComplete: true, removeOnFail: true } };
  }
}
