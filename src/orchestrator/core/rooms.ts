/**
 * What each layer has left: slots, cores and memory, as the core counts them. A demand larger than a whole layer is cut
 * to the layer's size, so that a LARGE task on a small machine runs alone instead of never.
 */
import { assert } from '../../kit/assert.js';
import type { Demand } from '../../lifecycle/demand.js';
import type { LayerName } from '../../lifecycle/vocabulary.js';

interface Room {
  total: Demand;
  slots: number;
  cores: number;
  memoryBytes: number;
}

/** Sums of fractions of a core drift by rounding; nothing real is that small. */
const EPSILON = 1e-9;

export class Rooms {
  readonly #rooms = new Map<LayerName, Room>();

  /** Also changes the size of a layer that is in use; it may then be overfull until attempts end. */
  offer(layer: LayerName, total: Demand): void {
    const old = this.#rooms.get(layer);
    const used = old === undefined ? { slots: 0, cores: 0, memoryBytes: 0 } : usedOf(old);
    this.#rooms.set(layer, {
      total,
      slots: total.slots - used.slots,
      cores: total.cores - used.cores,
      memoryBytes: total.memoryBytes - used.memoryBytes,
    });
  }

  has(layer: LayerName): boolean {
    return this.#rooms.has(layer);
  }

  /** The demand as this layer can grant it, or undefined when there is no room now. */
  grant(layer: LayerName, demand: Demand): Demand | undefined {
    const room = this.#rooms.get(layer);
    if (room === undefined) return undefined;
    const cut = cutTo(room.total, demand);
    const fits =
      cut.slots <= room.slots && cut.cores <= room.cores + EPSILON && cut.memoryBytes <= room.memoryBytes;
    return fits ? cut : undefined;
  }

  /** Is there a slot at all? A cheap look before the queue is asked. */
  isFull(layer: LayerName): boolean {
    return (this.#rooms.get(layer)?.slots ?? 0) <= 0;
  }

  /** Is there one on any layer? */
  get hasSlot(): boolean {
    for (const room of this.#rooms.values()) if (room.slots > 0) return true;
    return false;
  }

  take(layer: LayerName, granted: Demand): void {
    this.#change(layer, granted, -1);
  }

  giveBack(layer: LayerName, granted: Demand): void {
    this.#change(layer, granted, 1);
  }

  #change(layer: LayerName, demand: Demand, sign: 1 | -1): void {
    const room = this.#rooms.get(layer);
    assert(room !== undefined, () => `layer ${layer} has no room`);
    room.slots += sign * demand.slots;
    room.cores += sign * demand.cores;
    room.memoryBytes += sign * demand.memoryBytes;
  }
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
