/**
 * What people and new nodes may do with the cluster. Called by the API of every server, leader or not: it reads and writes
 * the registry, and whoever leads sees that at its next look.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { JoinSettings, JoinToken, NodeChange, NodeList, Nodes } from '../../layers/nodes.js';
import type { ClusterNode } from '../../lifecycle/cluster-node.js';
import { auditOf, type Person } from '../../lifecycle/person.js';
import type { PlacementPolicy } from '../../lifecycle/vocabulary.js';
import type { NodeRegistry } from '../../store/nodes.js';
import { refuse } from '../permissions.js';
import { LatestChanges } from './latest-changes.js';

export interface NodeDeskOptions {
  readonly registry: NodeRegistry;
  /** As configured. */
  readonly policy: PlacementPolicy;
  /** What a node is told that joins now; undefined: `cluster.enabled` is false. */
  readonly settings: (() => JoinSettings) | undefined;
}

const TOKEN_PREFIX = 'join_';
const LIFETIME_SECONDS_MAX = 7 * 86_400;

export class NodeDesk implements Nodes {
  readonly #options: NodeDeskOptions;
  readonly #subscribers = new Set<LatestChanges>();

  constructor(options: NodeDeskOptions) {
    this.#options = options;
  }

  get subscribers(): number {
    return this.#subscribers.size;
  }

  /** For whoever watches the registry. */
  changed(changes: readonly NodeChange[]): void {
    if (changes.length > 0) for (const subscriber of this.#subscribers) subscriber.add(changes);
  }

  async list(): Promise<NodeList> {
    const { nodes, policy } = await this.#options.registry.look();
    return { nodes, policy: policy ?? this.#options.policy };
  }

  async *changes(signal: AbortSignal): AsyncGenerator<readonly NodeChange[]> {
    const latest = new LatestChanges();
    this.#subscribers.add(latest);
    try {
      yield* latest.read(signal);
    } finally {
      this.#subscribers.delete(latest);
    }
  }

  async drain(caller: Person, name: string): Promise<ClusterNode> {
    ownerOnly(caller, 'draining a node');
    const audit = auditOf(caller, 'drainNode', { subject: `node ${name}`, after: { state: 'DRAINING' } });
    return (await this.#options.registry.drain(name, audit)) ?? refuse('NOT_FOUND', `no node ${name}`);
  }

  async cordon(caller: Person, name: string, cordoned: boolean): Promise<ClusterNode> {
    ownerOnly(caller, 'cordoning a node');
    const audit = auditOf(caller, 'cordonNode', { subject: `node ${name}`, after: { cordoned } });
    const node = await this.#options.registry.cordon(name, cordoned, audit);
    return node ?? refuse('NOT_FOUND', `no node ${name}`);
  }

  async setPolicy(caller: Person, policy: PlacementPolicy | null): Promise<PlacementPolicy> {
    ownerOnly(caller, 'switching the placement policy');
    const audit = auditOf(caller, 'setPlacementPolicy', { subject: null, after: { policy } });
    await this.#options.registry.setPolicy(policy, audit);
    return policy ?? this.#options.policy;
  }

  async createJoinToken(caller: Person, lifetimeSeconds: number): Promise<JoinToken> {
    ownerOnly(caller, 'letting a node in');
    this.#settings();
    if (lifetimeSeconds < 1 || lifetimeSeconds > LIFETIME_SECONDS_MAX) {
      const message = `lifetimeSeconds: must be 1 to ${LIFETIME_SECONDS_MAX}, got ${lifetimeSeconds}`;
      refuse('INVALID_INPUT', message, [{ path: 'lifetimeSeconds', message }]);
    }
    const token = TOKEN_PREFIX + randomBytes(24).toString('base64url');
    const lifetimeMs = lifetimeSeconds * 1000;
    const audit = auditOf(caller, 'createJoinToken', { subject: null, after: { lifetimeSeconds } });
    const row = { hash: hashOf(token), createdBy: caller.id, lifetimeMs };
    await this.#options.registry.addJoinToken(row, audit);
    return { token, lifetimeSeconds };
  }

  async join(caller: Person, token: string, node: string): Promise<JoinSettings> {
    const settings = this.#settings();
    const audit = auditOf(caller, 'joinCluster', { subject: `node ${node}`, after: { node } });
    if (await this.#options.registry.useJoinToken(hashOf(token), node, audit)) return settings();
    return refuse(
      'FORBIDDEN',
      'token: this join token was never given out, was used already, or is over; ask for another with createJoinToken',
    );
  }

  #settings(): () => JoinSettings {
    return (
      this.#options.settings ??
      refuse('UNAVAILABLE', 'this server takes no nodes; set cluster.enabled = true and start it again')
    );
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function ownerOnly({ trusted }: Person, what: string): void {
  if (!trusted)
    refuse(
      'FORBIDDEN',
      `${what} needs the owner; send the token of the state directory as "Authorization: Bearer …" (the command line does so by itself)`,
    );
}
