/**
 * The nodes of the cluster as the core counts them, and the choice among them. Synchronous and deterministic: the same
 * nodes, starts and ends give the same choices. A start or an end costs O(log nodes) for each kind of demand in use and
 * nothing for the tasks there are; a change of the nodes themselves costs O(nodes).
 */
import { assert } from '../../kit/assert.js';
import { Tournament } from '../../kit/tournament.js';
import { type ClusterNode, nodeRef, takesWork } from '../../lifecycle/cluster-node.js';
import type { Demand } from '../../lifecycle/demand.js';
import type { Placement } from '../../lifecycle/placement.js';
import type { PlacementPolicy } from '../../lifecycle/vocabulary.js';
import { isBefore, SCORES } from './scores.js';
import { Seat } from './seat.js';

/** What has learned expects of a node for this task, in seconds; null: it does not know. */
export type Rate = (node: ClusterNode) => number | null;

export interface Chosen {
  readonly node: string;
  readonly granted: Demand;
  readonly why: Placement;
}

/** Told of a placement; more would be a column nobody reads. */
const CANDIDATES_TOLD = 5;
/** Asked for LEARNED: the power of a few choices, at a bounded price. */
const CANDIDATES_RATED = 8;
/** Combinations of demand and labels that are kept in order; the oldest makes room. */
const RANKINGS_MAX = 64;

/** Who can take one kind of demand with one set of labels, best first. */
interface Ranking {
  readonly demand: Demand;
  readonly labels: readonly string[];
  readonly order: Tournament;
  /** Is there a node that could take it if it were empty? */
  readonly isPossible: boolean;
}

export class NodeBoard {
  #seats: Seat[] = [];
  readonly #byRef = new Map<string, number>();
  readonly #rankings = new Map<string, Ranking>();
  #policy: PlacementPolicy = 'RESOURCE_BASED';
  #freeSlots = 0;
  #choices = 0;

  /** Are there several nodes, and is the best of them what has been learned says? */
  get isLearned(): boolean {
    return this.#policy === 'LEARNED' && this.#seats.length > 1;
  }

  /** Does any node take work? */
  get isOpen(): boolean {
    return this.#seats.some(({ isOpen }) => isOpen);
  }

  get nodes(): number {
    return this.#seats.length;
  }

  /** Of each node that takes work: how many of that demand it has room for, idle and now. */
  rooms(demand: Demand): { readonly node: ClusterNode; readonly slots: number; readonly free: number }[] {
    return this.#seats
      .filter(({ isOpen }) => isOpen)
      .map((seat) => ({ node: seat.node, ...seat.roomFor(demand) }));
  }

  /** Slots that are free on nodes that take work. */
  get freeSlots(): number {
    return this.#freeSlots;
  }

  /** Slots of nodes that take work, busy or not. */
  get slots(): number {
    return this.#seats.reduce((sum, { isOpen, node }) => sum + (isOpen ? node.capacity.slots : 0), 0);
  }

