/** What of a cluster outlives its processes: the registry and the broker, both in the database of the world. */
import type { ReportBatch } from '../../../../src/layers/cluster/messages.js';
import type { Packed } from '../../../../src/layers/cluster/seal.js';
import { REPORTS_QUEUE, unpack } from '../../../../src/layers/cluster/messages.js';
import type { ClusterProfile } from '../profile.js';
import type { World } from '../world.js';
import { Broker } from './broker.js';
import { SimRegistry } from './registry.js';

export class Cluster {
  readonly registry: SimRegistry;
  readonly broker: Broker;

  constructor(world: World, profile: ClusterProfile) {
    const { database, judge, timeline, network, random } = world;
    this.registry = new SimRegistry(() => database.now(), judge.nodes);
    this.broker = new Broker({ timeline, network, profile, random: random.fork('broker') });
    this.broker.onDone = (queue, { data }) => {
      if (queue === REPORTS_QUEUE)
        judge.nodes.taken((data as Packed).node, unpack<ReportBatch>(data as Packed));
    };
  }
}
