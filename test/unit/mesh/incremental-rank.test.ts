/** Ranks kept current step by step are the ranks computed anew, and only what changed is reported. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { upwardRanks } from '../../../src/mesh/critical-path.js';
import { EDGE_TYPES } from '../../../src/mesh/edge-type.js';
import type { Graph, GraphEdge } from '../../../src/mesh/graph.js';
import { IncrementalRank } from '../../../src/mesh/incremental-rank.js';
import { dagGraph } from '../../support/dag.js';
import { randomDag } from './random-dag.js';

const change = fc.record({
  kind: fc.constantFrom('duration', 'addEdge', 'removeEdge', 'addNode', 'removeNode', 'settle'),
  a: fc.nat(),
  b: fc.nat(),
  type: fc.constantFrom(...EDGE_TYPES),
  seconds: fc.nat(70).map((n) => n / 7),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

class Tracked {
  readonly graph: Graph;
  readonly durations: number[];
  readonly ranks: IncrementalRank;

  constructor(graph: Graph) {
    this.graph = graph;
    this.durations = Array.from({ length: graph.nodeLimit }, (_, node) => node + 0.5);
    this.ranks = new IncrementalRank(graph, (node) => this.durations[node] as number);
  }

  apply({ kind, a, b, type, seconds }: Change): void {
    const nodes = Array.from(this.graph.topologicalOrder()).sort((x, y) => x - y);
    const [first, second] = [nodes[a % nodes.length], nodes[b % nodes.length]];
    if (kind === 'settle') this.settle();
    else if (kind === 'addNode') this.#changeDuration(this.graph.addNode(), seconds);
    else if (first === undefined || second === undefined) return;
    else if (kind === 'duration') this.#changeDuration(first, seconds);
    else if (kind === 'addEdge') this.#addEdge({ source: first, target: second, type, weight: seconds });
    else if (kind === 'removeNode') this.#removeNode(first);
    else this.#removeEdge(this.graph.outgoing(first)[b % Math.max(this.graph.outgoing(first).length, 1)]);
  }

  settle(): void {
    const before = this.#ranks();
    const changed = this.ranks.settle();
    const after = this.#ranks();
    const fresh = upwardRanks(this.graph, (node) => this.durations[node] as number);
    for (const node of this.graph.topologicalOrder()) expect(after[node]).toBe(fresh[node]);
    const differing = Array.from(this.graph.topologicalOrder()).filter(
      (node) => before[node] !== after[node],
    );
    expect(changed.toSorted()).toEqual(differing.toSorted());
  }

  #ranks(): number[] {
    return this.durations.map((_, node) => this.ranks.rank(node) ?? 0);
  }

  #changeDuration(node: number, seconds: number): void {
    this.durations[node] = seconds;
    this.ranks.touch(node);
  }

  #addEdge(edge: GraphEdge): void {
    if (this.graph.edge(edge.source, edge.target) !== undefined || this.graph.addEdge(edge) !== undefined)
      return;
    this.ranks.touch(edge.source);
  }

  #removeEdge(edge: GraphEdge | undefined): void {
    if (edge === undefined) return;
    this.graph.removeEdge(edge.source, edge.target);
    this.ranks.touch(edge.source);
  }

  #removeNode(node: number): void {
    for (const edge of this.graph.incoming(node)) this.ranks.touch(edge.source);
    this.graph.removeNode(node);
  }
}

test('after any changes the settled ranks are those computed anew, and the answer names what differs', () => {
  fc.assert(
    fc.property(randomDag, fc.array(change, { maxLength: 60, size: 'max' }), (graph, changes) => {
      const tracked = new Tracked(graph);
      tracked.settle();
      for (const given of changes) tracked.apply(given);
      tracked.settle();
    }),
    { numRuns: 200 },
  );
});

test('a change off the longest path is not passed on to ancestors', () => {
  const { graph, node } = dagGraph('start -> slow -> end; start -> quick -> end');
  const seconds = new Map([[node('slow'), 10]]);
  const visited: number[] = [];
  const ranks = new IncrementalRank(graph, (n) => {
    visited.push(n);
    return seconds.get(n) ?? 1;
  });
  visited.length = 0;
  seconds.set(node('quick'), 5);
  ranks.touch(node('quick'));
  expect(ranks.settle()).toEqual([node('quick')]);
  expect(visited).toEqual([node('quick')]);
  expect(ranks.rank(node('start'))).toBe(12);
});

test('ranks stand as they were until they are settled', () => {
  const { graph } = dagGraph('a -> b');
  let seconds = 1;
  const ranks = new IncrementalRank(graph, () => seconds);
  seconds = 2;
  ranks.touch(0);
  ranks.touch(1);
  expect([ranks.rank(0), ranks.settle(), ranks.rank(0), ranks.settle()]).toEqual([2, [1, 0], 4, []]);
});
