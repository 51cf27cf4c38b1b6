/**
 * How the policies rate a node for a demand: the lower the better. Pure arithmetic on what is booked, because the tree of
 * a board asks some dozens of times for each start.
 */
import type { Demand } from '../../lifecycle/demand.js';
import type { PlacementPolicy } from '../../lifecycle/vocabulary.js';
import type { Seat } from './seat.js';

export type Score = (seat: Seat, demand: Demand) => number;

/** Whose turn is longest ago. */
const roundRobin: Score = (seat) => seat.placedAt;

/** Who runs the fewest attempts. */
const leastConnections: Score = (seat) => seat.slots;

/**
 * How full its scarcest resource would be with it, 0 to 1 (dominant share, Ghodsi et al., NSDI 2011). After and not before,
 * so that of empty nodes the larger goes first.
 */
const resourceBased: Score = (seat, demand) => {
  const { slots, cores, memoryBytes } = seat.node.capacity;
  const bySlots = (seat.slots + demand.slots) / slots;
  const byCores = (seat.cores + Math.min(demand.cores, cores)) / cores;
  const byMemory = (seat.memoryBytes + demand.memoryBytes) / memoryBytes;
  return Math.max(bySlots, byCores, byMemory);
};

/** LEARNED asks what has learned about the best few of RESOURCE_BASED: see node-board.ts. */
export const SCORES: Readonly<Record<PlacementPolicy, Score>> = {
  ROUND_ROBIN: roundRobin,
  LEAST_CONNECTIONS: leastConnections,
  RESOURCE_BASED: resourceBased,
  LEARNED: resourceBased,
};

/** Between equals: who had least for its size so far, then whose turn is longest ago. Never equal. */
export function isBefore(a: Seat, b: Seat): boolean {
  const shareA = a.placed * b.node.capacity.slots;
  const shareB = b.placed * a.node.capacity.slots;
  return shareA !== shareB
    ? shareA < shareB
    : a.placedAt !== b.placedAt
      ? a.placedAt < b.placedAt
      : a.ref < b.ref;
}
