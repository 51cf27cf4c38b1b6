/** From a node to what the API shows of it. */
import type { NodeChange } from '../../../layers/nodes.js';
import { type ClusterNode, isNodeName } from '../../../lifecycle/cluster-node.js';
import { invalid } from '../arguments.js';
import type { NodeChangeView, NodeView } from './node.type.js';

export function nodeView(node: ClusterNode): NodeView {
  const { name, incarnation, state, cordoned, address, version, labels, capacity, load } = node;
  const { slots, cores, memoryBytes } = capacity;
  return {
    id: name,
    incarnation,
    state,
    cordoned,
    address,
    version,
    labels,
    slots,
    cores,
    memoryBytes,
    load,
    joinedAt: new Date(node.joinedAt),
    seenAt: new Date(node.seenAt),
    changedAt: new Date(node.changedAt),
  };
}

export function changeView({ node, from, to }: NodeChange): NodeChangeView {
  return { node: nodeView(node), from, to };
}

export function parseNodeName(name: string, field: string): string {
  if (isNodeName(name)) return name;
  throw invalid(field, 'must be the id of a node, as `nodes { id }` tells it');
}
