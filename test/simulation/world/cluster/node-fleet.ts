/** The nodes of a history: machines with sizes and labels of their own, and whoever starts another process where one has ended. */
import type { SeededRandom } from '../../../../src/kit/random.js';
import type { JoinRequest } from '../../../../src/lifecycle/cluster-node.js';
import { NODE_LABELS } from '../people/meshes.js';
import type { ClusterProfile } from '../profile.js';
import type { World } from '../world.js';
import type { Cluster } from './cluster.js';
import { SimNode } from './sim-node.js';

const LEASE_MS = 1000;
const GIB = 2 ** 30;

type Place = Pick<JoinRequest, 'name' | 'labels' | 'capacity'>;

export class NodeFleet {
  readonly #world: World;
  readonly #cluster: Cluster;
  readonly #random: SeededRandom;
  readonly #nodes = new Map<string, SimNode>();
  readonly #places = new Map<SimNode, Place>();
  #started = 0;

  constructor(world: World, cluster: Cluster, { nodes }: ClusterProfile) {
    this.#world = world;
    this.#cluster = cluster;
    this.#random = world.random.fork('nodes');
    for (let number = 1; number <= nodes; number++) {
      const place = this.#place(number);
      const isLate = number > 1 && this.#random.next() < 0.3;
      world.timeline.after(isLate ? this.#random.int(6000) : this.#random.int(50), () => this.#start(place));
    }
  }

  get nodes(): readonly SimNode[] {
    return [...this.#nodes.values()];
  }

  kill(node: SimNode): void {
    if (node.machine.isDead) return;
    this.#world.story.tell('trouble', () => `kill -9 of ${node.name}`);
    this.#end(node);
  }

  /** The first takes whatever there is, so that no task waits for a node that nobody has. */
  #place(number: number): Place {
    const random = this.#random;
    const isFirst = number === 1;
    const labels = NODE_LABELS.filter(() => isFirst || random.next() < 0.4);
    const cores = 1 + random.int(4);
    const memoryBytes = (isFirst ? 4 : 1 + random.int(4)) * GIB;
    return { name: `node-${number}`, labels, capacity: { slots: 1 + random.int(3), cores, memoryBytes } };
  }

  #start(place: Place): void {
    const number = ++this.#started;
    const random = this.#random;
    // mostly in the same state directory as before, sometimes on another machine
    const instance = random.next() < 0.8 ? place.name : `${place.name} elsewhere ${number}`;
    const request = {
      ...place,
      instance,
      address: `host:${number}`,
      version: '1',
      leaseMs: LEASE_MS,
      key: `key ${number}`,
    };
    this.#world.story.tell(place.name, () => `starts as process ${number}`);
    const node: SimNode = new SimNode(this.#world, this.#cluster, {
      request,
      number,
      killed: () => this.kill(node),
    });
    this.#nodes.set(place.name, node);
    this.#places.set(node, place);
    void node.ended.then((how) => {
      this.#world.story.tell(place.name, () => (how === 'left' ? 'has left' : 'finds its name taken'));
      if (!node.machine.isDead) this.#end(node);
    });
  }

  /** Somebody starts another one. */
  #end(node: SimNode): void {
    node.kill();
    this.#nodes.delete(node.name);
    const place = this.#places.get(node) as Place;
    const afterMs = this.#random.next() < 0.5 ? this.#random.int(200) : this.#random.int(2500);
    this.#world.timeline.after(afterMs, () => this.#start(place));
  }
}
