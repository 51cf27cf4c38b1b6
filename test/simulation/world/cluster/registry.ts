/** The registry of nodes in the database of a world: the in-memory one, whose every row the judge sees, and how a process reaches it. */
import {
  type ClusterNode,
  type JoinRequest,
  type NodeBeat,
  nodeRef,
} from '../../../../src/lifecycle/cluster-node.js';
import type { PlacementPolicy } from '../../../../src/lifecycle/vocabulary.js';
import { MemoryNodes } from '../../../../src/store/memory/memory-nodes.js';
import type { ClusterView, NodeRegistry } from '../../../../src/store/nodes.js';
import type { NodeRules } from '../../judge/nodes.js';
import type { Machine } from '../machine.js';
import type { Network } from '../network.js';

export class SimRegistry {
  readonly #nodes: MemoryNodes;
  readonly #rules: NodeRules;

  constructor(now: () => number, rules: NodeRules) {
    this.#nodes = new MemoryNodes(now);
    this.#rules = rules;
  }

  async join(request: JoinRequest): Promise<ClusterNode | undefined> {
    const node = await this.#nodes.join(request);
    if (node !== undefined) this.#rules.joined(node);
    return node;
  }

  async beat(beat: NodeBeat): Promise<ClusterNode | undefined> {
    const node = await this.#nodes.beat(beat);
    if (node !== undefined) this.#rules.beat(node);
    return node;
  }

  async leave(name: string, incarnation: number): Promise<void> {
    await this.#nodes.leave(name, incarnation);
    this.#rules.left(nodeRef({ name, incarnation }));
  }

  async look(): Promise<ClusterView> {
    const view = await this.#nodes.look();
    this.#rules.looks(view);
    return view;
  }

  drain(name: string): Promise<ClusterNode | undefined> {
    return this.#nodes.drain(name);
  }

  cordon(name: string, cordoned: boolean): Promise<ClusterNode | undefined> {
    return this.#nodes.cordon(name, cordoned);
  }

  setPolicy(policy: PlacementPolicy | null): Promise<void> {
    return this.#nodes.setPolicy(policy);
  }
}

export interface Reach {
  readonly network: Network;
  readonly machine: Machine;
}

type Asked = Pick<NodeRegistry, 'join' | 'beat' | 'leave' | 'look' | 'drain' | 'cordon' | 'setPolicy'>;

/** Every call may fail as the network of that machine does. */
export function registryOver(registry: SimRegistry, { network, machine }: Reach): Asked {
  const call = <T>(execute: () => Promise<T>): Promise<T> => network.call(machine, execute);
  return {
    join: (request) => call(() => registry.join(request)),
    beat: (beat) => call(() => registry.beat(beat)),
    leave: (name, incarnation) => call(() => registry.leave(name, incarnation)),
    look: () => call(() => registry.look()),
    drain: (name) => call(() => registry.drain(name)),
    cordon: (name, cordoned) => call(() => registry.cordon(name, cordoned)),
    setPolicy: (policy) => call(() => registry.setPolicy(policy)),
  };
}
