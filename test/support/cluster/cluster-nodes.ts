/** Nodes as values, for tests of placement. */
import type { ClusterNode } from '../../../src/lifecycle/cluster-node.js';

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

/** One node for each number of slots: `n0`, `n1`, … with two cores a slot. */
export function nodesWith(slots: readonly number[]): ClusterNode[] {
  return slots.map((count, at) =>
    nodeOf(`n${at}`, { capacity: { slots: count, cores: 2 * count, memoryBytes: 8 * count * GIB } }),
  );
}
