/** The cluster layer of one server, and its watch on the registry, wired as the composition root wires them. */
import { ClusterLayer } from '../../../../src/layers/cluster/cluster-layer.js';
import { type ReportBatch, unpack } from '../../../../src/layers/cluster/messages.js';
import type { Packed } from '../../../../src/layers/cluster/seal.js';
import { NodeWatch } from '../../../../src/orchestrator/cluster/node-watch.js';
import type { Machine } from '../machine.js';
import type { World } from '../world.js';
import { brokerClient } from './broker-client.js';
import type { Cluster } from './cluster.js';
import { registryOver } from './registry.js';

export class ServerNodes {
  readonly layer: ClusterLayer;
  readonly #watch: NodeWatch;

  constructor(world: World, cluster: Cluster, { machine, node }: { machine: Machine; node: string }) {
    const { network, judge, story } = world;
    const { broker } = cluster;
    const registry = registryOver(cluster.registry, { network, machine });
    const faulty = (error: unknown): void =>
      judge.report('sound', `${node} fails to take a message: ${String(error)}`);
    const takes = (data: Packed): void => judge.nodes.hears(node, data.node, unpack<ReportBatch>(data));
    this.layer = new ClusterLayer({
      clock: machine,
      policy: 'RESOURCE_BASED',
      openBackend: () =>
        network.call(machine, async () => brokerClient({ broker, network, machine, faulty, takes })),
      onError: (error) => story.tell(node, () => `has trouble with the cluster: ${error.message}`),
      onRefused: (reason, its) => story.tell(node, () => `refuses a report of ${its}: ${reason}`),
    });
    this.#watch = new NodeWatch({
      registry: {
        look: async () => {
          const view = await registry.look();
          judge.nodes.looked(node, view);
          return view;
        },
      },
      user: this.layer,
      clock: machine,
      changed: (changes) => {
        for (const { node: its, from, to } of changes)
          story.tell(node, () => `sees ${its.name} as incarnation ${its.incarnation}: ${from} → ${to}`);
      },
      onError: (error) => story.tell(node, () => `cannot look at the nodes: ${String(error)}`),
    });
  }

  /** Resolves after the first look. */
  start(): Promise<void> {
    return this.#watch.start();
  }

  /** What is known afterwards is no older than this call. */
  look(): Promise<void> {
    return this.#watch.look();
  }

  async stop(): Promise<void> {
    await this.#watch.stop();
    await this.layer.close();
  }
}
