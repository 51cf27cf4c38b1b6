/** A node as placement counts it: what is booked on it, and when it was last chosen. Changed by the board alone. */
import type { Demand } from '../../lifecycle/demand.js';
import { type ClusterNode, nodeRef, takesWork } from '../../lifecycle/cluster-node.js';

/** Sums of fractions of a core drift by rounding; nothing real is that small. */
const EPSILON = 1e-9;

/** How often the wish fits; of what it does not ask for there is enough. */
export function timesIn(room: Demand, wish: Demand): number {
  const fits = (has: number, takes: number): number => (takes <= 0 ? Infinity : (has + EPSILON) / takes);
  const times = Math.min(
    fits(room.slots, wish.slots),
    fits(room.cores, wish.cores),
    fits(room.memoryBytes, wish.memoryBytes),
  );
  return Math.max(0, Math.floor(times));
}

export class Seat {
  readonly ref: string;
  node: ClusterNode;
  slots = 0;
  cores = 0;
  memoryBytes = 0;
  /** Attempts it was chosen for, and the number of the last such choice: the last words between equals. */
  placed = 0;
  placedAt = 0;
  #labels: ReadonlySet<string>;

  constructor(node: ClusterNode) {
    this.ref = nodeRef(node);
    this.node = node;
    this.#labels = new Set(node.labels);
  }

  get isOpen(): boolean {
    return takesWork(this.node);
  }

  get freeSlots(): number {
    return this.isOpen ? Math.max(0, this.node.capacity.slots - this.slots) : 0;
  }

  /** Hard constraints: they hold whatever else runs there. Of memory a task gets what it asks for, or another node. */
  isFor({ memoryBytes }: Demand, labels: readonly string[]): boolean {
    return memoryBytes <= this.node.capacity.memoryBytes && labels.every((label) => this.#labels.has(label));
  }

  /** Is there room now? More cores than the node has are cut to all of them, so that a LARGE task there runs alone. */
  hasRoom(demand: Demand): boolean {
    const { slots, cores, memoryBytes } = this.node.capacity;
    return (
      this.isOpen &&
      this.slots + demand.slots <= slots &&
      this.cores + Math.min(demand.cores, cores) <= cores + EPSILON &&
      this.memoryBytes + demand.memoryBytes <= memoryBytes
    );
  }

  /** How many of that demand it takes when idle, and how many more now. Memory beyond the node's is cut as well. */
  roomFor({ slots, cores, memoryBytes }: Demand): { readonly slots: number; readonly free: number } {
    const { capacity } = this.node;
    const wish = {
      slots,
      cores: Math.min(cores, capacity.cores),
      memoryBytes: Math.min(memoryBytes, capacity.memoryBytes),
    };
    const left = {
      slots: capacity.slots - this.slots,
      cores: capacity.cores - this.cores,
      memoryBytes: capacity.memoryBytes - this.memoryBytes,
    };
    return { slots: timesIn(capacity, wish), free: timesIn(left, wish) };
  }

  /** What the demand comes to here. */
  cut(demand: Demand): Demand {
    const { cores } = this.node.capacity;
    return demand.cores <= cores ? demand : { ...demand, cores };
  }

  book(demand: Demand, sign: 1 | -1): void {
    this.slots += sign * demand.slots;
    this.cores += sign * demand.cores;
    this.memoryBytes += sign * demand.memoryBytes;
  }
}
