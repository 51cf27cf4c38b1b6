/** What goes wrong with nodes, and what people do to them. */
import type { SeededRandom } from '../../../../src/kit/random.js';
import type { PlacementPolicy } from '../../../../src/lifecycle/vocabulary.js';
import type { ClusterProfile } from '../profile.js';
import type { World } from '../world.js';
import type { Cluster } from './cluster.js';
import type { NodeFleet } from './node-fleet.js';
import type { SimNode } from './sim-node.js';

const POLICIES: readonly (PlacementPolicy | null)[] = ['ROUND_ROBIN', 'LEAST_CONNECTIONS', 'LEARNED', null];

export class NodeTroubles {
  readonly #world: World;
  readonly #cluster: Cluster;
  readonly #fleet: NodeFleet;
  readonly #profile: ClusterProfile;
  readonly #random: SeededRandom;

  constructor(world: World, cluster: Cluster, parts: { fleet: NodeFleet; profile: ClusterProfile }) {
    this.#world = world;
    this.#cluster = cluster;
    this.#fleet = parts.fleet;
    this.#profile = parts.profile;
    this.#random = world.random.fork('node trouble');
  }

  maybe(): void {
    const { troubled, troubles } = this.#profile;
    const { nodes } = this.#fleet;
    if (nodes.length === 0 || troubles.length === 0 || this.#random.next() >= troubled) return;
    const trouble = this.#random.pick(troubles);
    const node = this.#random.pick(nodes);
    if (trouble === 'node crash') this.#fleet.kill(node);
    else if (trouble === 'node pause') this.#pause(node);
    else if (trouble === 'node cut') this.#cut(node);
    else if (trouble === 'node stop') this.#stop(node);
    else if (trouble === 'drain') this.#drain(node);
    else if (trouble === 'cordon') this.#cordon(node);
    else this.#switchPolicy();
  }

  heal(): void {
    this.#cluster.broker.troubled = false;
    for (const { name, machine } of this.#fleet.nodes) {
      machine.wildWall = false;
      machine.resume();
      void this.#cluster.registry.cordon(name, false);
    }
  }

  /** For less than its lease, or for several. */
  #pause({ name, machine }: SimNode): void {
    const ms = this.#random.int(this.#random.next() < 0.4 ? 900 : 4000);
    this.#tell(() => `${name} stands still for ${ms} ms`);
    machine.pause();
    this.#world.timeline.after(ms, () => {
      this.#tell(() => `${name} goes on`);
      machine.resume();
    });
  }

  #cut({ name, machine }: SimNode): void {
    const { network, timeline } = this.#world;
    const ms = 100 + this.#random.int(3000);
    this.#tell(() => `${name} is cut off for ${ms} ms`);
    network.cut.add(machine);
    timeline.after(ms, () => {
      this.#tell(() => `${name} is reached again`);
      network.cut.delete(machine);
    });
  }

  #stop(node: SimNode): void {
    this.#tell(() => `SIGTERM of ${node.name}`);
    node.stop();
  }

  #drain({ name }: SimNode): void {
    this.#tell(() => `somebody drains ${name}`);
    void this.#cluster.registry.drain(name);
  }

  #cordon({ name }: SimNode): void {
    const ms = 500 + this.#random.int(3000);
    this.#tell(() => `somebody cordons ${name} for ${ms} ms`);
    void this.#cluster.registry.cordon(name, true);
    this.#world.timeline.after(ms, () => void this.#cluster.registry.cordon(name, false));
  }

  #switchPolicy(): void {
    const policy = this.#random.pick(POLICIES);
    this.#tell(() => `somebody switches the policy to ${policy ?? 'what is configured'}`);
    void this.#cluster.registry.setPolicy(policy);
  }

  #tell(what: () => string): void {
    this.#world.story.tell('trouble', what);
  }
}
