/**
 * A node of the cluster, in whatever process calls `run`: joins the registry, keeps its lease, runs the attempts that come
 * through its queue, and leaves when it is told to. When its incarnation is dead (the process was paused, the database
 * silent, somebody took its name) it ends all it runs by force and joins again as another incarnation.
 *
 * States: joining → ready → draining (takes nothing new, lets what runs finish for a while) → left. From joining, ready and
 * draining it may fall back to joining when its lease is lost.
 */
import { backoffMs } from '../../../kit/backoff.js';
import type { ClusterNode } from '../../../lifecycle/cluster-node.js';
import { Incarnation } from './incarnation.js';
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
  #current: Incarnation | undefined;

  constructor(options: NodeAgentOptions) {
    this.#options = options;
  }

  /** Resolves when it has left. Throws NameTaken; anything else is tried again. */
  async run(): Promise<void> {
    for (;;) {
      const node = await this.#join();
      if (node === undefined) return;
      this.#current = new Incarnation(node, this.#options, this.#stopping.signal);
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
  async #join(): Promise<ClusterNode | undefined> {
    const { registry, request, clock, told } = this.#options;
    for (let attempt = 1; !this.#stopping.signal.aborted; attempt++) {
      try {
        const node = await registry.join(request);
        if (node === undefined) throw new NameTaken(request.name);
        return node;
      } catch (error) {
        if (error instanceof NameTaken) throw error;
        told({ kind: 'trouble', error: error instanceof Error ? error : new Error(String(error)) });
        await new Promise<void>((resolve) => clock.setTimer(backoffMs(AGAIN, attempt, 0), resolve));
      }
    }
    return undefined;
  }
}
