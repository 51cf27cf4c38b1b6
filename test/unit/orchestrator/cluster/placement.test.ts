import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../../src/kit/random.js';
import type { ClusterNode } from '../../../../src/lifecycle/cluster-node.js';
import { type Demand, DEMANDS } from '../../../../src/lifecycle/demand.js';
import { PLACEMENT_POLICIES, type PlacementPolicy } from '../../../../src/lifecycle/vocabulary.js';
import { type Chosen, NodeBoard } from '../../../../src/orchestrator/placement/node-board.js';
import { nodeOf, nodesWith } from '../../../support/cluster/cluster-nodes.js';

const GIB = 2 ** 30;
const nothing = (): null => null;

function board(nodes: readonly ClusterNode[], policy: PlacementPolicy): NodeBoard {
  const made = new NodeBoard();
  made.offer(nodes, policy);
  return made;
}

function choose(on: NodeBoard, demand: Demand = DEMANDS.SMALL, labels: readonly string[] = []): Chosen {
  const chosen = on.choose(demand, labels, nothing);
  if (chosen === undefined) throw new Error('no node has room');
  return chosen;
}

/**
 * So many tasks, each as long as chance says around 1 s, on so full a cluster as there is always a next one: how many each
 * node got.
 */
function shares(nodes: readonly ClusterNode[], policy: PlacementPolicy, tasks: number): number[] {
  const random = new SeededRandom(`${policy} ${nodes.length}`);
  const on = board(nodes, policy);
  const running: { endsAt: number; chosen: Chosen }[] = [];
  const counts = new Map(nodes.map(({ name }) => [name, 0]));
  for (let started = 0, now = 0; started < tasks; ) {
    if (on.hasRoom(DEMANDS.SMALL, [])) {
      const chosen = choose(on);
      const name = chosen.node.split(':')[0] as string;
      counts.set(name, (counts.get(name) as number) + 1);
      running.push({ endsAt: now + 0.95 + 0.1 * random.next(), chosen });
      started++;
    } else {
      running.sort((a, b) => b.endsAt - a.endsAt);
      const { endsAt, chosen } = running.pop() as (typeof running)[number];
      now = endsAt;
      on.giveBack(chosen.node, chosen.granted);
    }
  }
  return [...counts.values()];
}

