/**
 * A cluster on a virtual clock: the placement of the product over so many nodes and tasks, without processes. Tasks of three
 * kinds of demand come as soon as one ends, so the nodes are always full: the dearest case.
 */
import { SeededRandom } from '../../src/kit/random.js';
import type { ClusterNode } from '../../src/lifecycle/cluster-node.js';
import { type Demand, DEMANDS } from '../../src/lifecycle/demand.js';
import type { PlacementPolicy } from '../../src/lifecycle/vocabulary.js';
import { NodeBoard } from '../../src/orchestrator/placement/node-board.js';

const GIB = 2 ** 30;
const SLOTS = 8;
/** Virtual seconds that a task takes at least and at most. */
const [SHORTEST, LONGEST] = [1, 60];
const KINDS: readonly Demand[] = [DEMANDS.MICRO, DEMANDS.SMALL, DEMANDS.MEDIUM];

export interface Load {
  readonly nodes: number;
  readonly tasks: number;
  readonly policy: PlacementPolicy;
}

export interface ScaleRun {
  /** Of choosing a node, booking it and giving it back, mean over all tasks. */
  readonly microseconds: number;
  readonly virtualHours: number;
  /** The most tasks that a node got, over the mean. */
  readonly imbalance: number;
}

interface Running {
  readonly endsAt: number;
  readonly node: string;
  readonly granted: Demand;
}

function nodeOf(at: number): ClusterNode {
  return {
    name: `n${at}`,
    instance: `n${at}`,
    address: `n${at}:1`,
    version: '1',
    labels: [],
    capacity: { slots: SLOTS, cores: SLOTS, memoryBytes: 4 * SLOTS * GIB },
    leaseMs: 5000,
    incarnation: 1,
    state: 'READY',
    cordoned: false,
    load: { cpu: 0, memoryBytes: 0, running: 0 },
    joinedAt: 0,
    seenAt: 0,
    changedAt: 0,
  };
}

export function runCluster({ nodes, tasks, policy }: Load): ScaleRun {
  const random = new SeededRandom(`${policy} ${nodes} ${tasks}`);
  const board = new NodeBoard();
  board.offer(
    Array.from({ length: nodes }, (_, at) => nodeOf(at)),
    policy,
  );
  const running = new Heap();
  const placed = new Map<string, number>();
  let now = 0;
  let spentMs = 0;
  for (let task = 0; task < tasks; ) {
    const demand = KINDS[task % KINDS.length] as Demand;
    const began = performance.now();
    const chosen = board.choose(demand, [], () => null);
    if (chosen === undefined) {
      const ended = running.pop() as Running;
      now = ended.endsAt;
      board.giveBack(ended.node, ended.granted);
      spentMs += performance.now() - began;
      continue;
    }
    spentMs += performance.now() - began;
    const { node, granted } = chosen;
    placed.set(node, (placed.get(node) ?? 0) + 1);
    running.push({ endsAt: now + SHORTEST + (LONGEST - SHORTEST) * random.next(), node, granted });
    task++;
  }
  const most = [...placed.values()].reduce((a, b) => Math.max(a, b), 0);
  return {
    microseconds: (spentMs / tasks) * 1000,
    virtualHours: now / 3600,
    imbalance: most / (tasks / nodes),
  };
}

/** A binary heap by the end: whoever ends first is popped first. */
class Heap {
  readonly #items: Running[] = [];

  push(item: Running): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    for (let up = (at - 1) >> 1; at > 0 && item.endsAt < (items[up] as Running).endsAt; up = (at - 1) >> 1) {
      items[at] = items[up] as Running;
      at = up;
    }
    items[at] = item;
  }

  pop(): Running | undefined {
    const items = this.#items;
    const [first] = items;
    const last = items.pop();
    if (first === undefined || last === undefined || items.length === 0) return first;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= items.length) break;
      if (down + 1 < items.length && (items[down + 1] as Running).endsAt < (items[down] as Running).endsAt)
        down++;
      if ((items[down] as Running).endsAt >= last.endsAt) break;
      items[at] = items[down] as Running;
      at = down;
    }
    items[at] = last;
    return first;
  }
}
