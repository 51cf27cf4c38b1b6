/**
 * Looks at the registry of nodes again and again, in every server: tells the layer who is there and everyone who listens
 * what has changed. While the database is away nothing changes: nodes are then lost by nobody but themselves.
 *
 * States: stopped → watching → stopped.
 */
import type { Clock, Timer } from '../../kit/clock.js';
import type { Part } from '../../kit/part.js';
import { within } from '../../kit/within.js';
import type { NodeChange } from '../../layers/nodes.js';
import type { ClusterNode } from '../../lifecycle/cluster-node.js';
import type { ClusterView, NodeRegistry } from '../../store/nodes.js';

/** The layer that runs on nodes. */
export interface NodeUser {
  look(view: ClusterView): Promise<void>;
}

export interface NodeWatchOptions {
  readonly registry: Pick<NodeRegistry, 'look'>;
  readonly user: NodeUser;
  readonly clock: Clock;
  readonly changed: (changes: readonly NodeChange[]) => void;
  readonly onError: (error: unknown) => void;
}

/** A lost node is noticed this much after its lease at the latest, and a new one after this much. */
const LOOK_MS = 500;
const PATIENCE_MS = 3000;

export class NodeWatch implements Part {
  readonly #options: NodeWatchOptions;
  #known: ReadonlyMap<string, ClusterNode> | undefined;
  #timer: Timer | undefined;
  #looking: Promise<void> | undefined;
  #isStopped = false;

  constructor(options: NodeWatchOptions) {
    this.#options = options;
  }

  /** Resolves after the first look, whatever came of it. */
  async start(): Promise<void> {
    await this.#lookAgain();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#looking;
  }

  /** Now: what is known afterwards is no older than this call. Rejects when that cannot be had soon. */
  async look(): Promise<void> {
    if (!(await within(this.#options.clock, PATIENCE_MS, this.#next())))
      throw new Error('the registry of nodes, or the queue of the cluster, does not answer');
  }

  /** One at a time, or an older look might come after a newer one. */
  #next(): Promise<void> {
    const look = (this.#looking ?? Promise.resolve()).then(() => this.#look());
    this.#looking = look.catch(() => undefined);
    return look;
  }

  async #lookAgain(): Promise<void> {
    await this.#next().catch((error: unknown) => this.#options.onError(error));
    if (!this.#isStopped) this.#timer = this.#options.clock.setTimer(LOOK_MS, () => void this.#lookAgain());
  }

  async #look(): Promise<void> {
    const { registry, user, changed } = this.#options;
    const view = await registry.look();
    await user.look(view);
    const now = new Map(view.nodes.map((node) => [node.name, node]));
    const before = this.#known;
    this.#known = now;
    if (before !== undefined) changed(changesOf(before, now));
  }
}

function changesOf(
  before: ReadonlyMap<string, ClusterNode>,
  now: ReadonlyMap<string, ClusterNode>,
): NodeChange[] {
  const changes: NodeChange[] = [];
  for (const [name, node] of now) {
    const old = before.get(name);
    if (old === undefined || isOther(old, node))
      changes.push({ node, from: old?.state ?? null, to: node.state });
  }
  for (const [name, node] of before) if (!now.has(name)) changes.push({ node, from: node.state, to: null });
  return changes;
}

/** How busy it is changes all the time and is nothing to tell of. */
function isOther(old: ClusterNode, node: ClusterNode): boolean {
  return old.state !== node.state || old.cordoned !== node.cordoned || old.incarnation !== node.incarnation;
}