describe('placement', () => {
  it.each(PLACEMENT_POLICIES)(
    '%s: 10,000 equal tasks on 4 equal nodes differ by less than 5 %%',
    (policy) => {
      const counts = shares(nodesWith([4, 4, 4, 4]), policy, 10_000);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThan(0.05 * 2500);
    },
  );

  it('RESOURCE_BASED fills nodes of 1, 2 and 4 slots by their share of the slots, within 10 %', () => {
    const counts = shares(nodesWith([1, 2, 4]), 'RESOURCE_BASED', 7000);
    for (const [at, share] of [1000, 2000, 4000].entries())
      expect(Math.abs((counts[at] as number) - share) / share).toBeLessThan(0.1);
  });

  it('RESOURCE_BASED fills random nodes by their share of the slots', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 12 }), (slots) => {
        const total = slots.reduce((sum, count) => sum + count, 0);
        const counts = shares(nodesWith(slots), 'RESOURCE_BASED', 200 * total);
        for (const [at, count] of slots.entries())
          expect(Math.abs((counts[at] as number) / (200 * count) - 1)).toBeLessThan(0.1);
      }),
      { numRuns: 30 },
    );
  });

  it('never promises more than a node has, keeps to every constraint and chooses the best there is', () => {
    const node = fc.record({
      slots: fc.integer({ min: 1, max: 4 }),
      cores: fc.constantFrom(0.5, 1, 2, 4),
      gib: fc.constantFrom(1, 2, 4),
      labels: fc.subarray(['gpu', 'eu', 'ssd']),
      closed: fc.boolean(),
    });
    const start = fc.record({
      type: fc.constantFrom('MICRO', 'SMALL', 'MEDIUM', 'LARGE'),
      labels: fc.subarray(['gpu', 'eu']),
      ends: fc.nat(3),
    });
    fc.assert(
      fc.property(
        fc.array(node, { minLength: 1, maxLength: 8 }),
        fc.array(start, { maxLength: 60 }),
        fc.constantFrom(...PLACEMENT_POLICIES),
        (wishes, starts, policy) => {
          const nodes = wishes.map(({ slots, cores, gib, labels, closed }, at) =>
            nodeOf(`n${at}`, {
              capacity: { slots, cores, memoryBytes: gib * GIB },
              labels,
              cordoned: closed,
            }),
          );
          const on = board(nodes, policy);
          const running: { at: number; chosen: Chosen }[] = [];
          const used = (at: number, what: keyof Demand): number =>
            running.filter((one) => one.at === at).reduce((sum, { chosen }) => sum + chosen.granted[what], 0);
          for (const { type, labels, ends } of starts) {
            const demand = DEMANDS[type];
            const fitting = nodes.flatMap(({ capacity, labels: has, cordoned }, at) => {
              const isFor = !cordoned && labels.every((label) => has.includes(label));
              const fits =
                used(at, 'slots') < capacity.slots &&
                used(at, 'cores') + Math.min(demand.cores, capacity.cores) <= capacity.cores + 1e-9 &&
                used(at, 'memoryBytes') + demand.memoryBytes <= capacity.memoryBytes;
              return isFor && fits ? [at] : [];
            });
            expect(on.hasRoom(demand, labels)).toBe(fitting.length > 0);
            const chosen = on.choose(demand, labels, nothing);
            expect(chosen === undefined).toBe(fitting.length === 0);
            if (chosen !== undefined) {
              const at = nodes.findIndex(({ name }) => chosen.node === `${name}:1`);
              expect(fitting).toContain(at);
              expect(chosen.why).toMatchObject({ policy, nodes: nodes.length, eligible: fitting.length });
              const scores = chosen.why.candidates.map(({ score }) => score);
              expect(scores).toEqual([...scores].sort((a, b) => a - b));
              if (policy === 'LEAST_CONNECTIONS')
                expect(scores[0]).toBe(Math.min(...fitting.map((other) => used(other, 'slots'))));
              running.push({ at, chosen });
            }
            for (const { chosen: ended } of running.splice(0, ends)) on.giveBack(ended.node, ended.granted);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('ROUND_ROBIN takes turns among those that have room, and a newcomer gets one turn a round', () => {
    const nodes = nodesWith([9, 9, 9]);
    const on = board(nodes, 'ROUND_ROBIN');
    const names = (count: number): string[] =>
      Array.from({ length: count }, () => choose(on).node.split(':')[0] as string);
    expect(names(4)).toEqual(['n0', 'n1', 'n2', 'n0']);
    on.offer(
      [...nodes, nodeOf('n9', { capacity: { slots: 9, cores: 9, memoryBytes: 99 * GIB } })],
      'ROUND_ROBIN',
    );
    expect(names(8)).toEqual(['n9', 'n1', 'n2', 'n0', 'n9', 'n1', 'n2', 'n0']);
  });

  it('LEARNED takes the node that is expected to be the quickest of the best few, and works without expectations', () => {
    const on = board(nodesWith([4, 4, 4]), 'LEARNED');
    const seconds: Record<string, number | null> = { n0: 9, n1: 2, n2: null };
    const chosen = on.choose(DEMANDS.SMALL, [], ({ name }) => seconds[name] ?? null);
    expect(chosen?.node).toBe('n1:1');
    expect(chosen?.why.candidates.slice(0, 2)).toEqual([
      { node: 'n1', score: 2 },
      { node: 'n0', score: 9 },
    ]);
    expect(on.choose(DEMANDS.SMALL, [], nothing)?.node).toBe('n0:1');
  });

  it('keeps what is booked when nodes come, go, close or when the policy is switched', () => {
    const nodes = nodesWith([1, 1]);
    const on = board(nodes, 'LEAST_CONNECTIONS');
    const first = choose(on);
    expect(on.freeSlots).toBe(1);
    on.offer(
      [...nodes, nodeOf('more', { capacity: { slots: 2, cores: 2, memoryBytes: GIB } })],
      'RESOURCE_BASED',
    );
    expect(on.freeSlots).toBe(3);
    on.offer(
      nodes.map((node) => ({ ...node, state: 'DRAINING' as const })),
      'ROUND_ROBIN',
    );
    expect(on.freeSlots).toBe(0);
    expect(on.hasRoom(DEMANDS.MICRO, [])).toBe(false);
    on.giveBack(first.node, first.granted);
    on.offer(nodes, 'ROUND_ROBIN');
    expect(on.freeSlots).toBe(2);
  });

  it('forgets what was booked on a node that is gone, and a new incarnation starts empty', () => {
    const on = board(nodesWith([1]), 'RESOURCE_BASED');
    const { node, granted } = choose(on);
    on.offer(
      [nodeOf('n0', { incarnation: 2, capacity: { slots: 1, cores: 2, memoryBytes: 8 * GIB } })],
      'RESOURCE_BASED',
    );
    expect(on.freeSlots).toBe(1);
    on.giveBack(node, granted);
    expect(choose(on).node).toBe('n0:2');
    expect(on.freeSlots).toBe(0);
  });

  it('says whether a node could take it if it were idle', () => {
    const on = board(
      [nodeOf('small', { capacity: { slots: 1, cores: 1, memoryBytes: GIB }, labels: ['gpu'] })],
      'ROUND_ROBIN',
    );
    expect(on.isPossible(DEMANDS.MEDIUM, ['gpu'])).toBe(true);
    expect(on.isPossible(DEMANDS.LARGE, [])).toBe(false); // twice its memory
    expect(on.isPossible(DEMANDS.MICRO, ['eu'])).toBe(false);
    choose(on, DEMANDS.MEDIUM);
    expect(on.isPossible(DEMANDS.MEDIUM, ['gpu'])).toBe(true);
    expect(on.hasRoom(DEMANDS.MEDIUM, ['gpu'])).toBe(false);
  });

  it('costs the same with a thousand times as many tasks placed before, and little more with a hundred times the nodes', () => {
    const games = (count: number, placed: number): number => {
      let asked = 0;
      const nodes = nodesWith(new Array<number>(count).fill(100_000)).map((node) => ({
        ...node,
        get capacity() {
          asked++;
          return { slots: 1_000_000, cores: 1e9, memoryBytes: 2 ** 62 };
        },
      }));
      const on = board(nodes, 'RESOURCE_BASED');
      for (let i = 0; i < placed; i++) choose(on);
      asked = 0;
      for (let i = 0; i < 10; i++) choose(on);
      return asked;
    };
    expect(games(10, 10_000)).toBeLessThanOrEqual(games(10, 10) * 1.5);
    expect(games(1000, 10)).toBeLessThan(games(10, 10) * 4);
  });
});
