/**
 * One life of a node in the registry: from its join until it has left or its lease is lost. Whoever made it makes the next.
 *
 * States: ready → draining → over; or ready, draining → dead.
 */
import type { Clock, Timer } from '../../../kit/clock.js';
import { within } from '../../../kit/within.js';
import { type ClusterNode, nodeRef } from '../../../lifecycle/cluster-node.js';
import type { ExecutorLayer } from '../../executor-layer.js';
import { queueOf, REPORTS_QUEUE } from '../messages.js';
import type { MessageQueue, MessageWorker } from '../queue-backend.js';
import { NodeAttempts } from './node-attempts.js';
import type { NodeAgentOptions } from './node-options.js';
import { Outbox } from './outbox.js';

/** A lease has this many chances to be renewed. */
const BEATS_PER_LEASE = 5;
const LOOK_MS = 20;
const AGAIN_MS = 200;
/** Each thing that a node which ends still wants of the backend or the database has this long. */
const GOODBYE_MS = 5_000;

export interface Joined {
  readonly node: ClusterNode;
  /** When it asked to join, by this machine's monotonic clock: the registry counts the lease from later. */
  readonly askedAt: number;
}

export class Incarnation {
  readonly #node: ClusterNode;
  readonly #joinedAt: number;
  readonly #options: NodeAgentOptions;
  readonly #clock: Clock;
  readonly #layer: ExecutorLayer;
  readonly #reports: MessageQueue;
  readonly #outbox: Outbox;
  readonly #attempts: NodeAttempts;
  #worker: MessageWorker | undefined;
  #state: 'JOINING' | 'READY' | 'DRAINING' = 'JOINING';
  #beatTimer: Timer | undefined;
  #isBeating = false;
  #beatAgain = false;
  #leaseTimer: Timer | undefined;
  #isOver = false;
  #end: (ending: 'left' | 'dead') => void = () => undefined;

  constructor({ node, askedAt }: Joined, options: NodeAgentOptions, stopping: AbortSignal) {
    this.#node = node;
    this.#joinedAt = askedAt;
    this.#options = options;
    this.#clock = options.clock;
    this.#layer = options.openLayer();
    this.#reports = options.backend.queue(REPORTS_QUEUE);
    const onError = (error: Error): void => options.told({ kind: 'trouble', of: 'queue', error });
    const sealedAs = { ref: nodeRef(node), key: options.request.key };
    this.#outbox = new Outbox(sealedAs, { queue: this.#reports, clock: options.clock, onError });
    this.#attempts = new NodeAttempts(sealedAs, {
      layer: this.#layer,
      outbox: this.#outbox,
      clock: options.clock,
      onForged: () => onError(new Error('an order that no server has sealed was refused')),
    });
    if (stopping.aborted) this.#state = 'DRAINING';
  }

  async live(): Promise<'left' | 'dead'> {
    const { backend, told } = this.#options;
    const { name, incarnation } = this.#node;
    const ended = new Promise<'left' | 'dead'>((resolve) => (this.#end = resolve));
    this.#renewed(this.#joinedAt);
    // One at a time, which is enough: a job is done when what it orders has begun, and a worker that may take more looks for
    // a second one before it gives out the first.
    const worker = backend.worker(
      queueOf(nodeRef(this.#node)),
      async ({ data }) => this.#attempts.take(data as unknown),
      { concurrency: 1 },
    );
    this.#worker = worker;
    // from the first moment on: where the backend is slow to open, a lease is over before it is there
    void this.#beat();
    if (this.#isDraining) void this.#drain();
    await Promise.race([this.#untilItTakes(worker), ended]);
    if (!this.#isOver && !this.#isDraining) {
      this.#state = 'READY';
      void this.#beat();
      told({ kind: 'ready', name, incarnation });
    }
    return await ended;
  }

  get #isDraining(): boolean {
    return this.#state === 'DRAINING';
  }

  /** The backend may be away for a while. */
  async #untilItTakes(worker: MessageWorker): Promise<void> {
    while (!this.#isOver) {
      try {
        await worker.waitUntilReady();
        return;
      } catch (error) {
        this.#options.told({ kind: 'trouble', of: 'queue', error: error as Error });
        await this.#pause(AGAIN_MS);
      }
    }
  }

  drain(): void {
    if (this.#isDraining || this.#isOver) return;
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
    await this.#layer.close();
    await within(this.#clock, GOODBYE_MS, this.#outbox.idle());
    if (this.#isOver) return;
    this.#stop();
    await this.#closed();
    const { name, incarnation } = this.#node;
    const left = registry
      .leave(name, incarnation)
      .catch((error: unknown) => told({ kind: 'trouble', of: 'registry', error: error as Error }));
    await within(this.#clock, GOODBYE_MS, left);
    this.#end('left');
  }

  /** Over a link that is silent, the backend never says goodbye. */
  async #closed(): Promise<void> {
    const closed = this.#worker?.close(true).catch(() => undefined);
    if (closed !== undefined) await within(this.#clock, GOODBYE_MS, closed);
  }

  get #beatMs(): number {
    return this.#node.leaseMs / BEATS_PER_LEASE;
  }

  /** One at a time, or the registry might hear of two states in the wrong order. */
  async #beat(): Promise<void> {
    this.#beatTimer?.cancel();
    this.#beatAgain = true;
    if (this.#isBeating) return;
    this.#isBeating = true;
    while (this.#beatAgain && !this.#isOver) {
      this.#beatAgain = false;
      await this.#beatOnce();
    }
    this.#isBeating = false;
    if (!this.#isOver) this.#beatTimer = this.#clock.setTimer(this.#beatMs, () => void this.#beat());
  }

  /** The lease counts from when the sign of life was sent: the database has it later. */
  async #beatOnce(): Promise<void> {
    const sentAt = this.#clock.monotonic();
    const { name, incarnation } = this.#node;
    const load = this.#options.load(this.#attempts.running);
    try {
      const node = await this.#options.registry.beat({ name, incarnation, state: this.#state, load });
      if (this.#isOver) return;
      if (node === undefined)
        return await this.#die('the registry counts it as lost, or somebody took its name');
      this.#renewed(sentAt);
      if (node.state === 'DRAINING') this.drain();
    } catch (error) {
      this.#options.told({ kind: 'trouble', of: 'registry', error: error as Error });
    }
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
    await Promise.all([this.#layer.lose(), this.#closed()]);
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
