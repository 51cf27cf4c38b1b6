/**
 * A node of the cluster, in whatever process calls `run`: joins the registry, keeps its lease, runs the attempts that come
 * through its queue, and leaves when it is told to. When its incarnation is dead (the process was paused, the database
 * silent, somebody took its name) it ends all it runs by force and joins again as another incarnation.
 *
 * States: joining → ready → draining (takes nothing new, lets what runs finish for a while) → left. From joining, ready and
 * draining it may fall back to joining when its lease is lost.
 */
import { backoffMs } from '../../../kit/backoff.js';
import type { Timer } from '../../../kit/clock.js';
import { Incarnation, type Joined } from './incarnation.js';
import type { NodeAgentOptions } from './node-options.js';

export class NameTaken extends Error {
  readonly code = 'NODE_NAME_TAKEN';

  constructor(name: string) {
    super(
      `a living node is called ${name} already; give another --name, or wait until its lease has run out`,
    );
  }
}

const AGAIN = { initialIntervalMs: 200, backoffCoefficient: 2, maxIntervalMs: 3000, jitter: false };

export class NodeAgent {
  readonly #options: NodeAgentOptions;
  readonly #stopping = new AbortController();
  readonly #toldToLeave: Promise<'leave'>;
  #current: Incarnation | undefined;

  constructor(options: NodeAgentOptions) {
    this.#options = options;
    const { signal } = this.#stopping;
    this.#toldToLeave = new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve('leave'), { once: true });
    });
  }

  /** Resolves when it has left. Throws NameTaken; anything else is tried again. */
  async run(): Promise<void> {
    for (;;) {
      const joined = await this.#join();
      if (joined === undefined) return;
      this.#current = new Incarnation(joined, this.#options, this.#stopping.signal);
      const ending = await this.#current.live();
      this.#current = undefined;
      if (ending === 'left') return;
    }
  }

  /** Drains and leaves. */
  drain(): void {
    this.#stopping.abort();
    this.#current?.drain();
  }

  /** Undefined: it was told to leave before it had joined. */
  async #join(): Promise<Joined | undefined> {
    const { registry, request, clock, told } = this.#options;
    for (let attempt = 1; !this.#stopping.signal.aborted; attempt++) {
      const askedAt = clock.monotonic();
      try {
        const node = await Promise.race([registry.join(request), this.#toldToLeave]);
        if (node === 'leave') return undefined;
        if (node === undefined) throw new NameTaken(request.name);
        return { node, askedAt };
      } catch (error) {
        if (error instanceof NameTaken) throw error;
        told({
          kind: 'trouble',
          of: 'registry',
          error: error instanceof Error ? error : new Error(String(error)),
        });
        await this.#pause(backoffMs(AGAIN, attempt, 0));
      }
    }
    return undefined;
  }

  /** Ended by `drain`. */
  async #pause(ms: number): Promise<void> {
    let timer: Timer | undefined;
    const over = new Promise<void>((resolve) => (timer = this.#options.clock.setTimer(ms, resolve)));
    await Promise.race([over, this.#toldToLeave]);
    timer?.cancel();
  }
}