  /** The nodes as they are now; what is booked on those that stay stays. Answers whether more may be possible than before. */
  offer(nodes: readonly ClusterNode[], policy: PlacementPolicy): boolean {
    if (policy === this.#policy && this.#areSame(nodes)) {
      for (const [at, node] of nodes.entries()) (this.#seats[at] as Seat).node = node;
      return false;
    }
    this.#seatAll(nodes);
    this.#rankings.clear();
    this.#policy = policy;
    return true;
  }

  #seatAll(nodes: readonly ClusterNode[]): void {
    const old = this.#seats;
    const before = new Map(this.#byRef);
    this.#seats = nodes.map((node) => {
      const at = before.get(nodeRef(node));
      return at === undefined ? newcomer(node, old) : withNode(old[at] as Seat, node);
    });
    this.#byRef.clear();
    for (const [index, { ref }] of this.#seats.entries()) this.#byRef.set(ref, index);
    this.#freeSlots = 0;
    for (const seat of this.#seats) this.#freeSlots += seat.freeSlots;
  }

  /** Nothing has changed but how busy they are. What a node has is the same as long as its incarnation lives. */
  #areSame(nodes: readonly ClusterNode[]): boolean {
    if (nodes.length !== this.#seats.length) return false;
    return nodes.every((node, at) => {
      const seat = this.#seats[at] as Seat;
      return seat.ref === nodeRef(node) && seat.isOpen === takesWork(node);
    });
  }

  hasRoom(demand: Demand, labels: readonly string[]): boolean {
    return this.#freeSlots > 0 && this.#ranking(demand, labels).order.winner !== undefined;
  }

  /** Could a node take it if nothing else ran? */
  isPossible(demand: Demand, labels: readonly string[]): boolean {
    return this.#ranking(demand, labels).isPossible;
  }

  /** Undefined: no node has room now. */
  choose(demand: Demand, labels: readonly string[], rate: Rate): Chosen | undefined {
    const { order } = this.#ranking(demand, labels);
    if (order.winner === undefined) return undefined;
    const candidates = this.#candidates(order, demand, rate);
    const why = {
      policy: this.#policy,
      nodes: this.#seats.length,
      eligible: order.players,
      candidates: candidates
        .slice(0, CANDIDATES_TOLD)
        .map(({ seat, score }) => ({ node: seat.node.name, score })),
    };
    const { seat } = candidates[0] as { seat: Seat };
    return { node: seat.ref, granted: this.#seat(seat, demand), why };
  }

  #seat(seat: Seat, demand: Demand): Demand {
    const granted = seat.cut(demand);
    seat.placed++;
    seat.placedAt = ++this.#choices;
    this.#book(seat.ref, granted, 1);
    return granted;
  }

  /** Could that node take it if nothing else ran there? */
  isPossibleOn(ref: string, demand: Demand, labels: readonly string[]): boolean {
    const seat = this.#seats[this.#byRef.get(ref) ?? -1];
    return seat?.isOpen === true && seat.isFor(demand, labels);
  }

  hasRoomOn(ref: string, demand: Demand, labels: readonly string[]): boolean {
    const seat = this.#seats[this.#byRef.get(ref) ?? -1];
    return seat !== undefined && seat.isFor(demand, labels) && seat.hasRoom(demand);
  }

  /** On the node that a plan names and that has room. `candidates`: what the plan chose among. */
  take(
    ref: string,
    { demand, labels }: { readonly demand: Demand; readonly labels: readonly string[] },
    candidates: Placement['candidates'],
  ): Chosen {
    const seat = this.#seats[this.#byRef.get(ref) ?? -1];
    assert(seat?.hasRoom(demand) === true, () => `node ${ref} was planned and has no room`);
    const why = {
      policy: this.#policy,
      nodes: this.#seats.length,
      eligible: this.#ranking(demand, labels).order.players,
      candidates: candidates.slice(0, CANDIDATES_TOLD),
    };
    return { node: ref, granted: this.#seat(seat, demand), why };
  }

  /** An attempt that runs already. Answers what it holds; nothing where its node is gone. */
  occupy(ref: string, demand: Demand): Demand {
    const at = this.#byRef.get(ref);
    if (at === undefined) return { slots: 0, cores: 0, memoryBytes: 0 };
    const granted = (this.#seats[at] as Seat).cut(demand);
    this.#book(ref, granted, 1);
    return granted;
  }

  giveBack(ref: string, granted: Demand): void {
    this.#book(ref, granted, -1);
  }

  #candidates(order: Tournament, demand: Demand, rate: Rate): { seat: Seat; score: number }[] {
    const score = SCORES[this.#policy];
    if (this.#policy !== 'LEARNED') {
      return order.best(CANDIDATES_TOLD).map((at) => {
        const seat = this.#seats[at] as Seat;
        return { seat, score: score(seat, demand) };
      });
    }
    const rated = order.best(CANDIDATES_RATED).map((at) => {
      const seat = this.#seats[at] as Seat;
      return { seat, score: score(seat, demand), seconds: rate(seat.node) };
    });
    // a node that nothing is known of comes after those that something is; the sort is stable
    if (rated.every(({ seconds }) => seconds === null)) return rated;
    const known = (seconds: number | null): number => seconds ?? Number.MAX_VALUE;
    return rated
      .sort((a, b) => known(a.seconds) - known(b.seconds))
      .map(({ seat, seconds }) => ({ seat, score: known(seconds) }));
  }

  #book(ref: string, demand: Demand, sign: 1 | -1): void {
    const at = this.#byRef.get(ref);
    if (at === undefined) return; // its node is gone, and everything that was booked there with it
    const seat = this.#seats[at] as Seat;
    this.#freeSlots -= seat.freeSlots;
    seat.book(demand, sign);
    assert(seat.slots >= 0, () => `more was given back on node ${ref} than was taken`);
    this.#freeSlots += seat.freeSlots;
    for (const { order, ...wish } of this.#rankings.values())
      order.set(at, seat.isFor(wish.demand, wish.labels) && seat.hasRoom(wish.demand));
  }

  #ranking(demand: Demand, labels: readonly string[]): Ranking {
    const key = `${demand.slots} ${demand.cores} ${demand.memoryBytes} ${labels.join(',')}`;
    const known = this.#rankings.get(key);
    if (known !== undefined) return known;
    if (this.#rankings.size >= RANKINGS_MAX)
      this.#rankings.delete(this.#rankings.keys().next().value as string);
    const made = this.#rank(demand, labels);
    this.#rankings.set(key, made);
    return made;
  }

  #rank(demand: Demand, labels: readonly string[]): Ranking {
    const seats = this.#seats;
    const score = SCORES[this.#policy];
    const order = new Tournament(seats.length, (a, b) => {
      const [one, other] = [seats[a] as Seat, seats[b] as Seat];
      const difference = score(one, demand) - score(other, demand);
      return difference === 0 ? isBefore(one, other) : difference < 0;
    });
    let isPossible = false;
    for (const [at, seat] of seats.entries()) {
      if (!seat.isFor(demand, labels)) continue;
      isPossible ||= seat.isOpen;
      if (seat.hasRoom(demand)) order.set(at, true);
    }
    return { demand, labels, order, isPossible };
  }
}

function withNode(seat: Seat, node: ClusterNode): Seat {
  seat.node = node;
  return seat;
}

/** It begins where the others are, or it would win every tie until it had caught up with them. */
function newcomer(node: ClusterNode, others: readonly Seat[]): Seat {
  const seat = new Seat(node);
  let least = Number.POSITIVE_INFINITY;
  for (const { placed, node: other } of others) least = Math.min(least, placed / other.capacity.slots);
  seat.placed = Number.isFinite(least) ? Math.round(least * node.capacity.slots) : 0;
  return seat;
}
