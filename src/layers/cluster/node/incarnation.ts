/**
 * One life of a node in the registry: from its join until it has left or its lease is lost. Whoever made it makes the next.
 *
 * States: ready → draining → over; or ready, draining → dead.
 */
import type { Clock, Timer } from '../../../kit/clock.js';
import { type ClusterNode, nodeRef } from '../../../lifecycle/cluster-node.js';
import type { ExecutorLayer } from '../../executor-layer.js';
import { queueOf, REPORTS_QUEUE } from '../messages.js';
import type { MessageQueue, MessageWorker } from '../queue-backend.js';
import { NodeAttempts } from './node-attempts.js';
import { LoadMeter } from './node-load.js';
import type { NodeAgentOptions } from './node-options.js';
import { Outbox } from './outbox.js';

/** A lease has this many chances to be renewed. */
const BEATS_PER_LEASE = 5;
const LOOK_MS = 20;
/** What was said when the node leaves has this long to reach the backend. */
const FLUSH_MS = 5_000;

export class Incarnation {
  readonly #node: ClusterNode;
  readonly #options: NodeAgentOptions;
  readonly #clock: Clock;
  readonly #layer: ExecutorLayer;
  readonly #reports: MessageQueue;
  readonly #outbox: Outbox;
  readonly #attempts: NodeAttempts;
  readonly #load = new LoadMeter();
  #worker: MessageWorker | undefined;
  #state: 'JOINING' | 'READY' | 'DRAINING' = 'JOINING';
  #beatTimer: Timer | undefined;
  #leaseTimer: Timer | undefined;
  #isOver = false;
  #end: (ending: 'left' | 'dead') => void = () => undefined;

  constructor(node: ClusterNode, options: NodeAgentOptions, stopping: AbortSignal) {
    this.#node = node;
    this.#options = options;
    this.#clock = options.clock;
    this.#layer = options.openLayer();
    this.#reports = options.backend.queue(REPORTS_QUEUE);
    const onError = (error: Error): void => options.told({ kind: 'trouble', error });
    this.#outbox = new Outbox(nodeRef(node), { queue: this.#reports, clock: options.clock, onError });
    this.#attempts = new NodeAttempts(node.incarnation, {
      layer: this.#layer,
      outbox: this.#outbox,
      clock: options.clock,
    });
    if (stopping.aborted) this.#state = 'DRAINING';
  }

  async live(): Promise<'left' | 'dead'> {
    const { backend, told } = this.#options;
    const { name, incarnation, capacity } = this.#node;
    const ended = new Promise<'left' | 'dead'>((resolve) => (this.#end = resolve));
    this.#renewed(this.#clock.monotonic());
    // Twice the slots: an attempt whose end is told has a successor before its job is done, and cancels need a place too.
    const worker = backend.worker(
      queueOf(nodeRef(this.#node)),
      (job) => this.#attempts.take(job.name, job.data),
      { concurrency: 2 * capacity.slots + 8 },
    );
    this.#worker = worker;
    await worker.waitUntilReady().catch((error: unknown) => told({ kind: 'trouble', error: error as Error }));
    if (this.#state === 'DRAINING') void this.#drain();
    else this.#state = 'READY';
    void this.#beat();
    if (!this.#isOver) told({ kind: 'ready', name, incarnation });
    return await ended;
  }

  drain(): void {
    if (this.#state === 'DRAINING' || this.#isOver) return;
    this.#state = 'DRAINING';
    void this.#drain();
    void this.#beat();
  }

  async #drain(): Promise<void> {
    const { told, drainMs, registry } = this.#options;
    told({ kind: 'draining', running: this.#attempts.running });
    const until = this.#clock.monotonic() + drainMs;
    // what was placed here before the leader heard of it still comes, and is ended with the rest
    const settledAt = this.#clock.monotonic() + this.#beatMs;
    while (!this.#isOver && this.#clock.monotonic() < until) {
      if (this.#attempts.running === 0 && this.#clock.monotonic() > settledAt) break;
      await this.#pause(LOOK_MS);
    }
    if (this.#isOver) return;
    await this.#layer.close('SHUTDOWN');
    await this.#flushed();
    if (this.#isOver) return;
    this.#stop();
    await this.#closed();
    const { name, incarnation } = this.#node;
    await registry
      .leave(name, incarnation)
      .catch((error: unknown) => told({ kind: 'trouble', error: error as Error }));
    this.#end('left');
  }

  /** What was said is with the backend, or that takes too long. */
  #flushed(): Promise<void> {
    return this.#within(FLUSH_MS, this.#outbox.idle());
  }

  /** Over a link that is silent, the backend never says goodbye. */
  #closed(): Promise<void> {
    const closed = this.#worker?.close(true).catch(() => undefined);
    return this.#within(FLUSH_MS, closed ?? Promise.resolve());
  }

  async #within(ms: number, ended: Promise<void>): Promise<void> {
    let timer: Timer | undefined;
    const late = new Promise<void>((resolve) => (timer = this.#clock.setTimer(ms, resolve)));
    await Promise.race([ended, late]);
    timer?.cancel();
  }

  get #beatMs(): number {
    return this.#node.leaseMs / BEATS_PER_LEASE;
  }

  /** The lease counts from when the sign of life was sent: the database has it later. */
  async #beat(): Promise<void> {
    this.#beatTimer?.cancel();
    if (this.#isOver) return;
    const sentAt = this.#clock.monotonic();
    const { name, incarnation } = this.#node;
    const load = this.#load.read(this.#attempts.running);
    try {
      const node = await this.#options.registry.beat({ name, incarnation, state: this.#state, load });
      if (this.#isOver) return;
      if (node === undefined)
        return await this.#die('the registry counts it as lost, or somebody took its name');
      this.#renewed(sentAt);
      if (node.state === 'DRAINING') this.drain();
    } catch (error) {
      this.#options.told({ kind: 'trouble', error: error as Error });
    }
    this.#beatTimer = this.#clock.setTimer(this.#beatMs, () => void this.#beat());
  }

  #renewed(at: number): void {
    this.#leaseTimer?.cancel();
    const leftMs = at + this.#node.leaseMs - this.#clock.monotonic();
    this.#leaseTimer = this.#clock.setTimer(leftMs, () => {
      void this.#die('it was paused, or the database did not answer, for longer than its lease');
    });
  }

  /** Others may run its attempts already: they end at once, and what they still say is said to nobody. */
  async #die(reason: string): Promise<void> {
    if (this.#isOver) return;
    this.#stop();
    this.#options.told({ kind: 'dead', incarnation: this.#node.incarnation, reason });
    this.#outbox.close();
    await Promise.all([this.#layer.close('LOST'), this.#closed()]);
    this.#end('dead');
  }

  #stop(): void {
    this.#isOver = true;
    this.#beatTimer?.cancel();
    this.#leaseTimer?.cancel();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.setTimer(ms, resolve));
  }
}
