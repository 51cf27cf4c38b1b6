/**
 * What each layer has left: slots, cores and memory, as the core counts them. A demand larger than a whole layer is cut
 * to the layer's size, so that a LARGE task on a small machine runs alone instead of never. A layer of many nodes is
 * counted node by node, and a start there is a choice of one. What was advised may hold a layer below the slots that it has.
 */
import { assert } from '../../kit/assert.js';
import type { ClusterNode } from '../../lifecycle/cluster-node.js';
import type { Demand } from '../../lifecycle/demand.js';
import type { LayerName, PlacementPolicy } from '../../lifecycle/vocabulary.js';
import type { Placement } from '../../lifecycle/placement.js';
import { type Chosen, NodeBoard, type Rate } from '../placement/node-board.js';
import { timesIn } from '../placement/seat.js';

interface Room {
  total: Demand;
  slots: number;
  cores: number;
  memoryBytes: number;
}

/** Where an attempt may start. */
export interface Place {
  readonly granted: Demand;
  /** Undefined: the layer is one process. */
  readonly chosen: Chosen | undefined;
}

/** A layer, or a node of one whose nodes are chosen by what was learned, and how many of one demand it takes, idle and now. */
export interface PlaceRoom {
  readonly layer: LayerName;
  readonly node: ClusterNode | null;
  readonly slots: number;
  readonly free: number;
}

/** Of more nodes each is not a place of its own for a plan. */
const NODES_PLANNED_MAX = 12;
/** Sums of fractions of a core drift by rounding; nothing real is that small. */
const EPSILON = 1e-9;
const NOTHING: Demand = { slots: 0, cores: 0, memoryBytes: 0 };

export class Rooms {
  readonly #rooms = new Map<LayerName, Room>();
  readonly #boards = new Map<LayerName, NodeBoard>();
  /** In the order in which they were first offered: those that are asked first, first. */
  readonly #layers: LayerName[] = [];
  /** Slots in use, and how many may be at once where that was advised. */
  readonly #used = new Map<LayerName, number>();
  readonly #limits = new Map<LayerName, number>();
  #revision = 0;

  /** Grows when there are other places than before. */
  get revision(): number {
    return this.#revision;
  }

