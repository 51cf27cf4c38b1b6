/** Nodes as values, for tests of placement. */
import { type ClusterNode, type JoinRequest, nodeRef } from '../../../src/lifecycle/cluster-node.js';
import type { ClusterView } from '../../../src/store/nodes.js';

const GIB = 2 ** 30;

export function nodeOf(name: string, change: Partial<ClusterNode> = {}): ClusterNode {
  return {
    name,
    instance: name,
    address: 'host:1',
    version: '1',
    labels: [],
    capacity: { slots: 4, cores: 8, memoryBytes: 32 * GIB },
    leaseMs: 5000,
    incarnation: 1,
    state: 'READY',
    cordoned: false,
    load: { cpu: 0, memoryBytes: 0, running: 0 },
    joinedAt: 0,
    seenAt: 0,
    changedAt: 0,
    ...change,
  };
}

/** As it joins. */
export function joining(name: string, change: Partial<ClusterNode> = {}): JoinRequest {
  return { ...nodeOf(name, change), key: keyOf(name) };
}

/** What each of them seals with. */
export const keyOf = (name: string): string => `key of ${name}`;

export function viewOf(...nodes: readonly ClusterNode[]): ClusterView {
  return { nodes, policy: null, keys: new Map(nodes.map((node) => [nodeRef(node), keyOf(node.name)])) };
}

/** One node for each number of slots: `n0`, `n1`, … with two cores a slot. */
export function nodesWith(slots: readonly number[]): ClusterNode[] {
  return slots.map((count, at) =>
    nodeOf(`n${at}`, { capacity: { slots: count, cores: 2 * count, memoryBytes: 8 * count * GIB } }),
  );
}
