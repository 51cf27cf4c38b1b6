/** The twin of the PostgreSQL registry for simulation and fast tests; its time is the caller's. */
import { type ClusterNode, type JoinRequest, type NodeBeat, nodeRef } from '../../lifecycle/cluster-node.js';
import type { PlacementPolicy } from '../../lifecycle/vocabulary.js';
import type { ClusterView, JoinTokenRow, NodeRegistry } from '../nodes.js';

const DAY_MS = 86_400_000;
const IDLE = { cpu: 0, memoryBytes: 0, running: 0 };

export class MemoryNodes implements NodeRegistry {
  readonly #now: () => number;
  readonly #nodes = new Map<string, ClusterNode>();
  readonly #tokens = new Map<string, { readonly until: number; used: boolean }>();
  readonly #keys = new Map<string, string>();
  #incarnation = 0;
  #policy: PlacementPolicy | null = null;

  /** Ms since the epoch. */
  constructor(now: () => number) {
    this.#now = now;
  }

  join({ key, ...request }: JoinRequest): Promise<ClusterNode | undefined> {
    const at = this.#now();
    const old = this.#nodes.get(request.name);
    const incarnation = ++this.#incarnation;
    if (
      old !== undefined &&
      old.instance !== request.instance &&
      old.state !== 'LOST' &&
      !this.#isSilent(old)
    )
      return Promise.resolve(undefined);
    const times = { joinedAt: at, seenAt: at, changedAt: at };
    const cordoned = old?.cordoned ?? false;
    this.#keys.set(request.name, key);
    return this.#keep({ ...request, incarnation, state: 'JOINING', cordoned, load: IDLE, ...times });
  }

  beat({ name, incarnation, state, load }: NodeBeat): Promise<ClusterNode | undefined> {
    const node = this.#nodes.get(name);
    if (node === undefined || node.incarnation !== incarnation || node.state === 'LOST')
      return Promise.resolve(undefined);
    const next = node.state === 'DRAINING' ? node.state : state;
    const seenAt = this.#now();
    return this.#keep({ ...this.#moved(node, next), seenAt, load });
  }

  leave(name: string, incarnation: number): Promise<void> {
    if (this.#nodes.get(name)?.incarnation === incarnation) {
      this.#nodes.delete(name);
      this.#keys.delete(name);
    }
    return Promise.resolve();
  }

  look(): Promise<ClusterView> {
    for (const node of this.#nodes.values()) {
      if (node.state !== 'LOST') {
        if (this.#isSilent(node)) void this.#keep(this.#moved(node, 'LOST'));
      } else if (this.#now() - node.changedAt > DAY_MS) this.#nodes.delete(node.name);
    }
    const nodes = [...this.#nodes.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    const keys = new Map(nodes.map((node) => [nodeRef(node), this.#keys.get(node.name) as string]));
    return Promise.resolve({ nodes, policy: this.#policy, keys });
  }

  drain(name: string): Promise<ClusterNode | undefined> {
    return this.#change(name, (node) => this.#moved(node, node.state === 'LOST' ? 'LOST' : 'DRAINING'));
  }

  cordon(name: string, cordoned: boolean): Promise<ClusterNode | undefined> {
    return this.#change(name, (node) => ({ ...node, cordoned }));
  }

  setPolicy(policy: PlacementPolicy | null): Promise<void> {
    this.#policy = policy;
    return Promise.resolve();
  }

  addJoinToken({ hash, lifetimeMs }: JoinTokenRow): Promise<void> {
    this.#tokens.set(hash, { until: this.#now() + lifetimeMs, used: false });
    return Promise.resolve();
  }

  useJoinToken(hash: string): Promise<boolean> {
    const token = this.#tokens.get(hash);
    if (token === undefined || token.used || token.until <= this.#now()) return Promise.resolve(false);
    token.used = true;
    return Promise.resolve(true);
  }

  #change(name: string, change: (node: ClusterNode) => ClusterNode): Promise<ClusterNode | undefined> {
    const node = this.#nodes.get(name);
    return node === undefined ? Promise.resolve(undefined) : this.#keep(change(node));
  }

  #moved(node: ClusterNode, state: ClusterNode['state']): ClusterNode {
    return state === node.state ? node : { ...node, state, changedAt: this.#now() };
  }

  #isSilent(node: ClusterNode): boolean {
    return this.#now() - node.seenAt > node.leaseMs;
  }

  #keep(node: ClusterNode): Promise<ClusterNode> {
    this.#nodes.set(node.name, node);
    return Promise.resolve(node);
  }
}