  /** Also changes the size of a layer that is in use; it may then be overfull until attempts end. */
  offer(layer: LayerName, total: Demand): void {
    this.#revision++;
    this.#know(layer);
    const old = this.#rooms.get(layer);
    const used = old === undefined ? NOTHING : usedOf(old);
    this.#rooms.set(layer, {
      total,
      slots: total.slots - used.slots,
      cores: total.cores - used.cores,
      memoryBytes: total.memoryBytes - used.memoryBytes,
    });
  }

  /** The nodes of a layer as they are now. Answers whether more may be possible than before. */
  offerNodes(layer: LayerName, nodes: readonly ClusterNode[], policy: PlacementPolicy): boolean {
    this.#know(layer);
    let board = this.#boards.get(layer);
    if (board === undefined) this.#boards.set(layer, (board = new NodeBoard()));
    const hasChanged = board.offer(nodes, policy);
    if (hasChanged) this.#revision++;
    return hasChanged;
  }

  #know(layer: LayerName): void {
    if (!this.#layers.includes(layer)) this.#layers.push(layer);
  }

  /** Does it run on nodes, which every server reaches, and not in one process? */
  isOfNodes(layer: LayerName): boolean {
    return this.#boards.has(layer);
  }

  /** No more slots of the layer than this are to be in use at once; those that are stay so. Answers whether that is news. */
  limit(layer: LayerName, slots: number): boolean {
    assert(slots >= 1, () => `a layer is never closed by advice: ${layer} was limited to ${slots}`);
    if (this.#limits.get(layer) === slots) return false;
    this.#limits.set(layer, slots);
    this.#revision++;
    return true;
  }

  /** Those that were ever offered. */
  get layers(): readonly LayerName[] {
    return this.#layers;
  }

  /** Slots in use. */
  usedOf(layer: LayerName): number {
    return this.#used.get(layer) ?? 0;
  }

  /** Slots that it has, busy or not, whatever was advised. */
  slotsOf(layer: LayerName): number {
    return this.#rooms.get(layer)?.total.slots ?? this.#boards.get(layer)?.slots ?? 0;
  }

  /** Slots that may still be taken, as advised. */
  #leftOf(layer: LayerName): number {
    return (this.#limits.get(layer) ?? Number.POSITIVE_INFINITY) - this.usedOf(layer);
  }

  #count(layer: LayerName, slots: number): void {
    this.#used.set(layer, this.usedOf(layer) + slots);
  }

  /** `labels`: what its node must have; a layer that is one process has none. */
  hasRoom(layer: LayerName, demand: Demand, labels: readonly string[]): boolean {
    if (this.#leftOf(layer) < demand.slots) return false;
    const room = this.#rooms.get(layer);
    if (room === undefined) return this.#boards.get(layer)?.hasRoom(demand, labels) ?? false;
    return labels.length === 0 && grant(room, demand) !== undefined;
  }

  /** Could it run there if nothing else did? */
  isPossible(layer: LayerName, demand: Demand, labels: readonly string[]): boolean {
    if (this.#rooms.has(layer)) return labels.length === 0;
    return this.#boards.get(layer)?.isPossible(demand, labels) ?? false;
  }

  /** Has it any slot, busy or not? */
  isOffered(layer: LayerName): boolean {
    const room = this.#rooms.get(layer);
    return room === undefined ? (this.#boards.get(layer)?.isOpen ?? false) : room.total.slots > 0;
  }

  /** Are its nodes places of their own for a plan? */
  choosesNodes(layer: LayerName): boolean {
    const board = this.#boards.get(layer);
    return board !== undefined && board.isLearned && board.nodes <= NODES_PLANNED_MAX;
  }

  places(demand: Demand): PlaceRoom[] {
    return this.#layers.flatMap((layer) => {
      const room = this.#rooms.get(layer);
      if (room === undefined) return this.#nodePlaces(layer, this.#boards.get(layer) as NodeBoard, demand);
      const wish = cutTo(room.total, demand);
      return [
        this.#asAdvised({ layer, node: null, slots: timesIn(room.total, wish), free: timesIn(room, wish) }),
      ];
    });
  }

  #asAdvised(place: PlaceRoom): PlaceRoom {
    const limit = this.#limits.get(place.layer);
    if (limit === undefined) return place;
    const free = Math.max(0, Math.min(place.free, this.#leftOf(place.layer)));
    return { ...place, slots: Math.min(place.slots, limit), free };
  }

  #nodePlaces(layer: LayerName, board: NodeBoard, demand: Demand): PlaceRoom[] {
    const nodes = board.rooms(demand);
    if (this.choosesNodes(layer)) return nodes.map((room) => this.#asAdvised({ layer, ...room }));
    const sum = (of: 'slots' | 'free'): number => nodes.reduce((all, room) => all + room[of], 0);
    return [this.#asAdvised({ layer, node: null, slots: sum('slots'), free: sum('free') })];
  }

  isPossibleOn(layer: LayerName, node: string, demand: Demand, labels: readonly string[]): boolean {
    return this.#boards.get(layer)?.isPossibleOn(node, demand, labels) ?? false;
  }

  hasRoomOn(layer: LayerName, node: string, demand: Demand, labels: readonly string[]): boolean {
    if (this.#leftOf(layer) < demand.slots) return false;
    return this.#boards.get(layer)?.hasRoomOn(node, demand, labels) ?? false;
  }

  /** To be called only where `hasRoomOn`. `candidates`: what the plan chose among. */
  takeOn(
    { layer, node }: { readonly layer: LayerName; readonly node: string },
    wish: { readonly demand: Demand; readonly labels: readonly string[] },
    candidates: Placement['candidates'],
  ): Place {
    const chosen = this.#boards.get(layer)?.take(node, wish, candidates);
    assert(chosen !== undefined, () => `layer ${layer} was planned and has no nodes`);
    this.#count(layer, chosen.granted.slots);
    return { granted: chosen.granted, chosen };
  }

  /** Is there no slot at all? A cheap look before the queue is asked. */
  isFull(layer: LayerName): boolean {
    if (this.#leftOf(layer) <= 0) return true;
    return (this.#rooms.get(layer)?.slots ?? this.#boards.get(layer)?.freeSlots ?? 0) <= 0;
  }

  /** Is there one on any layer? */
  get hasSlot(): boolean {
    return this.#layers.some((layer) => !this.isFull(layer));
  }

  /** To be called only where there is room. `rate` is asked for nodes under the policy that has learned. */
  take(layer: LayerName, demand: Demand, labels: readonly string[], rate: Rate): Place {
    const room = this.#rooms.get(layer);
    if (room === undefined) {
      const chosen = this.#boards.get(layer)?.choose(demand, labels, rate);
      assert(chosen !== undefined, () => `layer ${layer} was chosen and has no room`);
      this.#count(layer, chosen.granted.slots);
      return { granted: chosen.granted, chosen };
    }
    const granted = grant(room, demand);
    assert(granted !== undefined, () => `layer ${layer} was chosen and has no room`);
    change(room, granted, -1);
    this.#count(layer, granted.slots);
    return { granted, chosen: undefined };
  }

  /** For an attempt that runs already. Answers what it holds, which is nothing where it does not fit any more. */
  occupy(layer: LayerName, node: string, demand: Demand): Demand {
    const granted = this.#occupied(layer, node, demand);
    this.#count(layer, granted.slots);
    return granted;
  }

  #occupied(layer: LayerName, node: string, demand: Demand): Demand {
    const room = this.#rooms.get(layer);
    if (room === undefined) return this.#boards.get(layer)?.occupy(node, demand) ?? NOTHING;
    const granted = grant(room, demand) ?? NOTHING;
    change(room, granted, -1);
    return granted;
  }

  giveBack(layer: LayerName, node: string, granted: Demand): void {
    const room = this.#rooms.get(layer);
    this.#count(layer, -granted.slots);
    if (room !== undefined) change(room, granted, 1);
    else this.#boards.get(layer)?.giveBack(node, granted);
  }
}

/** The demand as this layer can grant it, or undefined when there is no room now. */
function grant(room: Room, demand: Demand): Demand | undefined {
  const cut = cutTo(room.total, demand);
  const fits =
    cut.slots <= room.slots && cut.cores <= room.cores + EPSILON && cut.memoryBytes <= room.memoryBytes;
  return fits ? cut : undefined;
}

function change(room: Room, demand: Demand, sign: 1 | -1): void {
  room.slots += sign * demand.slots;
  room.cores += sign * demand.cores;
  room.memoryBytes += sign * demand.memoryBytes;
}

function cutTo(total: Demand, demand: Demand): Demand {
  if (demand.cores <= total.cores && demand.memoryBytes <= total.memoryBytes) return demand;
  return {
    slots: demand.slots,
    cores: Math.min(demand.cores, total.cores),
    memoryBytes: Math.min(demand.memoryBytes, total.memoryBytes),
  };
}

function usedOf(room: Room): Demand {
  return {
    slots: room.total.slots - room.slots,
    cores: room.total.cores - room.cores,
    memoryBytes: room.total.memoryBytes - room.memoryBytes,
  };
}
